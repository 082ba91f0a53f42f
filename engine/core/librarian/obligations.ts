import type { AlbumId, FileId } from "../library/ids.ts";
import type { ObligationRecord } from "../library/obligation.ts";
import type { LibraryState } from "../library/state.ts";
import type { Departures } from "./entries.ts";
import type { TurnDraft } from "./turn_draft.ts";

/** Obligations of an album that `file` helps to meet. Linear in all that the file helps to meet. */
export function obligationsOn(
  state: LibraryState,
  entry: { album: AlbumId; file: FileId },
): ObligationRecord[] {
  const found: ObligationRecord[] = [];
  for (const id of state.obligationsByFile.get(entry.file) ?? []) {
    const obligation = state.obligations.get(id);
    if (obligation?.album === entry.album) found.push(obligation);
  }
  return found;
}

/** True when some acceptable file stays in the album once `leaving` has gone. */
export function isMetWithout(
  state: LibraryState,
  obligation: ObligationRecord,
  leaving: ReadonlySet<FileId>,
): boolean {
  const entries = state.albums.get(obligation.album)?.entries;
  if (entries === undefined) return false;
  for (const file of obligation.acceptable) {
    if (entries.has(file) && !leaving.has(file)) return true;
  }
  return false;
}

/**
 * Ends what the user's own removal leaves unmet: the user may take the last representative away.
 *
 * Linear in the obligations that the files concerned help to meet.
 */
export function endUnmetObligations(draft: TurnDraft, departures: Departures): void {
  for (const [album, leaving] of departures) {
    const ended = new Set<string>();
    for (const file of leaving) {
      for (const obligation of obligationsOn(draft.state, { album, file })) {
        if (ended.has(obligation.id) || isMetWithout(draft.state, obligation, leaving)) continue;
        ended.add(obligation.id);
        draft.emit({ kind: "obligationEnded", obligation: obligation.id, reason: "userRemoved" });
      }
    }
  }
}
