import type { ActorTypes, IncomingOf } from "./actor.ts";
import type { ClockReading } from "./durable_cell.ts";
import type { NamedEffect } from "./durable_store.ts";
import type { ActorId, EffectId, TimerKey } from "./ids.ts";

/**
 * The format of a recording, and how one begins: a file of JSON lines, each a
 * {@linkcode RecordingLine}.
 *
 * [Note: Recordings]
 *
 * An actor's life is decided by what it is given: what its record held when it was opened, each
 * delivery with the reading of the clocks, and what its store answered. A recording is that, with
 * what the actor decided beside it, so whoever has the actor's code can give it the same again and
 * say where it decides otherwise.
 *
 * One run of a runtime is a header, the openings and turns of its actors in the order in which they
 * happened, and an `end`. A later run of the same library goes behind it in the same file; one of
 * another library is refused. A run without an `end` was killed, or its recording was `cut`; its
 * last line may be half a line.
 *
 * What is in it: names of files, folders and albums, captions, tags, ratings, places, times, sizes,
 * hashes of contents, plans, commands of clients, ids of owners and devices, texts of errors, what
 * was measured of pictures (distances between two of them, sharpness), when the machine was
 * started. What is not: bytes of files, pixels, thumbnails, vectors, ids of the machine. Actors
 * that work with vectors are left out whole, and the header says which.
 */
export const RECORDING_FORMAT = "recording/1";

/** How a recording begins, whatever its version. */
export const RECORDING_BEGINNING = '{"format":"recording/';

/** A recording grows no larger than this, and so does no line of it: 256 MiB. */
export const RECORDING_BYTES_MAX: number = 256 * 1024 * 1024;

/** The version of the engine, which a recording names: another one may decide otherwise. */
export const ENGINE_VERSION = "0.1.0";

/** An actor whose life is recorded. */
export interface RecordedActor {
  readonly id: ActorId;
  /** The `kind` of its definition. */
  readonly kind: string;
  /** What its definition was made from, as plain JSON. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** The first line of a run. */
export interface RecordingHeader {
  readonly format: typeof RECORDING_FORMAT;
  readonly kind: "header";
  readonly engine: string;
  /** The id that the journal has. */
  readonly library: string;
  readonly actors: readonly RecordedActor[];
  /** Actors that ran and are not recorded: what they said is in what others were given. */
  readonly leftOut: readonly ActorId[];
}

/** An actor was opened; its `restored` turn follows, after the events of its record. */
export interface RecordedOpening<Types extends ActorTypes> {
  readonly kind: "opening";
  readonly actor: ActorId;
  /** The number of the life that begins. */
  readonly incarnation: number;
  readonly snapshot: unknown;
  readonly outbox: readonly NamedEffect<Types>[];
  readonly timers: readonly TimerKey[];
}

/** Events that the record held after its snapshot, in order; one opening may have many lines. */
export interface RecordedEvents<Types extends ActorTypes> {
  readonly kind: "events";
  readonly actor: ActorId;
  readonly events: readonly Types["event"][];
}

/** Every outcome of a turn that is recorded. */
export const RECORDED_OUTCOMES = ["committed", "duplicate", "stale", "refused", "threw"] as const;

/** What came of a turn; `threw` when the actor or its store did, and the actor was restarted. */
export type RecordedOutcome = (typeof RECORDED_OUTCOMES)[number];

/** One turn: what the actor was given, and what it decided. */
export interface RecordedTurn<Types extends ActorTypes> {
  readonly kind: "turn";
  readonly actor: ActorId;
  readonly clock: ClockReading;
  /** Null for `restored`. */
  readonly incoming: IncomingOf<Types> | null;
  /** The request that a completion answers; else null. */
  readonly effectId: EffectId | null;
  readonly outcome: RecordedOutcome;
  /** Why it was refused or what was thrown; else null. */
  readonly reason: string | null;
  /** The call of the store that threw; null when none did. With `open` there was no opening. */
  readonly thrownBy: string | null;
  /** What left the actor: all effects but `append`, or the kept answers to a duplicate. */
  readonly effects: readonly NamedEffect<Types>[];
  /** What the turn appended, or would have where it was refused. */
  readonly events: readonly Types["event"][];
}

/** The last line of a run that ended in order. */
export interface RecordingEnd {
  readonly kind: "end";
  readonly reason: "closed" | "failed";
  /** SHA-256 of each recorded actor's encoded state as JSON text; null where it has none. */
  readonly states: Readonly<Record<string, string | null>>;
}

/** Nothing of this run was recorded any more. */
export interface RecordingCut {
  readonly kind: "cut";
  readonly reason: string;
}

/** One line of a recording. */
export type RecordingLine<Types extends ActorTypes> =
  | RecordingHeader
  | RecordedOpening<Types>
  | RecordedEvents<Types>
  | RecordedTurn<Types>
  | RecordingEnd
  | RecordingCut;
