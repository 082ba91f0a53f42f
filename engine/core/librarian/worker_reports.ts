import type { ActorId } from "../protocol/ids.ts";
import { BETWEEN_PROCESSES, EMBEDDING, HASHING } from "../messages/addresses.ts";
import type { FileChange, LibrarianReport } from "../messages/librarian_messages.ts";
import type { FileRecord } from "../library/file.ts";
import type { ContentHash, FileId } from "../library/ids.ts";
import { isHidden, isMixed } from "./entries.ts";
import type { TurnDraft } from "./turn_draft.ts";

/** Most work that is handed out at once. */
export const WORK_PER_MESSAGE_MAX = 256;

/** Most changes that are told at once. */
export const CHANGES_PER_MESSAGE_MAX = 1024;

/** Hands out work that is not in the worker's hands. Linear in what is handed out and in hand. */
export function handOutWork(
  draft: TurnDraft,
  worker: ActorId,
  report: LibrarianReport & { kind: "takeWork" },
): void {
  const inFlight = new Set(report.inFlight);
  const limit = Math.min(report.limit, WORK_PER_MESSAGE_MAX);
  if (report.work === "hash") {
    draft.send(worker, BETWEEN_PROCESSES, {
      kind: "hashWork",
      items: hashItems(draft, inFlight, limit),
    });
  } else {
    draft.send(worker, BETWEEN_PROCESSES, {
      kind: "embedWork",
      items: embedItems(draft, inFlight, limit),
    });
  }
}

function hashItems(
  draft: TurnDraft,
  inFlight: ReadonlySet<string>,
  limit: number,
): { file: FileId; version: number; objects: FileRecord["objects"] }[] {
  const items: { file: FileId; version: number; objects: FileRecord["objects"] }[] = [];
  for (const id of draft.state.toHash.keys()) {
    if (items.length >= limit) break;
    const file = draft.state.files.get(id);
    if (file === undefined || inFlight.has(id)) continue;
    items.push({ file: id, version: file.version, objects: file.objects });
  }
  return items;
}

function embedItems(
  draft: TurnDraft,
  inFlight: ReadonlySet<string>,
  limit: number,
): { contentHash: ContentHash; object: FileRecord["objects"][number] }[] {
  const items: { contentHash: ContentHash; object: FileRecord["objects"][number] }[] = [];
  for (const [contentHash, id] of draft.state.toEmbed) {
    if (items.length >= limit) break;
    const original = draft.state.files.get(id)?.objects.find((part) => part.role === "original");
    if (original === undefined || inFlight.has(contentHash)) continue;
    items.push({ contentHash, object: original });
  }
  return items;
}

/** Takes hashes that were read from stored bytes. Results for other versions are stale. */
export function takeHashes(
  draft: TurnDraft,
  report: LibrarianReport & { kind: "filesHashed" },
): void {
  const wasIdle = draft.state.toEmbed.size === 0;
  let verified = 0;
  for (const result of report.results) {
    const file = draft.state.files.get(result.file);
    if (file === undefined || file.version !== result.version) continue;
    if (draft.state.toHash.get(file.id) !== result.version) continue;
    if (result.contentHash === null) {
      const reason = result.reason ?? "unreadable";
      draft.emit({ kind: "hashFailed", file: file.id, version: file.version, reason });
      draft.warn("FILE_UNREADABLE", `${file.id}: ${reason}`);
      continue;
    }
    if (file.contentHash !== null && file.contentHash !== result.contentHash) {
      // What was stored is not what was sent: it is kept, and never relied on.
      draft.emit({
        kind: "hashFailed",
        file: file.id,
        version: file.version,
        reason: "hashMismatch",
      });
      draft.warn("HASH_MISMATCH", `${file.id} is not what was promised`);
      continue;
    }
    draft.emit({
      kind: "hashVerified",
      file: file.id,
      version: file.version,
      contentHash: result.contentHash,
    });
    shareFacts(draft, file, result.contentHash);
    verified += 1;
  }
  if (wasIdle && verified > 0) announceWork(draft, "embed");
}

/**
 * A copy of a picture that has been looked at is not looked at again: it gets what the other one
 * told, so that which of them stays does not depend on the order in which they came.
 */
