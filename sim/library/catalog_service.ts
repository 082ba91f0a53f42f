import { type EngineTypes, LIBRARIAN, type LibraryEvent } from "@scenekeep/engine/core";
import { draw32, type DrawStream, drawStream, hashText } from "../world/draw.ts";
import type { Observation } from "../world/observation.ts";
import type { UserClient } from "./user_client.ts";

/** One item in so many cannot be carried out by the service. */
const FAILS_EVERY = 16;

/**
 * The service that keeps a catalog's bytes: it carries out each applied item in its own time and
 * reports how it went.
 */
export class CatalogService {
  readonly #client: UserClient;
  readonly #stream: DrawStream;
  #reports = 0;

  constructor(seed: number, client: UserClient) {
    this.#client = client;
    this.#stream = drawStream(seed, "catalog");
  }

  /** Starts to carry out what was applied. */
  observe(observation: Observation<EngineTypes>): void {
    if (observation.kind !== "turn" || observation.actor !== LIBRARIAN) return;
    for (const event of observation.events as readonly LibraryEvent[]) {
      if (event.kind !== "itemApplied" || !event.carryOut) continue;
      const { index, plan } = event;
      const draw = draw32(this.#stream, hashText(plan), index);
      this.#reports += 1;
      this.#client.ask(`service/${this.#reports}`, {
        to: LIBRARIAN,
        body: {
          kind: "reportItem",
          plan,
          index,
          outcome: draw % FAILS_EVERY === 0 ? "failed" : "done",
        },
        afterMs: draw % 20_000,
      });
    }
  }
}
