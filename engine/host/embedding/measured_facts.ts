import type { MeasuredFacts } from "@scenekeep/engine/core";
import type { ImageFacts } from "@scenekeep/models";

/** Year, month, day, hour, minute, second. */
const LOCAL_TIME = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})$/;

/**
 * What the engine keeps of the facts of a decoded picture.
 *
 * @example
 * ```ts ignore
 * const { takenAtMs } = measuredFactsOf(facts);
 * ```
 */
export function measuredFactsOf(
  facts: Pick<
    ImageFacts,
    | "widthPixels"
    | "heightPixels"
    | "capturedAtLocal"
    | "camera"
    | "isGrey"
    | "clippedSteps"
    | "isBare"
    | "borderTenths"
  >,
): MeasuredFacts {
  return {
    widthPixels: facts.widthPixels,
    heightPixels: facts.heightPixels,
    takenAtMs: cameraClockMs(facts.capturedAtLocal),
    losses: {
      metadata: facts.camera === null && facts.capturedAtLocal === null,
      colour: facts.isGrey,
      clippedSteps: facts.clippedSteps,
      words: facts.isBare,
      borderTenths: facts.borderTenths,
    },
  };
}

/**
 * A camera's clock as milliseconds since 1970, as if it ran in UTC; null when there is no such
 * time. The time zone is left out on purpose: many cameras do not say it, and within one folder
 * their clocks are compared with each other.
 */
export function cameraClockMs(local: string | null): number | null {
  const parts = local?.match(LOCAL_TIME)?.slice(1).map(Number);
  if (parts === undefined) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts;
  const timeMs = Date.UTC(year, month - 1, day, hour, minute, second);
  const read = new Date(timeMs);
  // `Date.UTC` rolls a 31 February over to March; a clock that says so says nothing.
  const isReal = read.getUTCFullYear() === year && read.getUTCMonth() === month - 1 &&
    read.getUTCDate() === day && read.getUTCHours() === hour && read.getUTCMinutes() === minute &&
    read.getUTCSeconds() === second;
  return isReal ? timeMs : null;
}
