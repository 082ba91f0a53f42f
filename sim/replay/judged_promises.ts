import { PROMISE_IDS, type PromiseId } from "../checkers/promise_id.ts";

/** What of a promise a replay can judge, in words. */
export interface JudgedPromise {
  readonly promise: PromiseId;
  readonly judged: "all" | "part" | "none";
  /** What it cannot judge, and why; empty for `all`. */
  readonly butFor: string;
}

/** A recording has what the actors were given, and nothing of the disk, devices, or vectors. */
const NOT_JUDGED: Readonly<Partial<Record<PromiseId, readonly ["part" | "none", string]>>> = {
  "INV-ALBUM-1": ["part", "plans from before the recording, but that what they promised is kept"],
  "INV-QUOTA-1": ["part", "whether the disk holds what the ledger says: a disk is not recorded"],
  "INV-LOSS-1": ["part", "whether the bytes of what stays are there: a disk is not recorded"],
  "INV-LOSS-2": ["part", "lives that begin the recording, or follow one that was not recorded"],
  "INV-OBJECT-1": ["part", "all but removals that were answered: a disk is not recorded"],
  "INV-DEVICE-1": ["part", "what happened on the device, and receipts from before the recording"],
  "INV-BARRIER-1": ["part", "consent to plans that were asked for before the recording"],
  "INV-GROUP-1": ["none", "scenes are made from vectors, which no recording has"],
  "INV-UNDO-1": ["part", "names on the disk, and plans from before the recording"],
  "INV-TIME-1": [
    "part",
    "trash from before the recording, whether what is due goes; the wall clock is believed",
  ],
  "INV-LIVE-1": ["none", "a recording may end in the middle of work"],
};

/** Every promise, and what of it is judged. */
export const JUDGED_PROMISES: readonly JudgedPromise[] = PROMISE_IDS.map((promise) => {
  const [judged, butFor] = NOT_JUDGED[promise] ?? ["all", ""];
  return { promise, judged, butFor };
});
