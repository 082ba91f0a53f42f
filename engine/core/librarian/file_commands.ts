import { unreachable } from "../protocol/invariant.ts";
import type { Metadata } from "../library/file.ts";
import type { ContentHash, FileId } from "../library/ids.ts";
import type { FileCommand, RecordedFile } from "../messages/librarian_messages.ts";
import { departs, type Departures } from "./entries.ts";
import { mendLinks } from "./mend_links.ts";
import { endUnmetObligations } from "./obligations.ts";
import { syncFolder } from "./sync_folder.ts";
import { FILES_PER_COMMAND_MAX } from "./trash_commands.ts";
import type { Asker, TurnDraft } from "./turn_draft.ts";

/** Handles what is said of single files. */
export function handleFileCommand(draft: TurnDraft, asker: Asker, command: FileCommand): void {
  switch (command.kind) {
    case "recordFiles":
      return recordFiles(draft, asker, command.files);
    case "syncFolder":
      return syncFolder(draft, asker, command);
    case "mendLinks":
      return mendLinks(draft, asker, command.links);
    case "changeMetadata":
      return changeMetadata(draft, asker, command);
    case "setFavorite":
      return setFavorite(draft, asker, command);
    case "markNotDuplicates":
      if (command.left === command.right) {
        return draft.refuse(asker, "INVALID", "A content is always a duplicate of itself");
      }
      if (!draft.state.notDuplicates.get(command.left)?.has(command.right)) {
        draft.emit({
          kind: "notDuplicatesMarked",
          left: command.left,
          right: command.right,
        });
      }
      return draft.reply(asker, { kind: "accepted" });
    case "recordEmbeddings":
      return recordEmbeddings(draft, asker, command.contentHashes);
    default:
      return unreachable(command);
  }
}

function recordFiles(draft: TurnDraft, asker: Asker, files: readonly RecordedFile[]): void {
  const { state } = draft;
  if (state.owner === null) return draft.refuse(asker, "UNKNOWN_LIBRARY", "Make it first");
  if (files.length > FILES_PER_COMMAND_MAX) {
    return draft.refuse(asker, "INVALID", `At most ${FILES_PER_COMMAND_MAX} files in one command`);
  }
  const fresh = new Map<FileId, RecordedFile>();
  const names = new Set<string>();
  for (const file of files) {
    if (state.files.has(file.file) || state.trashedFiles.has(file.file)) continue;
    const problem = recordProblem(draft, file) ?? objectProblem(draft, { file, names });
    if (problem !== null) return draft.refuse(asker, "INVALID", `${file.file}: ${problem}`);
    if (fresh.has(file.file)) return draft.refuse(asker, "FILE_EXISTS", `Twice: ${file.file}`);
    fresh.set(file.file, file);
  }
  for (const file of fresh.values()) emitRecorded(draft, file);
  draft.reply(asker, { kind: "accepted" });
}

/** A catalog's vectors come from its service: there is no work to hand out and wait for. */
function recordEmbeddings(
  draft: TurnDraft,
  asker: Asker,
  contentHashes: readonly ContentHash[],
): void {
  const { state } = draft;
  if (state.libraryKind !== "catalog") {
    return draft.refuse(asker, "WRONG_LIBRARY_KIND", "Only a catalog's service gives embeddings");
  }
  if (contentHashes.length > FILES_PER_COMMAND_MAX) {
    return draft.refuse(
      asker,
      "INVALID",
      `At most ${FILES_PER_COMMAND_MAX} contents in one command`,
    );
  }
  const fresh = new Set<ContentHash>();
  for (const contentHash of contentHashes) {
    if (!state.filesByHash.has(contentHash)) {
      return draft.refuse(asker, "UNKNOWN_FILE", `No live file has content ${contentHash}`);
    }
    if (state.embedded.get(contentHash) !== "embedded") fresh.add(contentHash);
  }
  for (const contentHash of fresh) {
    draft.emit({ kind: "contentEmbedded", contentHash, outcome: "embedded" });
  }
  draft.reply(asker, { kind: "accepted" });
}

