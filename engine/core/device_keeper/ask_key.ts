import { unreachable } from "../protocol/invariant.ts";
import type { AskPurpose } from "./keeper_events.ts";

/** Names what is asked: at most one ask of the same name is open. */
export function askKey(purpose: AskPurpose): string {
  switch (purpose.kind) {
    case "register":
    case "receipts":
    case "report":
      return purpose.kind;
    case "offer":
    case "commit":
    case "find":
      return `${purpose.kind}/${purpose.asset}`;
    case "abandon":
      return `${purpose.kind}/${purpose.reservation}`;
    default:
      return unreachable(purpose);
  }
}
