import type { StateInvariant } from "../protocol/actor.ts";
import { totalBytes } from "../library/file.ts";
import type { LibraryState } from "../library/state.ts";
import { countedBytes } from "./indexes.ts";
import { isMetWithout } from "./obligations.ts";

/**
 * What a librarian's state keeps between turns. Each check reads the whole library, so a simulator
 * samples them and a host runs them at snapshots.
 */
export const LIBRARIAN_INVARIANTS: readonly StateInvariant<LibraryState>[] = [
  { id: "INV-QUOTA-1", check: checkLedger },
  { id: "INV-ALBUM-3", check: checkEntries },
  { id: "INV-ALBUM-1", check: checkObligations },
  { id: "LIBRARIAN-INDEXES", check: checkIndexes },
];

function checkLedger(state: LibraryState): string | null {
  let live = 0;
  for (const file of state.files.values()) live += countedBytes(state, file);
  let trash = 0;
  for (const record of state.trash.values()) trash += totalBytes(record.objects);
  let reserved = 0;
  for (const reservation of state.reservations.values()) reserved += reservation.reservedBytes;
  let awaiting = 0;
  for (const sizeBytes of state.awaitingRemoval.values()) awaiting += sizeBytes;
  const { usage } = state;
  const equal = usage.liveBytes === live && usage.trashBytes === trash &&
    usage.reservedBytes === reserved && usage.awaitingRemovalBytes === awaiting;
  if (equal) return null;
  const found = { live, trash, reserved, awaiting };
  return `Ledger ${JSON.stringify(usage)} differs from the sum ${JSON.stringify(found)}`;
}

function checkEntries(state: LibraryState): string | null {
  let entries = 0;
  for (const file of state.files.values()) {
    let own = 0;
    for (const id of file.entries.keys()) {
      const album = state.albums.get(id);
      if (!album?.entries.has(file.id)) return `File ${file.id} is not in its album ${id}`;
      if (album.owner === file.owner) own += 1;
      entries += 1;
    }
    if (own === 0 && file.owner === state.owner) {
      return `File ${file.id} is in no album of its owner`;
    }
  }
  for (const album of state.albums.values()) entries -= album.entries.size;
  return entries === 0 ? null : `${-entries} entries point at files that are not live`;
}

function checkObligations(state: LibraryState): string | null {
  for (const obligation of state.obligations.values()) {
    if (!isMetWithout(state, obligation, new Set())) {
      return `Album ${obligation.album} lost scene ${obligation.scene} of plan ${obligation.plan}`;
    }
  }
  return null;
}

function checkIndexes(state: LibraryState): string | null {
  let hashed = 0;
  for (const file of state.files.values()) {
    if (file.contentHash === null) continue;
    hashed += 1;
    if (!state.filesByHash.get(file.contentHash)?.has(file.id)) return `${file.id} is not indexed`;
  }
  for (const files of state.filesByHash.values()) hashed -= files.size;
  if (hashed !== 0) return `${-hashed} index rows name no live file`;
  for (const sequence of state.trashedFiles.values()) {
    if (!state.trash.has(sequence)) return `Trash ${sequence} is named and not there`;
  }
  return null;
}
