import type { EngineTypes } from "@scenekeep/engine/core";
import type { Observation } from "../world/observation.ts";
import { type LibrarianTurn, PromiseChecker, type Watched } from "./promise_checker.ts";
import type { PromiseId } from "./promise_id.ts";

const MINUTE_MS = 60 * 1000;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * Virtual time after the last fault within which each kind of accepted work must have ended.
 *
 * Sources: a reservation that nobody settles lives for a day and ends at the next sweep, six hours
 * later at most; a receipt ends at the sweep after its lease; workers ask for work every 15 minutes
 * and wait at most 5 minutes between attempts; a plan reads some keepers and then only counts.
 */
export const SETTLE_WITHIN_MS: Readonly<Record<WorkKind, number>> = {
  uploads: 31 * HOUR_MS,
  receipts: 13 * HOUR_MS,
  removals: 6 * HOUR_MS,
  plans: 12 * HOUR_MS,
  hashing: 24 * HOUR_MS,
  embedding: 24 * HOUR_MS,
};

/** What has to end once it was accepted. */
export type WorkKind = "uploads" | "receipts" | "removals" | "plans" | "hashing" | "embedding";

/**
 * INV-LIVE-1: when faults stop, all accepted work ends within a bounded virtual time, and nothing
 * temporary is left.
 *
 * After the last fault no kind of work may be open without a break for longer than its bound; at
 * rest all must be closed.
 */
export class SettlementChecker extends PromiseChecker {
  readonly promise: PromiseId = "INV-LIVE-1";
  readonly #quietFromMs: number;
  /** Since when a kind of work is open without a break; after the last fault only. */
  readonly #openSinceMs = new Map<WorkKind, number>();
  readonly #keepers: () => readonly string[];

  /** `openAssets` names what device keepers have not ended; empty when they have. */
  constructor(options: { quietFromMs: number; openAssets: () => readonly string[] }) {
    super();
    this.#quietFromMs = options.quietFromMs;
    this.#keepers = options.openAssets;
  }

  override afterTurn(turn: LibrarianTurn): void {
    if (turn.nowMs >= this.#quietFromMs) this.#look(turn);
  }

  override observe(observation: Observation<EngineTypes>, _watched: Watched): void {
    if (observation.kind !== "givenUp") return;
    this.expect(false, observation.request, () => `${observation.request} was never answered`);
  }

  override settle(watched: Watched): void {
    this.#look(watched);
    const open = openWork(watched);
    for (const kind of Object.keys(SETTLE_WITHIN_MS) as WorkKind[]) {
      this.expect(
        open[kind] === 0,
        kind,
        () => `The world is at rest and ${open[kind]} ${kind} are open`,
      );
    }
    const assets = this.#keepers();
    this.expect(assets.length === 0, "assets", () => `Not ended: ${assets.join(", ")}`);
    if (watched.shadow.libraryKind !== "stored") return;
    const { staged, awaiting } = watched.shadow.objects.sums;
    this.expect(
      staged === 0 && awaiting === 0,
      "store",
      () => `${staged} bytes are staged and ${awaiting} await removal, at rest`,
    );
  }

  override remembers(): unknown {
    return this.#openSinceMs;
  }

  #look(watched: Watched): void {
    const open = openWork(watched);
    for (const kind of Object.keys(SETTLE_WITHIN_MS) as WorkKind[]) {
      if (open[kind] > 0 || this.#openSinceMs.has(kind)) this.#checkOpen(kind, watched.nowMs);
      if (open[kind] === 0) this.#openSinceMs.delete(kind);
    }
  }

  #checkOpen(kind: WorkKind, nowMs: number): void {
    const sinceMs = this.#openSinceMs.get(kind);
    if (sinceMs === undefined) {
      this.#openSinceMs.set(kind, nowMs);
      return;
    }
    const forMs = nowMs - sinceMs;
    this.expect(
      forMs <= SETTLE_WITHIN_MS[kind],
      kind,
      () => `${kind} are open for ${forMs} ms without a fault, over ${SETTLE_WITHIN_MS[kind]} ms`,
    );
  }
}

function openWork({ shadow, state }: Watched): Record<WorkKind, number> {
  let plans = 0;
  for (const { phase } of state.plans.values()) {
    if (phase === "applying" || phase === "undoing") plans += 1;
  }
  return {
    uploads: shadow.reservations.size,
    receipts: shadow.openReceipts.size,
    removals: state.awaitingRemoval.size,
    plans,
    hashing: state.toHash.size,
    embedding: state.toEmbed.size,
  };
}
