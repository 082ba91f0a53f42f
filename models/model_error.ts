/** Why a model cannot be had; stable, for programs. */
export type ModelErrorCode =
  | "CACHE_DIRECTORY_UNKNOWN"
  | "MODEL_ASSET_CHANGED"
  | "MODEL_ASSET_MISSING"
  | "MODEL_CONVERSION_CHANGED"
  | "MODEL_DOWNLOAD_FAILED"
  | "MODEL_DOWNLOAD_REFUSED"
  | "MODEL_FILE_CHANGED"
  | "MODEL_FILE_MISSING"
  | "MODEL_OUTPUT_UNEXPECTED"
  | "MODEL_UNKNOWN";

/** A model cannot be had. Nothing was changed; trying again without a change will not help. */
export class ModelError extends Error {
  /** For stack traces. */
  override readonly name = "ModelError";
  /** Which of the known reasons. */
  readonly code: ModelErrorCode;

  /** An error with its code; the message says what, where and what to do. */
  constructor(code: ModelErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
