import { unreachable } from "../protocol/invariant.ts";
import { proposeDecisions } from "../album_reconciler/propose_decisions.ts";
import { totalBytes } from "../library/file.ts";
import type { SkipReason } from "../library/plan.ts";
import type { PlanRecord } from "../library/state.ts";
import type { LibrarianQuery } from "../messages/librarian_messages.ts";
import type { LibrarianReply } from "../messages/librarian_replies.ts";
import type { Asker, TurnDraft } from "./turn_draft.ts";

/** Most records of one page. */
export const PAGE_LENGTH_MAX = 1_000;

/** Answers a question. Changes nothing. */
export function handleQuery(draft: TurnDraft, asker: Asker, query: LibrarianQuery): void {
  switch (query.kind) {
    case "readStorage":
      return draft.reply(asker, storageOf(draft));
    case "readPlan": {
      const record = draft.state.plans.get(query.plan);
      if (record === undefined) return draft.refuse(asker, "UNKNOWN_PLAN", query.plan);
      return draft.reply(asker, planStateOf(record));
    }
    case "readFile": {
      const file = draft.state.files.get(query.file);
      if (file === undefined) return draft.refuse(asker, "UNKNOWN_FILE", query.file);
      return draft.reply(asker, {
        kind: "fileState",
        file: file.id,
        version: file.version,
        contentHash: file.contentHash,
        objects: file.objects,
      });
    }
    case "readTrash":
      return draft.reply(asker, trashPageOf(draft, query));
    case "proposeDecisions":
      return draft.reply(asker, {
        kind: "decisions",
        scenes: query.scenes.map((members) =>
          proposeDecisions(draft.state, { members, keepRules: query.keepRules })
        ),
      });
    default:
      return unreachable(query);
  }
}

function storageOf(draft: TurnDraft): LibrarianReply {
  const { state } = draft;
  return {
    kind: "storage",
    usage: { ...state.usage },
    files: state.files.size,
    albums: state.albums.size,
    inTrash: state.trash.size,
    toHash: state.toHash.size,
    toEmbed: state.toEmbed.size,
  };
}

function planStateOf(record: PlanRecord): LibrarianReply {
  const skipped: { index: number; reason: SkipReason }[] = [];
  const stays: string[] = [];
  let applied = 0;
  let undone = 0;
  for (const [index, item] of record.items.entries()) {
    if (item.kind === "applied") applied += 1;
    if (item.kind === "skipped") skipped.push({ index, reason: item.reason });
    if (item.kind !== "undone") continue;
    undone += 1;
    stays.push(...item.stays);
  }
  return {
    kind: "planState",
    phase: record.phase,
    applied,
    skipped,
    undone,
    stays,
    plan: record.plan,
  };
}

function trashPageOf(
  draft: TurnDraft,
  query: LibrarianQuery & { kind: "readTrash" },
): LibrarianReply {
  const limit = Math.min(Math.max(1, query.limit), PAGE_LENGTH_MAX);
  const records = [];
  let next: number | null = null;
  for (const record of draft.state.trash.values()) {
    if (record.sequence <= query.after) continue;
    if (records.length === limit) {
      next = records.at(-1)?.sequence ?? null;
      break;
    }
    records.push({
      sequence: record.sequence,
      file: record.file,
      name: record.record.name,
      sizeBytes: totalBytes(record.objects),
      trashedAtMs: record.trashedAtMs,
      cause: record.cause.kind,
    });
  }
  return { kind: "trashPage", records, next };
}
