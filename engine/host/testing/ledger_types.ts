import type { ActorId } from "@scenekeep/engine/core";
import { identifier } from "@scenekeep/engine/core";

/** The types of the ledger that the crash loop kills. */
export interface LedgerTypes {
  readonly message: LedgerMessage;
  readonly event: LedgerEvent;
  readonly job: LedgerJob;
  readonly result: "recorded";
}

/** What ledger, auditor and clients say to each other. */
export type LedgerMessage =
  | { readonly kind: "add"; readonly amount: number }
  | { readonly kind: "added"; readonly version: number; readonly digest: number }
  | { readonly kind: "audit"; readonly command: string }
  | { readonly kind: "audited"; readonly command: string }
  | { readonly kind: "ask" }
  | { readonly kind: "standing"; readonly open: number; readonly version: number };

/** What ledger and auditor write into their journals. */
export type LedgerEvent =
  | { readonly kind: "added"; readonly command: string; readonly amount: number }
  | { readonly kind: "recorded"; readonly command: string }
  | { readonly kind: "confirmed"; readonly command: string }
  | { readonly kind: "audited"; readonly command: string }
  | { readonly kind: "swept" };

/** An effect outside the transaction: a line in a file. */
export interface LedgerJob {
  readonly kind: "record";
  readonly command: string;
}

/** Applies commands. */
export const LEDGER: ActorId = identifier("ledger");
/** Hears of every command on a durable channel, and answers on one. */
export const AUDITOR: ActorId = identifier("auditor");
