/** Every promise, in the order in which reports name them. */
export const PROMISE_IDS = [
  "INV-ALBUM-1",
  "INV-ALBUM-2",
  "INV-ALBUM-3",
  "INV-QUOTA-1",
  "INV-BYTES-1",
  "INV-LOSS-1",
  "INV-LOSS-2",
  "INV-OBJECT-1",
  "INV-DEVICE-1",
  "INV-BARRIER-1",
  "INV-GROUP-1",
  "INV-IDEM-1",
  "INV-UNDO-1",
  "INV-TIME-1",
  "INV-LIVE-1",
] as const;

/** The name of one promise. */
export type PromiseId = (typeof PROMISE_IDS)[number];
