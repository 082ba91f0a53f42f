import type { KeptInstead, SkipReason } from "@scenekeep/engine/core";

const WORDS: Readonly<Record<SkipReason | KeptInstead["reason"], string>> = {
  fileChanged: "it changed",
  fileGone: "it is not there any more",
  keeperChanged: "the file that stays changed",
  keeperGone: "the file that stays is not there any more",
  keeperUnreadable: "the file that stays cannot be read",
  keeperHashMismatch: "the file that stays has other bytes by now",
  representativeMissing: "its folder would lose the scene",
  favorite: "it is a favourite",
  barrier: "one of the two is hidden",
  pinned: "a device relies on it",
  busy: "it is being edited",
  physicalFailure: "the folder cannot be changed there",
  cancelled: "it was cancelled",
  albumNeedsConsent: "others would see another picture",
  albumNotWritable: "nothing may be added to its folder",
  hiddenBarrier: "one of the two is hidden",
  mixedVisibility: "it is both hidden and visible",
  capturePart: "it is part of a shot that stays",
  otherOwner: "it belongs to somebody else",
  unverified: "it could not be read",
  contentChanged: "it changed since the plan was made",
  removalPending: "another clean-up removes it",
  noKeeper: "no file of its group stays that could stand for it",
  notThere: "it is not there any more",
};

/** Why a file stays, as a person reads it. */
export function inWords(reason: SkipReason | KeptInstead["reason"]): string {
  return WORDS[reason];
}

/** Why something stays in the trash though it is due, as a person reads it. */
export function heldInWords(reason: string): string {
  if (reason === "keeperHashMismatch") return inWords(reason);
  return inWords(reason === "missing" || reason === "gone" ? "keeperGone" : "keeperUnreadable");
}
