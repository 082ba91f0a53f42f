import {
  compareText,
  draftPlan,
  exactScenes,
  identifier,
  type LibraryState,
  type Plan,
  planFactsOf,
  type PlanId,
  type PlanRequest,
  type ReviewedScene,
  totalBytes,
} from "@scenekeep/engine/core";
import { comparePaths } from "../folder/folder_entry.ts";
import type { FileSelection } from "../folder/file_selection.ts";
import { folderLibrary } from "../folder/folder_library.ts";
import { groupsOf } from "./build_report.ts";
import { chooseBySelection, selectedFiles } from "./choose_by_selection.ts";
import { copiesLibrary } from "./copies_library.ts";
import { namesAroundCopies } from "./names_around_copies.ts";
import { plainCopies } from "./plain_copies.ts";
import type { FoundContents } from "./scan_copies.ts";
import { ScanError } from "./scan_error.ts";
import type { ScanResult } from "./scan_folder.ts";
import type { ExactGroup } from "./scan_report.ts";

/** Groups, of those that are not plain, of which it is said why the keeper stays. */
const GROUPS_EXPLAINED = 64;

const WHOLE_LIBRARY = { kind: "library" } as const;

/** What a scan for copies says of a folder, without a plan. */
export function copiesReport(found: FoundContents, selection: FileSelection): ScanResult {
  const { listing } = found;
  const plain = plainCopies(listing.entries, found.contents, selection);
  const entries = namesAroundCopies(listing.entries, plain.others);
  const folder = folderLibrary({ ...listing, entries });
  const state = copiesLibrary(folder, othersOf(found, plain.others));
  const proposed = exactScenes(state, { scope: WHOLE_LIBRARY, keepRules: [] });
  const scenes = chooseBySelection(proposed, selectedFiles(folder.files, selection));
  const unreadable = [...listing.unreadable, ...folder.skipped, ...found.failures]
    .sort((left, right) => comparePaths(left.path, right.path))
    .map(({ path, ...why }) => ({ file: path, ...why }));
  let { filesToRemove, bytesToWin } = plain;
  for (const { members } of scenes) {
    for (const { file, choice } of members) {
      if (choice === "keep") continue;
      filesToRemove += 1;
      bytesToWin += totalBytes(state.files.get(file)?.objects ?? []);
    }
  }
  const firstOf = ({ files }: ExactGroup): string => files[0] ?? "";
  return {
    report: {
      exact: [...plain.groups, ...explained(state, scenes)]
        .sort((left, right) => compareText(firstOf(left), firstOf(right))),
      similar: [],
      unreadable,
      lostLinks: [],
      plan: null,
    },
    numbers: {
      files: found.files,
      albums: folder.albums.length,
      bytes: found.bytes,
      exactBytesToWin: bytesToWin,
      bytesToWin,
      blankPictures: 0,
      filesToRemove,
      namesToRemove: 0,
      elapsedMs: 0,
    },
  };
}

/** What the files hold that are in no plain group, by path. */
function othersOf({ contents }: FoundContents, others: ReadonlySet<string>): Map<string, string> {
  const found = new Map<string, string>();
  for (const [{ path }, content] of contents) if (others.has(path)) found.set(path, content);
  return found;
}

/** The scenes as groups; the first ones say why. */
function explained(state: LibraryState, scenes: readonly ReviewedScene[]): ExactGroup[] {
  const first = (scene: ReviewedScene): string => scene.members[0]?.file ?? "";
  const ordered = [...scenes].sort((left, right) => compareText(first(left), first(right)));
  const shown = new Set(ordered.slice(0, GROUPS_EXPLAINED));
  // Where several shots keep a file of a group, only a plan says which is the keeper.
  for (const scene of ordered) {
    if (scene.members.filter(({ choice }) => choice === "keep").length > 1) shown.add(scene);
  }
  const plan = planOf(state, [...shown]);
  const planned = new Set([...shown].map(({ members }) => members[0]?.file as string));
  return groupsOf(state, ordered, plan).map((group) => ({
    ...group,
    // Some may be remembered; the same folder gives the same report.
    hash: null,
    why: planned.has(group.files[0] ?? "") ? group.why : "",
  }));
}

function planOf(state: LibraryState, scenes: readonly ReviewedScene[]): Pick<Plan, "items"> {
  if (scenes.length === 0) return { items: [] };
  const request: PlanRequest = {
    plan: identifier<PlanId>("exact"),
    cleanup: "exact",
    scope: WHOLE_LIBRARY,
    scenes,
    consentAlbums: [],
    keepRules: [],
  };
  const outcome = draftPlan(planFactsOf(state, request), request);
  if (outcome.kind === "plan") return outcome.plan;
  if (outcome.refusal.code === "NOTHING_TO_DO") return { items: [] };
  throw new ScanError("ENGINE", `Cannot make a plan: ${outcome.refusal.detail}`);
}
