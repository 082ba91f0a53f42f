/** Why a clean-up, or its undo, did not happen. Stable. */
export type CleanUpErrorCode =
  /** The plan cannot be read, or is none. */
  | "PLAN_UNREADABLE"
  /** The plan was never applied to this folder. */
  | "PLAN_NOT_APPLIED"
  /** Nothing was ever applied to this folder: there is nothing to look at. */
  | "NOTHING_APPLIED"
  /** The folder cannot be read or written. */
  | "FOLDER_UNUSABLE"
  /** The user stopped it; what was begun goes on when the folder is used the next time. */
  | "STOPPED"
  /** What was asked for cannot be done; nothing of it was. */
  | "REFUSED"
  /** A mistake of this program. */
  | "ENGINE";

/** A clean-up that did not happen, or not to its end. The message says what to do. */
export class CleanUpError extends Error {
  override readonly name = "CleanUpError";
  /** Which of the known reasons. */
  readonly code: CleanUpErrorCode;

  constructor(code: CleanUpErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
    this.code = code;
  }
}
