import type { EngineTypes } from "@scenekeep/engine/core";
import { kindOf } from "../trace/causal_log.ts";
import type { Observation } from "../world/observation.ts";

/**
 * Which faults struck which actor in which phase with which message in hand: a matrix of cells that
 * were reached. Constant time per observation.
 *
 * The phase is what the actor did last: began a life, worked, or was idle.
 */
export class Coverage {
  /** Cells `fault|actor|phase|message`, and how often each was reached. */
  readonly cells: Map<string, number> = new Map<string, number>();
  readonly #last = new Map<string, { phase: string; message: string }>();

  observe(observation: Observation<EngineTypes>): void {
    if (observation.kind === "turn") {
      const { actor, effects, incoming } = observation;
      const message = incoming === null
        ? "start"
        : incoming.kind === "message"
        ? kindOf(incoming.envelope.body)
        : incoming.kind;
      const phase = incoming === null ? "starting" : effects.length === 0 ? "idle" : "working";
      this.#last.set(kindOfActor(actor), { phase, message });
      return;
    }
    if (observation.kind !== "fault") return;
    const { entity, fault } = observation.perturbation;
    const actor = kindOfActor(entity);
    const last = this.#last.get(actor) ?? { phase: "outside", message: "none" };
    const cell = `${fault}|${actor}|${last.phase}|${last.message}`;
    this.cells.set(cell, (this.cells.get(cell) ?? 0) + 1);
  }
}

const ACTORS = [
  "librarian",
  "hashing",
  "embedding",
  "grouping",
  "album_reconciler",
  "device_keeper",
] as const;

/** The kind of actor that a name of an effect, turn or message belongs to; `client` for others. */
export function kindOfActor(name: string): string {
  return ACTORS.find((actor) => name.startsWith(actor)) ?? "client";
}

/** The matrix fault × actor, with how many cells of phase × message each has. */
export function coverageText(cells: ReadonlyMap<string, number>): string {
  const faults = new Map<string, Map<string, number>>();
  for (const cell of cells.keys()) {
    const [fault = "", actor = ""] = cell.split("|");
    const row = faults.get(fault) ?? new Map<string, number>();
    faults.set(fault, row);
    row.set(actor, (row.get(actor) ?? 0) + 1);
  }
  const columns = [...ACTORS, "client"];
  const short = columns.map((actor) => actor.slice(0, 9).padStart(10)).join("");
  const rows = [...faults].sort(([left], [right]) => left < right ? -1 : 1).map(([fault, row]) =>
    `${fault.padEnd(26)}${columns.map((actor) => `${row.get(actor) ?? "-"}`.padStart(10)).join("")}`
  );
  return [`${"fault (phase × message)".padEnd(26)}${short}`, ...rows].join("\n");
}
