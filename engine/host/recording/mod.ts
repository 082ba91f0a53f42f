/**
 * Recordings: what the actors of a library were given, in a file that `deno task sim FILE` replays.
 *
 * Asked for by whoever opens a library, bounded in bytes, without bytes of files, pixels or
 * vectors, see [Note: Recordings] in `engine/core/protocol/recording.ts`. A recording that cannot
 * go on ends; what it records does not notice.
 *
 * @module
 */

export { Recorder, type RecorderOptions } from "./recorder.ts";
