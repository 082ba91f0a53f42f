import { invariant } from "../protocol/invariant.ts";
import type { Metadata } from "../library/file.ts";
import { emptyLibrary, type LibraryState } from "../library/state.ts";
import { fileOfRow, type FileRow, fileRow, MetadataList } from "./file_rows.ts";
import { addToIndex, indexContent, indexObligation, takeName } from "./indexes.ts";
import { fromPlain, isRecord, toPlain } from "./plain_collections.ts";

/** Version of the snapshot. Older snapshots are read forward; the journal itself is the truth. */
export const SNAPSHOT_FORMAT = "library-snapshot/1";

/** What can be computed from the rest, and is not kept. */
type Derived =
  | "filesByHash"
  | "filesByCapture"
  | "objectNames"
  | "names"
  | "trashedFiles"
  | "receiptsByFile"
  | "obligationsByAlbum"
  | "obligationsByFile"
  | "changes"
  | "changesBase";

/**
 * The state as plain JSON. Indexes are left out and computed again.
 *
 * The list of changes is not kept either. A decoded library starts a new one that names every live
 * file, and whoever follows it starts over. Linear in the library.
 */
export function encodeLibrary(state: LibraryState): unknown {
  const metadata = new MetadataList();
  const files = [...state.files.values()].map((file) => fileRow(file, metadata));
  return {
    format: SNAPSHOT_FORMAT,
    changesBase: state.changesBase + state.changes.length + 1,
    metadata: metadata.values,
    files,
    rest: toPlain(restOf(state)),
  };
}

function restOf(state: LibraryState): Omit<LibraryState, Derived | "files"> {
  const {
    files: _files,
    filesByHash: _filesByHash,
    filesByCapture: _filesByCapture,
    objectNames: _objectNames,
    names: _names,
    trashedFiles: _trashedFiles,
    receiptsByFile: _receiptsByFile,
    obligationsByAlbum: _obligationsByAlbum,
    obligationsByFile: _obligationsByFile,
    changes: _changes,
    changesBase: _changesBase,
    ...rest
  } = state;
  return rest;
}

/** @throws {InvariantError} When the snapshot is of a format that this program does not know. */
export function decodeLibrary(snapshot: unknown): LibraryState {
  invariant(isRecord(snapshot), "SNAPSHOT_SHAPE", "A snapshot is an object");
  const { format, changesBase, metadata, files } = snapshot;
  invariant(
    format === SNAPSHOT_FORMAT,
    "SNAPSHOT_FORMAT",
    `Expected ${SNAPSHOT_FORMAT}: got ${String(format)}`,
  );
  const rest = fromPlain(snapshot["rest"]);
  invariant(
    isRecord(rest) && typeof changesBase === "number" && Array.isArray(metadata) &&
      Array.isArray(files),
    "SNAPSHOT_SHAPE",
    "A part of it is missing",
  );
  const state: LibraryState = { ...emptyLibrary(), ...rest };
  for (const row of files as FileRow[]) {
    state.files.set(row[0], fileOfRow(row, metadata as Metadata[]));
  }
  computeIndexes(state);
  state.changesBase = changesBase;
  computeChanges(state);
  return state;
}

function computeIndexes(state: LibraryState): void {
  for (const file of state.files.values()) {
    if (file.contentHash !== null) {
      indexContent(state, file.contentHash, file.id);
    }
    if (file.capture !== null) {
      addToIndex(state.filesByCapture, { key: file.capture, value: file.id });
    }
    for (const [album, name] of file.entries) takeName(state, { album, name, file: file.id });
    if (file.owner !== state.owner) continue;
    for (const object of file.objects) state.objectNames.add(object.name);
  }
  for (const record of state.trash.values()) {
    if (record.content === "file") state.trashedFiles.set(record.file, record.sequence);
    for (const object of record.objects) state.objectNames.add(object.name);
  }
  for (const reservation of state.reservations.values()) {
    for (const object of reservation.objects) state.objectNames.add(object.name);
  }
  for (const object of state.awaitingRemoval.keys()) state.objectNames.add(object);
  for (const receipt of state.receipts.values()) {
    addToIndex(state.receiptsByFile, { key: receipt.file, value: receipt.id });
  }
  for (const obligation of state.obligations.values()) {
    indexObligation(state, obligation);
  }
}

function computeChanges(state: LibraryState): void {
  for (const [left, others] of state.notDuplicates) {
    for (const right of others) {
      if (left < right) state.changes.push({ left, right });
    }
  }
  for (const file of state.files.keys()) state.changes.push(file);
}
