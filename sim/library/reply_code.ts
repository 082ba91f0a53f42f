import type { EngineMessage } from "@scenekeep/engine/core";

/** Why an answer is a refusal, by its stable code; null for any other answer. */
export function codeOf(reply: EngineMessage): string | null {
  switch (reply.kind) {
    case "refused":
      return reply.refusal === null ? reply.code : reply.refusal.code;
    case "reviewRefused":
    case "keeperRefused":
      return reply.code;
    case "removedBefore":
      return "REMOVED_BEFORE";
    default:
      return null;
  }
}
