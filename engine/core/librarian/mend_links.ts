import { identifier } from "../protocol/ids.ts";
import type { Outcome } from "../protocol/incoming.ts";
import { pathOf, pathOfEntry } from "../library/entry_path.ts";
import type { MendedLink } from "../library/name_move.ts";
import { imageHash, isMovingNames } from "./folder_names.ts";
import { nameKey } from "./indexes.ts";
import {
  askAgain,
  isWorthRepeating,
  keyOfPlace,
  type PlaceInMove,
  startMove,
} from "./name_moves.ts";
import { FILES_PER_COMMAND_MAX } from "./trash_commands.ts";
import type { Asker, TurnDraft } from "./turn_draft.ts";

/**
 * [Note: Mended links]
 *
 * A link whose file somebody else took away leads to nothing, and the library has forgotten that
 * name when it heard of it; `LibraryState.lostNames` says what it held. It is mended as other
 * names are moved, see [Note: Moves of names]: one request for each, and the name is an entry of
 * its new file once the folder has said so. A link that leads to nothing holds nothing, so nothing
 * of it goes to the trash, and what fails is as it was.
 */

/** Starts to mend links. Linear in them. */
export function mendLinks(draft: TurnDraft, asker: Asker, links: readonly MendedLink[]): void {
  if (draft.state.libraryKind !== "folder") {
    return draft.refuse(asker, "WRONG_LIBRARY_KIND", "Only a folder has links");
  }
  if (isMovingNames(draft.state)) {
    return draft.refuse(asker, "PLAN_PENDING", "Names are being moved in the folder: ask again");
  }
  if (links.length > FILES_PER_COMMAND_MAX) {
    return draft.refuse(asker, "INVALID", `At most ${FILES_PER_COMMAND_MAX} links in one command`);
  }
  for (const link of links) {
    const problem = problemOf(draft, link);
    const path = pathOfEntry(link.album, link.name);
    if (problem !== null) return draft.refuse(asker, "INVALID", `${path}: ${problem}`);
  }
  draft.reply(asker, { kind: "accepted" });
  const [first] = links;
  if (first === undefined) return;
  startMove(draft, { kind: "mend", links });
  request(draft, first, { position: 0, attempt: 1 });
}

function problemOf(draft: TurnDraft, { album, file: id, name }: MendedLink): string | null {
  const { albums, files, names, owner } = draft.state;
  const file = files.get(id);
  if (file === undefined || file.owner !== owner) return `no such file: ${id}`;
  // Without a hash nobody could tell whether it is what the link held.
  if (file.contentHash === null) return `what ${id} holds is not known`;
  if (!albums.has(album)) return `no such album: ${album}`;
  const holder = names.get(nameKey(album, name));
  return holder === undefined ? null : `${holder} is called so`;
}

function request(draft: TurnDraft, { album, file: id, name }: MendedLink, at: PlaceInMove): void {
  const file = draft.state.files.get(id);
  draft.request({
    kind: "link",
    key: identifier(keyOfPlace("mend", at)),
    steps: [{
      action: "mend",
      path: pathOfEntry(album, name),
      target: file === undefined ? null : pathOf(file),
      slot: null,
      expectedHash: file === undefined ? null : imageHash(file),
      sameAs: null,
    }],
  });
}

/** Goes on with the move once the folder has answered. */
export function handleMended(
  draft: TurnDraft,
  mended: PlaceInMove & { readonly outcome: Outcome<unknown> },
): void {
  const { attempt, outcome, position } = mended;
  const link = currentLink(draft, position);
  const move = draft.state.nameMove;
  if (link === null || move?.kind !== "mend") return;
  if (outcome.kind === "failed") {
    if (isWorthRepeating(outcome.error, attempt)) {
      return askAgain(draft, keyOfPlace("mend", { position, attempt: attempt + 1 }));
    }
    const path = pathOfEntry(link.album, link.name);
    draft.warn("NAMES_STAY", `${path}: mend in the folder: ${outcome.error}`);
  } else emitName(draft, link);
  draft.emit({ kind: "namesMoved" });
  const next = move.links[position + 1];
  if (next !== undefined) request(draft, next, { position: position + 1, attempt: 1 });
}

/** Asks the folder again for what it did not answer well. */
export function repeatMend(draft: TurnDraft, again: PlaceInMove): void {
  const link = currentLink(draft, again.position);
  if (link !== null) request(draft, link, again);
}

function currentLink(draft: TurnDraft, position: number): MendedLink | null {
  const move = draft.state.nameMove;
  if (move?.kind !== "mend" || move.position !== position) return null;
  return move.links[position] ?? null;
}

/** A second link to a file in one album is a link and no entry, as a scan has it. */
function emitName(draft: TurnDraft, { album, file: id, name }: MendedLink): void {
  const { albums, files, names } = draft.state;
  const file = files.get(id);
  if (file === undefined || file.entries.has(album) || !albums.has(album)) return;
  if (names.has(nameKey(album, name))) return;
  draft.emit({ kind: "entryAdded", album, file: id, name });
}
