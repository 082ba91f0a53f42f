import type { EmbeddingFault, EmbeddingFaultCode } from "@scenekeep/models";
import type { CachedEmbedding } from "../cache/embedding_cache.ts";

/** Why a picture is in no scene, as a person reads it. The same in every run. */
export interface EmbeddingProblem {
  readonly code: EmbeddingFaultCode | "BLANK" | "DAMAGED";
  readonly reason: string;
}

/** Why a picture is in no scene, or null when it may be. */
export function problemOf(known: CachedEmbedding): EmbeddingProblem | null {
  if (known.kind === "failed") return { code: known.code, reason: reasonOf(known) };
  if (known.facts.isBlank) return { code: "BLANK", reason: "blank" };
  if (!known.facts.isDamaged) return null;
  return { code: "DAMAGED", reason: "damaged in part: never taken for another picture" };
}

/**
 * A reason in words of our own where the decoder's would do as well: those depend on what it
 * decoded at the same time.
 */
function reasonOf(fault: Pick<EmbeddingFault, "code" | "reason">): string {
  switch (fault.code) {
    case "EMPTY":
      return "empty file";
    case "TRUNCATED":
    case "CORRUPT":
      return "damaged: the picture cannot be decoded";
    case "UNSUPPORTED_FORMAT":
    case "TOO_LARGE":
      return fault.reason.split(": ")[0] ?? fault.code;
    case "NOT_AN_IMAGE":
      return fault.reason;
    case "NOT_FOUND":
      return "vanished during the scan";
    case "CHANGED":
      return "changed during the scan";
    case "NOT_READABLE":
      return "cannot be read";
    case "TIMED_OUT":
      return "decoding it took too long";
    case "PROCESS_DIED":
      return "decoding it brought the decoder down";
    case "MODEL_UNAVAILABLE":
    case "BUSY":
    case "CANCELLED":
      return "was not looked at";
  }
}
