/** Why a runtime ended. */
export type StopReason =
  /** It was asked to. */
  | { readonly kind: "closed" }
  /** An actor could not be kept running. The process should end, and be started again. */
  | { readonly kind: "failed"; readonly error: RuntimeError };

/** A runtime that cannot start or go on. */
export class RuntimeError extends Error {
  override readonly name = "RuntimeError";
  /** Stable name of the problem. */
  readonly code: "RUNTIME_START_REFUSED" | "RUNTIME_ACTOR_FAILED" | "RUNTIME_FENCED";

  constructor(code: RuntimeError["code"], message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
    this.code = code;
  }
}
