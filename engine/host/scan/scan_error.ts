/** Why a scan ended without a result. Stable. */
export type ScanErrorCode =
  /** There is no such folder. */
  | "FOLDER_MISSING"
  /** It is not a folder, or may not be read. */
  | "FOLDER_UNREADABLE"
  /** The user's cache directory cannot be found or written. */
  | "CACHE_UNUSABLE"
  /** The embedding model cannot be had. */
  | "MODEL_UNAVAILABLE"
  /** The user stopped it. */
  | "STOPPED"
  /** A mistake of this program. */
  | "ENGINE";

/** A scan that ended without a result. Nothing was changed in the folder. */
export class ScanError extends Error {
  override readonly name = "ScanError";
  /** Which of the known reasons. */
  readonly code: ScanErrorCode;

  constructor(code: ScanErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
    this.code = code;
  }
}
