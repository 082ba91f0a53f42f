import type { FileRecord } from "../library/file.ts";
import type { AlbumId, FileId } from "../library/ids.ts";
import type { FileCommand, RecordedFile } from "../messages/librarian_messages.ts";
import { departs, type Departures } from "./entries.ts";
import { isMovingNames } from "./folder_names.ts";
import { endUnmetObligations } from "./obligations.ts";
import { FILES_PER_COMMAND_MAX } from "./trash_commands.ts";
import type { Asker, TurnDraft } from "./turn_draft.ts";

/** The names of a file in directories. */
type Names = readonly { readonly album: AlbumId; readonly name: string }[];

/**
 * Takes over what somebody else did to a folder: files that are gone, files with other bytes, and
 * names that came or went. What is in the trash, and what the library alone knows (favourites,
 * captions), stays. New files are told by `recordFiles`. Linear in what is told.
 */
export function syncFolder(
  draft: TurnDraft,
  asker: Asker,
  command: FileCommand & { kind: "syncFolder" },
): void {
  const { changed, gone, renamed } = command;
  if (draft.state.libraryKind !== "folder") {
    return draft.refuse(asker, "WRONG_LIBRARY_KIND", "Only a folder is changed by somebody else");
  }
  if (isMovingNames(draft.state)) {
    return draft.refuse(asker, "PLAN_PENDING", "Names are being moved in the folder: ask again");
  }
  if (changed.length + gone.length + renamed.length > FILES_PER_COMMAND_MAX) {
    return draft.refuse(asker, "INVALID", `At most ${FILES_PER_COMMAND_MAX} files in one command`);
  }
  const problem = problemOf(draft, command);
  if (problem !== null) return draft.refuse(asker, "INVALID", problem);
  const departures: Departures = new Map();
  const liveGone = new Set(gone.filter((id) => draft.state.files.has(id)));
  for (const id of liveGone) leaveAll(departures, draft.state.files.get(id));
  // Other bytes meet no obligation that the old ones met.
  for (const { file: id } of changed) leaveAll(departures, draft.state.files.get(id));
  for (const { file: id, names } of renamed) {
    const file = draft.state.files.get(id);
    if (file === undefined) continue;
    const stays = new Set(names.map(({ album }) => album));
    for (const [album, name] of file.entries) {
      if (name !== null && !stays.has(album)) departs(departures, album, id);
    }
  }
  endUnmetObligations(draft, departures);
  for (const id of liveGone) draft.emit({ kind: "fileVanished", file: id });
  // Names that go make room for names that come.
  for (const told of renamed) emitOldNames(draft, told);
  for (const told of renamed) emitNewNames(draft, told);
  for (const file of changed) emitChanged(draft, file);
  draft.reply(asker, { kind: "accepted" });
}

function problemOf(
  draft: TurnDraft,
  { changed, gone, renamed }: FileCommand & { kind: "syncFolder" },
): string | null {
  const told = [
    ...gone,
    ...changed.map(({ file }) => file),
    ...renamed.map(({ file }) => file),
  ];
  if (new Set(told).size !== told.length) return "A file is told twice";
  for (const { file, entries } of changed) {
    if (!draft.state.files.has(file)) return `No such file: ${file}`;
    if (entries.length === 0) return `A file needs an album: ${file}`;
  }
  for (const { file, names } of renamed) {
    if (names.length === 0) return `A file needs a name: ${file}`;
    for (const { album } of names) {
      if (!draft.state.albums.has(album)) return `No such album: ${album}`;
    }
  }
  return null;
}

function leaveAll(departures: Departures, file: FileRecord | undefined): void {
  if (file === undefined) return;
  for (const album of file.entries.keys()) departs(departures, album, file.id);
}

function emitOldNames(draft: TurnDraft, told: { file: FileId; names: Names }): void {
  const file = draft.state.files.get(told.file);
  if (file === undefined) return;
  const wanted = new Map(told.names.map(({ album, name }) => [album, name]));
  for (const [album, name] of file.entries) {
    if (name === null || wanted.get(album) === name) continue;
    draft.emit({ kind: "entryRemoved", album, file: file.id });
  }
}

function emitNewNames(draft: TurnDraft, told: { file: FileId; names: Names }): void {
  const file = draft.state.files.get(told.file);
  if (file === undefined) return;
  for (const { album, name } of told.names) {
    if (file.entries.get(album) === name) continue;
    draft.emit({ kind: "entryAdded", album, file: file.id, name });
  }
}

/** Other bytes are another content: what was known of the old one does not hold. */
function emitChanged(draft: TurnDraft, told: RecordedFile): void {
  const file = draft.state.files.get(told.file);
  if (file === undefined) return;
  const own = [...file.entries].filter(([, name]) => name === null);
  draft.emit({ kind: "fileVanished", file: file.id });
  draft.emit({
    kind: "fileAdded",
    file: file.id,
    owner: file.owner,
    fileKind: told.fileKind,
    name: told.name,
    capture: told.capture,
    contentHash: null,
    objects: told.objects,
    facts: told.facts,
    metadata: file.metadata,
  });
  for (const { album, name } of told.entries) {
    draft.emit({ kind: "entryAdded", album, file: file.id, name });
  }
  for (const [album, name] of own) draft.emit({ kind: "entryAdded", album, file: file.id, name });
}