function shareFacts(draft: TurnDraft, file: FileRecord, contentHash: ContentHash): void {
  const { state } = draft;
  for (const id of state.filesByHash.get(contentHash) ?? []) {
    const facts = state.files.get(id)?.facts;
    if (facts === undefined || facts.sharpness === null) continue;
    const { losses, sharpness, widthPixels, heightPixels, takenAtMs } = facts;
    const measured = {
      widthPixels,
      heightPixels,
      takenAtMs,
      ...(losses === undefined ? {} : { losses }),
    };
    // What was told of a file when it came stays as it is, and is no word on its copies.
    const isTold = file.facts.widthPixels > 0;
    return draft.emit({
      kind: "factsMeasured",
      contentHash,
      sharpness,
      ...(isTold ? {} : { measured }),
    });
  }
}

/** Takes the outcome of embeddings. */
export function takeEmbeddings(
  draft: TurnDraft,
  report: LibrarianReport & { kind: "contentsEmbedded" },
): void {
  for (const result of report.results) {
    if (!draft.state.toEmbed.has(result.contentHash)) continue;
    draft.emit({
      kind: "contentEmbedded",
      contentHash: result.contentHash,
      outcome: result.outcome,
    });
    if (result.sharpness !== null) {
      draft.emit({
        kind: "factsMeasured",
        contentHash: result.contentHash,
        sharpness: result.sharpness,
        ...(result.measured === undefined ? {} : { measured: result.measured }),
      });
    }
    if (result.reason !== null) {
      draft.warn("NOT_EMBEDDABLE", `${result.contentHash}: ${result.reason}`);
    }
  }
}

/** Takes what compression has left on pictures, as far as it is not known. */
export function takeTraces(
  draft: TurnDraft,
  report: LibrarianReport & { kind: "tracesFound" },
): void {
  const { state } = draft;
  for (const { compressionSteps, contentHash } of report.traces) {
    const isNews = [...state.filesByHash.get(contentHash) ?? []].some((id) => {
      const losses = state.files.get(id)?.facts.losses;
      return losses !== undefined && losses.compressionSteps === undefined;
    });
    if (isNews) draft.emit({ kind: "tracesFound", contentHash, compressionSteps });
  }
}

/** Queues contents again whose vectors cannot be found. */
export function takeLostEmbeddings(
  draft: TurnDraft,
  report: LibrarianReport & { kind: "embeddingsLost" },
): void {
  const lost = new Set(report.contentHashes);
  let queued = 0;
  for (const contentHash of lost) {
    if (draft.state.embedded.get(contentHash) !== "embedded") continue;
    draft.emit({ kind: "embeddingLost", contentHash });
    queued += 1;
  }
  if (queued > 0) announceWork(draft, "embed");
}

/** Tells an idle worker that there is something to do. A lost hint costs one poll interval. */
export function announceWork(draft: TurnDraft, work: "hash" | "embed"): void {
  const worker = work === "hash" ? HASHING : EMBEDDING;
  draft.send(worker, BETWEEN_PROCESSES, { kind: "workAvailable", work });
}

/** Tells grouping what changed since its cursor. Linear in what is told. */
export function tellChanges(
  draft: TurnDraft,
  asker: ActorId,
  report: LibrarianReport & { kind: "pullChanges" },
): void {
  const { state } = draft;
  const end = state.changesBase + state.changes.length;
  const reset = report.cursor < state.changesBase || report.cursor > end;
  const from = reset ? state.changesBase : report.cursor;
  const limit = Math.min(report.limit, CHANGES_PER_MESSAGE_MAX);
  const to = Math.min(end, from + limit);
  const files = new Map<FileId, FileChange>();
  const pairs: (readonly [ContentHash, ContentHash])[] = [];
  for (let number = from; number < to; number += 1) {
    const notice = state.changes[number - state.changesBase];
    if (notice === undefined) continue;
    if (typeof notice !== "string") pairs.push([notice.left, notice.right]);
    else if (!files.has(notice)) files.set(notice, changeOf(draft, notice));
  }
  draft.send(asker, BETWEEN_PROCESSES, {
    kind: "changes",
    from: report.cursor,
    reset,
    next: to,
    more: to < end,
    files: [...files.values()],
    notDuplicates: pairs,
  });
}

/** The file as grouping may see it: own, live, verified pictures on one side of the barrier. */
function changeOf(draft: TurnDraft, id: FileId): FileChange {
  const { state } = draft;
  const file = state.files.get(id);
  if (file === undefined || file.owner !== state.owner) return { file: id, node: null };
  const searchable = file.verified && (file.kind === "photo" || file.kind === "live") &&
    !isMixed(state, file);
  if (!searchable || file.contentHash === null) return { file: id, node: null };
  return {
    file: id,
    node: {
      owner: file.owner,
      side: isHidden(state, file) ? "hidden" : "visible",
      contentHash: file.contentHash,
      embedded: state.embedded.get(file.contentHash) === "embedded",
    },
  };
}
