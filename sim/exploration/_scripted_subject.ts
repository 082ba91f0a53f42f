import type { ActorId } from "@scenekeep/engine/core";
import {
  command,
  diary,
  type Script,
  type Scripted,
  scripted,
  scriptedWorld,
} from "../world/_scripted_world.ts";
import type { WorldOptions } from "../world/world_options.ts";
import type { Subject } from "./subject.ts";

/** A world of scripted actors, each in a process of its own unless `process` says otherwise. */
export function scriptedSubject(
  world: {
    readonly actors: Readonly<Record<string, Script & { readonly process?: string }>>;
    /** Texts that clients send at virtual time 0, with the actor that each is for. */
    readonly commands: readonly (readonly [to: string, text: string])[];
    readonly options?: Partial<WorldOptions<Scripted>>;
    /** Where the tail begins, in virtual time; never unless told. */
    readonly untilMs?: number;
    /** What is wrong with the diaries at the end, or null. */
    readonly wrong?: (diaries: Readonly<Record<string, readonly string[]>>) => string | null;
  },
): Subject<Scripted> {
  const { actors, commands, options, untilMs = Number.MAX_SAFE_INTEGER, wrong } = world;
  const names = Object.keys(actors);
  return {
    fromMs: 0,
    untilMs,
    isPrivate: ({ kind }) => kind === "clientArrival",
    touches: () => [],
    begin: ({ asked, choose, observe }) => {
      const made = scriptedWorld({
        drive: observe,
        choose,
        operations: commands.map(([to, text]) => command(0, to, text)),
        plan: { asked },
        ...options,
      });
      for (const [id, script] of Object.entries(actors)) {
        made.addActor(scripted(script), { id: id as ActorId, process: script.process ?? id });
      }
      return {
        world: made,
        memory: () => null,
        failure: ({ verdict }) => {
          if (verdict.kind !== "clean") {
            return { signature: verdict.kind, text: JSON.stringify(verdict) };
          }
          const entries = names.map((name) => [name, diary(made, name)] as const);
          const text = wrong?.(Object.fromEntries(entries)) ?? null;
          return text === null ? null : { signature: "wrong", text };
        },
      };
    },
  };
}
