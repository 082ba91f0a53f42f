import { type MessageId, restoreState } from "@scenekeep/engine/core";
import { identifier } from "@scenekeep/engine/core";
import { join } from "@std/path";
import { SqliteJournal } from "../journal/sqlite_journal.ts";
import { AUDITOR_ACTOR, LEDGER_ACTOR, type LedgerState, nextDigest } from "./ledger_actor.ts";
import { AUDITOR, LEDGER, type LedgerMessage, type LedgerTypes } from "./ledger_types.ts";
import { AGAIN, linesOf } from "./record_port.ts";

/** The answer to an `add`. */
export type Added = Extract<LedgerMessage, { readonly kind: "added" }>;

/** Where a crash loop keeps its files. */
export interface LedgerFiles {
  readonly folder: string;
  readonly library: string;
  readonly record: string;
}

/** The files of a crash loop in `folder`. */
export function ledgerFiles(folder: string): LedgerFiles {
  return {
    folder,
    library: join(folder, "library.sqlite"),
    record: join(folder, "record.txt"),
  };
}

/** What was found to hold at the end of one audit; the next one builds on it. */
export interface AuditProgress {
  /** The order in which commands were applied, as far as it was seen. */
  readonly order: readonly string[];
  /** The digest after each of them. */
  readonly digests: readonly number[];
}

/** Before the first audit. */
export const NOTHING_AUDITED: AuditProgress = { order: [], digests: [] };

/**
 * Reads what a killed process left, on a copy so that the next process meets it as it is, and
 * checks it against all that was acknowledged.
 *
 * @throws {Error} When anything is lost, doubled, damaged or out of order.
 */
export function auditLedger(
  files: LedgerFiles,
  seen: {
    readonly before: AuditProgress;
    /** Answers since the audit before; with the last audit all. */
    readonly acknowledged: ReadonlyMap<string, Added>;
  },
): AuditProgress {
  const copy = join(files.folder, "copy.sqlite");
  for (const suffix of ["", "-wal"]) copyIfThere(files.library + suffix, copy + suffix);
  const journal = SqliteJournal.open({ path: copy });
  try {
    check(journal.checkIntegrity() === "ok", `integrity: ${journal.checkIntegrity()}`);
    check(journal.warnings.length === 0, `warnings: ${journal.warnings.join("; ")}`);
    const store = journal.storeFor<LedgerTypes>(LEDGER);
    const ledger = restoreState(LEDGER_ACTOR, store.open());
    const auditor = restoreState(AUDITOR_ACTOR, journal.storeFor<LedgerTypes>(AUDITOR).open());
    const progress = checkOrder(ledger, seen.before);
    for (const [name, counts] of Object.entries({ ...ledger, auditor })) {
      if (counts instanceof Map) checkCounts(name, counts, new Set(ledger.order));
    }
    for (const [id, added] of seen.acknowledged) {
      const at = added.version - 1;
      check(progress.order[at] === id, `acknowledged "${id}" is lost, or moved from ${at}`);
      check(progress.digests[at] === added.digest, `"${id}" was applied on another state`);
      const [kept] = store.repliesTo(identifier<MessageId>(id)) ?? [];
      check(
        JSON.stringify(kept?.effect.body) === JSON.stringify(added),
        `the answer to "${id}" is not kept`,
      );
    }
    return progress;
  } finally {
    journal.close();
    for (const suffix of ["", "-wal"]) removeIfThere(copy + suffix);
  }
}

/** What the effects outside came to. */
export interface RecordAudit {
  /** Requests that were carried out a second time, and found done. */
  readonly repeated: number;
}

/**
 * Checks the effects outside: each command's exactly once among those that were not repetitions.
 *
 * @throws {Error} When one is missing or there twice.
 */
export function auditRecord(files: LedgerFiles, order: readonly string[]): RecordAudit {
  const effects = new Map<string, string>();
  let repeated = 0;
  for (const line of linesOf(files.record)) {
    const isAgain = line.startsWith(AGAIN);
    const [effect = "", command = ""] = line.slice(isAgain ? AGAIN.length : 0).split(" ");
    if (isAgain) {
      repeated += 1;
      check(effects.get(command) === effect, `"${command}" was repeated under another name`);
      continue;
    }
    check(!effects.has(command), `the effect of "${command}" was carried out twice`);
    effects.set(command, effect);
  }
  for (const command of order) {
    check(effects.has(command), `the effect of "${command}" was never carried out`);
  }
  check(effects.size === order.length, "an effect was carried out that no command asked for");
  return { repeated };
}

function checkOrder(ledger: LedgerState, before: AuditProgress): AuditProgress {
  const { order } = ledger;
  check(new Set(order).size === order.length, "a command was applied twice");
  check(before.order.every((id, at) => order[at] === id), "what was committed before is changed");
  const digests = [...before.digests];
  for (let at = digests.length; at < order.length; at += 1) {
    digests.push(nextDigest(digests[at - 1] ?? 0, order[at] ?? ""));
  }
  check((digests.at(-1) ?? 0) === ledger.digest, "the digest is not that of the commands");
  return { order: [...order], digests };
}

function checkCounts(
  name: string,
  counts: ReadonlyMap<string, number>,
  applied: ReadonlySet<string>,
): void {
  for (const [command, count] of counts) {
    check(count === 1, `${name} of "${command}" happened ${count} times`);
    check(applied.has(command), `${name} of "${command}", which was never applied`);
  }
}

function check(holds: boolean, problem: string): asserts holds {
  if (!holds) throw new Error(`The ledger does not hold: ${problem}`);
}

function copyIfThere(from: string, to: string): void {
  try {
    Deno.copyFileSync(from, to);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
