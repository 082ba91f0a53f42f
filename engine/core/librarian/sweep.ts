import { RECEIPT_LEASE_MS } from "../library/device.ts";
import { RESERVATION_AGE_MS } from "../library/upload.ts";
import { isDue, PURGES_PER_TURN_MAX, requestPurge, SWEEP_INTERVAL_MS } from "./purge.ts";
import type { TurnDraft } from "./turn_draft.ts";
import { emitAbandon } from "./upload_commands.ts";

/** The librarian's one periodic timer. */
export const SWEEP_TIMER = "sweep";

/** How soon a sweep goes on that did not finish in one turn. */
const SWEEP_CONTINUES_MS = 100;

/** A sweep goes on behind the trash number that its timer names: `sweep/1234`. */
const SWEEP_BEHIND = /^sweep\/(\d+)$/;

/** The trash number behind which a timer's sweep goes on, or null for other timers. */
export function sweepStart(key: string): number | null {
  if (key === SWEEP_TIMER) return 0;
  const behind = SWEEP_BEHIND.exec(key)?.[1];
  return behind === undefined ? null : Number(behind);
}

/**
 * Looks through what waits for time to pass: the trash, reservations, receipts.
 *
 * Witnesses the clock first. While the clock is suspect nothing is purged. The trash is in order of
 * time, so a sweep reads what is due and what is held, and stops at the first record that is young.
 */
export function sweep(draft: TurnDraft, behind: number): void {
  draft.emitClock();
  for (const reservation of draft.state.reservations.values()) {
    if (draft.witnessedMs - reservation.madeAtMs >= RESERVATION_AGE_MS) {
      emitAbandon(draft, reservation);
    }
  }
  for (const receipt of draft.state.receipts.values()) {
    if (draft.witnessedMs - receipt.givenAtMs >= RECEIPT_LEASE_MS) {
      draft.emit({ kind: "receiptExpired", receipt: receipt.id, atMs: draft.witnessedMs });
    }
  }
  const reached = draft.clockSuspect ? null : purgeDue(draft, behind);
  if (reached === null) draft.timer(SWEEP_TIMER, SWEEP_INTERVAL_MS);
  else draft.timer(`${SWEEP_TIMER}/${reached}`, SWEEP_CONTINUES_MS);
}

/** Starts the purge of what is due; returns how far it came when one turn was not enough. */
function purgeDue(draft: TurnDraft, behind: number): number | null {
  let started = 0;
  let reached = behind;
  for (const record of draft.state.trash.values()) {
    if (record.sequence <= behind) continue;
    if (started >= PURGES_PER_TURN_MAX) return reached;
    reached = record.sequence;
    if (isDue(draft, record)) {
      requestPurge(draft, record, "age");
      started += 1;
    } else if (isYoung(draft, record.trashedAtMs)) break;
  }
  return null;
}

function isYoung(draft: TurnDraft, trashedAtMs: number): boolean {
  // A day of slack: after a restart witnessed time may be a little behind what it was.
  return draft.witnessedMs + 24 * 60 * 60 * 1000 - trashedAtMs < 30 * 24 * 60 * 60 * 1000;
}