function recordProblem(draft: TurnDraft, file: RecordedFile): string | null {
  const { state } = draft;
  const owner = file.owner ?? state.owner;
  if (file.entries.length === 0) return "a file needs an album";
  const albums = new Set<string>();
  let owned = 0;
  for (const entry of file.entries) {
    const album = state.albums.get(entry.album);
    if (album === undefined) return `unknown album ${entry.album}`;
    if (albums.has(entry.album)) return `two entries in album ${entry.album}`;
    albums.add(entry.album);
    if (album.owner === owner) owned += 1;
  }
  if (owned === 0) return "a file needs an album of its owner";
  return null;
}

/** One object belongs to one file: else purging the one would take the bytes of the other. */
function objectProblem(
  draft: TurnDraft,
  recorded: { file: RecordedFile; names: Set<string> },
): string | null {
  const { file, names } = recorded;
  const own = (file.owner ?? draft.state.owner) === draft.state.owner;
  for (const object of file.objects) {
    if (!Number.isSafeInteger(object.sizeBytes) || object.sizeBytes < 0) return "impossible size";
    if (!own) continue;
    const taken = draft.state.objectNames.has(object.name) || names.has(object.name);
    if (taken) return `object ${object.name} belongs to another file`;
    names.add(object.name);
  }
  return null;
}

function emitRecorded(draft: TurnDraft, file: RecordedFile): void {
  const owner = file.owner ?? draft.state.owner;
  if (owner === null) return;
  draft.emit({
    kind: "fileAdded",
    file: file.file,
    owner,
    fileKind: file.fileKind,
    name: file.name,
    capture: file.capture,
    contentHash: file.contentHash,
    objects: file.objects,
    facts: file.facts,
    metadata: file.metadata,
  });
  for (const entry of file.entries) {
    draft.emit({ kind: "entryAdded", album: entry.album, file: file.file, name: entry.name });
  }
}

function changeMetadata(
  draft: TurnDraft,
  asker: Asker,
  command: FileCommand & { kind: "changeMetadata" },
): void {
  const file = draft.state.files.get(command.file);
  if (file === undefined) return draft.refuse(asker, "UNKNOWN_FILE", command.file);
  if (file.owner !== draft.state.owner) return draft.refuse(asker, "FILE_NOT_OWNED", file.id);
  const metadata: Metadata = { ...file.metadata, ...command.change };
  if (!Number.isInteger(metadata.rating) || metadata.rating < 0 || metadata.rating > 5) {
    return draft.refuse(asker, "INVALID", `Rating must be 0 to 5: got ${metadata.rating}`);
  }
  draft.emit({ kind: "metadataChanged", file: file.id, metadata });
  draft.reply(asker, { kind: "accepted" });
}

/** Favourite means: in the owner's favorites album. */
function setFavorite(
  draft: TurnDraft,
  asker: Asker,
  command: FileCommand & { kind: "setFavorite" },
): void {
  const { state } = draft;
  const file = state.files.get(command.file);
  if (file === undefined) return draft.refuse(asker, "UNKNOWN_FILE", command.file);
  const favorites = state.owner === null ? undefined : state.favorites.get(state.owner);
  if (favorites === undefined || file.owner !== state.owner) {
    return draft.refuse(asker, "FILE_NOT_OWNED", file.id);
  }
  const already = file.entries.has(favorites);
  if (command.favorite && !already) {
    draft.emit({ kind: "entryAdded", album: favorites, file: file.id, name: null });
  }
  if (!command.favorite && already) {
    if (file.entries.size === 1) {
      return draft.refuse(asker, "LAST_ENTRY", `File it in an album first: ${file.id}`);
    }
    const departures: Departures = new Map();
    departs(departures, favorites, file.id);
    endUnmetObligations(draft, departures);
    draft.emit({ kind: "entryRemoved", album: favorites, file: file.id });
  }
  draft.reply(asker, { kind: "accepted" });
}
