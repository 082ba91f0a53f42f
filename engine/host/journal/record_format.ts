import type { ActorTypes, EffectOf } from "@scenekeep/engine/core";

/**
 * The format of what one actor writes into its record, and how to read what older versions wrote.
 *
 * Every event, effect, reply and snapshot is kept with the version that wrote it. It is brought
 * forward when it is read; what is on disk stays as it is until the next snapshot.
 */
export interface RecordFormat<Types extends ActorTypes> {
  /** The version that is written now: 1 or more, one more whenever a shape changes. */
  readonly version: number;
  /** An event as written by an older `version`, in the shape of today. */
  upgradeEvent(event: unknown, version: number): Types["event"];
  /** A snapshot as written by an older `version`, as `decode` of today takes it. */
  upgradeSnapshot(snapshot: unknown, version: number): unknown;
  /** A request, send or reply as written by an older `version`, in the shape of today. */
  upgradeEffect(effect: unknown, version: number): EffectOf<Types>;
}

/** The format of an actor whose shapes have never changed. */
export function firstFormat<Types extends ActorTypes>(): RecordFormat<Types> {
  return {
    version: 1,
    upgradeEvent: (event) => event as Types["event"],
    upgradeSnapshot: (snapshot) => snapshot,
    upgradeEffect: (effect) => effect as EffectOf<Types>,
  };
}
