import type { NameStep } from "../protocol/effect.ts";
import { pathOf, pathOfEntry, pathOfObject } from "../library/entry_path.ts";
import type { FileRecord, StoredObject } from "../library/file.ts";
import type { AlbumId } from "../library/ids.ts";
import { hashOfObject } from "./folder_names.ts";

/** A file whose bytes go from names to others: object by object, the picture under any place. */
export interface HomeMove {
  readonly contentHash: FileRecord["contentHash"];
  readonly from: readonly StoredObject[];
  readonly to: readonly StoredObject[];
  /** Names that lead to the picture, and the one that it goes to, if it is called so by now. */
  readonly links: readonly string[];
}

/** The paths of a file in its albums, but the one that it leaves. */
export function linksOf(
  file: Pick<FileRecord, "entries">,
  without: AlbumId | null,
): readonly string[] {
  const links: string[] = [];
  for (const [album, name] of file.entries) {
    if (album !== without && name !== null) links.push(pathOfEntry(album, name));
  }
  return links;
}

/** An object on its way. */
interface PathPair {
  readonly object: StoredObject;
  readonly before: string;
  readonly after: string;
}

/**
 * The steps by which bytes leave their names: others have them first, all links lead there next,
 * and the old names go last.
 */
export function stepsOfMove(move: HomeMove): readonly NameStep[] {
  const old = pathOf({ objects: move.from });
  const heir = pathOf({ objects: move.to });
  if (old === null || heir === null) return [];
  const wasLink = move.links.includes(heir);
  const steps = movesOf(move, wasLink);
  for (const path of move.links) {
    if (path === heir) continue;
    steps.push(nameStep({ action: "relink", path, target: heir, sameAs: old }));
  }
  for (const { after, before } of pathPairs(move)) {
    steps.push(nameStep({ action: "unlink", path: before, target: after }));
  }
  return steps;
}

/**
 * The steps by which bytes come back to the names that they left, which are free: the name that had
 * the picture meanwhile leads there as before, and so do all others.
 */
export function stepsOfReturn(move: HomeMove): readonly NameStep[] {
  const { from, links, to } = move;
  const home = pathOf({ objects: from });
  const heir = pathOf({ objects: to });
  if (home === null || heir === null) return [];
  const back = { ...move, from: to, to: from };
  const steps = movesOf(back, false);
  // Those that lead to the heir are told by what is there, so that becomes a link last.
  for (const path of [...links.filter((link) => link !== heir), heir]) {
    steps.push(nameStep({ action: "relink", path, target: home, sameAs: heir }));
  }
  for (const { after, before } of pathPairs(back)) {
    if (before !== heir) steps.push(nameStep({ action: "unlink", path: before, target: after }));
  }
  return steps;
}

/** @param overLink True when the new name of the picture is a link to it before. */
function movesOf(move: HomeMove, overLink: boolean): NameStep[] {
  const old = pathOf({ objects: move.from });
  return pathPairs(move).map(({ after: path, before: target, object }) =>
    nameStep({
      action: "move",
      path,
      target,
      sameAs: overLink && target === old ? target : null,
      expectedHash: hashOfObject(move, object),
    })
  );
}

/** The old and the new path of each object. */
function pathPairs({ from, to }: HomeMove): PathPair[] {
  return from.flatMap((object, index) => {
    const moved = to[index];
    const before = pathOfObject(object);
    const after = moved === undefined ? null : pathOfObject(moved);
    return before === null || after === null ? [] : [{ object, before, after }];
  });
}

/** A step in which nothing is set but what is given. */
export function nameStep(made: Partial<NameStep> & Pick<NameStep, "action" | "path">): NameStep {
  return { target: null, slot: null, expectedHash: null, sameAs: null, ...made };
}
