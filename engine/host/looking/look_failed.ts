import type { EmbeddingFaultCode } from "@scenekeep/models";

/** No process can be had that compares. */
export class LookFailed extends Error {
  override readonly name = "LookFailed";
  /** True when trying again is of no use: no process can be started. */
  readonly isHopeless: boolean;

  constructor(message: string, { isHopeless }: { readonly isHopeless: boolean }) {
    super(message);
    this.isHopeless = isHopeless;
  }
}

/** Nobody waits for the look any more. */
export class LookStopped extends Error {
  override readonly name = "LookStopped";

  constructor() {
    super("The look was stopped");
  }
}

/**
 * What ends a look after a fault that says nothing of the pictures; null after all others, as of
 * one that is gone or that brings its process down each time: it is left out.
 *
 * @param isStopped Whether the look is given up: that cancels its work, of which nobody needs to
 * hear.
 */
export function endOfLook(
  { code, reason }: { readonly code: EmbeddingFaultCode; readonly reason: string },
  isStopped: boolean,
): Error | null {
  if (code !== "BUSY" && code !== "CANCELLED" && code !== "MODEL_UNAVAILABLE") return null;
  if (isStopped) return new LookStopped();
  return new LookFailed(reason, { isHopeless: code === "MODEL_UNAVAILABLE" });
}
