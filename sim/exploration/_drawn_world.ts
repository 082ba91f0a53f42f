import fc from "fast-check";
import type { EffectOf } from "@scenekeep/engine/core";
import { after, type Script, type Scripted, send, textOf } from "../world/_scripted_world.ts";
import { scriptedSubject } from "./_scripted_subject.ts";
import { NOTES } from "./_small_worlds.ts";
import type { Subject } from "./subject.ts";

/** What an actor does with what comes. */
interface Act {
  readonly kind: "compute" | "durable" | "local" | "remote" | "timer";
  /** To whom it goes, for a message. */
  readonly to: number;
  readonly afterMs: number;
}

/** What it does by how much it was told before, even or odd, and how far that is from a client. */
type Rules = readonly (readonly (readonly Act[])[])[];

/** A small world as it is drawn. */
export interface DrawnWorld {
  readonly rules: readonly Rules[];
  readonly isVolatile: readonly boolean[];
  readonly isOneProcess: boolean;
  /** For whom the commands of clients are. */
  readonly commands: readonly number[];
  readonly untilMs: number;
}

const NAMES = ["a", "b", "c"] as const;
/** How far from a client's command actors still do something. */
const FAR = 2;

const ACT: fc.Arbitrary<Act> = fc.record({
  kind: fc.constantFrom("compute", "durable", "local", "remote", "timer"),
  to: fc.nat(NAMES.length - 1),
  afterMs: fc.constantFrom(0, 5, 7),
});

function each<Item>(item: fc.Arbitrary<Item>, length: number): fc.Arbitrary<Item[]> {
  return fc.array(item, { minLength: length, maxLength: length });
}

/** Worlds of three actors that pass on what comes in all ways that there are. */
export const DRAWN_WORLDS: fc.Arbitrary<DrawnWorld> = fc.record({
  rules: each(each(each(fc.array(ACT, { maxLength: 2 }), FAR), 2), NAMES.length),
  isVolatile: each(fc.boolean(), NAMES.length),
  isOneProcess: fc.boolean(),
  commands: fc.array(fc.nat(NAMES.length - 1), { minLength: 2, maxLength: 3 }),
  untilMs: fc.constantFrom(1, 6, Number.MAX_SAFE_INTEGER),
});

/** The world that was drawn; each run of it ends with the diaries as what is wrong. */
export function drawnSubject(world: DrawnWorld): Subject<Scripted> {
  const { commands, isOneProcess, isVolatile, rules, untilMs } = world;
  const processes = isOneProcess ? ["one", "one", "c"] : NAMES;
  const actors = NAMES.map((name, index) => {
    const process = processes[index]!;
    const script = scriptOf(rules[index]!, {
      isVolatile: isVolatile[index]!,
      isNear: (to) => processes[to] === process,
    });
    return [name, { ...script, process }] as const;
  });
  return scriptedSubject({
    actors: Object.fromEntries(actors),
    commands: commands.map((to, index) => [NAMES[to]!, `${index}`] as const),
    options: {
      isTimerWork: () => true,
      compute: {
        run: () => ({
          durationMs: 3,
          outcome: { kind: "done", result: { kind: "answer", text: "done" } },
        }),
      },
    },
    untilMs,
    wrong: JSON.stringify,
  });
}

interface Place {
  readonly isVolatile: boolean;
  /** True for actors in the same process. */
  isNear(to: number): boolean;
}

function scriptOf(rules: Rules, place: Place): Script {
  const { isVolatile } = place;
  return {
    durability: isVolatile ? "volatile" : "durable",
    receive: (incoming, state, context) => {
      const text = textOf(incoming);
      const far = text.split("'").length - 1;
      const effects = NOTES.receive!(incoming, state, context)
        .filter(({ kind }) => kind !== "append" || !isVolatile);
      const acts = far < FAR ? rules[state.entries.length % 2]![far]! : [];
      return [...effects, ...acts.map((act, index) => effectOf(act, `${text}'${index}`, place))];
    },
  };
}

function effectOf(
  { afterMs, kind, to }: Act,
  text: string,
  { isNear, isVolatile }: Place,
): EffectOf<Scripted> {
  if (kind === "timer") return after(afterMs, text);
  if (kind === "compute") return { kind, key: text as never, job: "job" };
  const isPossible = kind === "local" ? isNear(to) : !isVolatile;
  return send(isPossible ? kind : "remote", NAMES[to]!, text);
}
