import {
  checkCertificate,
  type FileId,
  identifier,
  LIBRARIAN,
  pathOfEntry,
  type Plan,
  type PlanId,
  type PlanRequest,
  type ReviewedScene,
} from "@scenekeep/engine/core";
import { readFolder } from "../scan/read_folder.ts";
import { ScanWorkers } from "../scan/scan_workers.ts";
import type { FolderPlan } from "../scan/selected_plan.ts";
import { contentOfAnyName, contentsOf } from "../reading/contents_of.ts";
import { type AlbumDependency, appliedDependencies } from "./album_dependencies.ts";
import { CleanUpError } from "./clean_up_error.ts";
import { heldBack } from "./held_back.ts";
import { KeptLibrary, type KeptLibraryOptions } from "./kept_library.ts";
import { planKey, planRound } from "./plan_file.ts";
import { inWords } from "./reasons.ts";
import { unknownLinks } from "./unknown_links.ts";
import { type SyncedFolder, syncWithFolder } from "./sync_with_folder.ts";

/** How far an apply or an undo is. */
export interface CleanUpProgress {
  readonly done: number;
  readonly total: number;
}

/** What to apply, where, and who watches. */
export interface ApplyOptions extends KeptLibraryOptions {
  readonly plan: FolderPlan;
  /** Where hashes are remembered. @default the user's cache directory */
  readonly cache?: string | undefined;
  readonly onProgress?: ((progress: CleanUpProgress) => void) | undefined;
}

/** What became of a plan. */
export interface ApplyResult {
  /** Its name in the journal of the folder. */
  readonly plan: PlanId;
  /** False when it had been applied before. */
  readonly isNew: boolean;
  readonly applied: number;
  /** Of these, names that left the directory under review; their files live on elsewhere. */
  readonly namesRemoved: number;
  readonly bytesToTrash: number;
  /** Files that the plan would have removed and that stay, one by one, and why. */
  readonly skipped: readonly { readonly file: string; readonly reason: string }[];
  /** Directories whose links lead into others because of it. */
  readonly dependencies: readonly AlbumDependency[];
}

/** How often scenes that cannot be cleaned up are left out before it is given up. */
const REQUESTS_MAX = 3;

/**
 * Applies a plan to its folder. Every decision is made once more on the folder as it is now: what
 * has changed since the plan was made stays and is named, the rest goes on. Nothing goes that the
 * plan does not say, and each file goes after its bytes were compared with those that stay, or,
 * with `verify: "hash"`, after both were read and hashed anew.
 *
 * Asking again for a plan that was begun finishes it; for one that was applied tells what became of
 * it. Everything that it does can be undone until the trash is emptied.
 *
 * @throws {CleanUpError} With a code that says why nothing, or not all, happened.
 */
export async function applyPlan(options: ApplyOptions): Promise<ApplyResult> {
  const { onProgress, plan, signal } = options;
  await using kept = await KeptLibrary.open({ ...options, makes: true });
  const found = latestRound(kept, planKey(plan));
  const isOver = found !== null && found.phase !== "proposed" && found.phase !== "discarded";
  if (isOver && found.phase !== "undone") return resultOf(kept, plan, { id: found.id });
  const round = found === null ? 1 : isOver ? found.round + 1 : found.round;
  const id = planRound(planKey(plan), round);
  if (found?.phase === "proposed") await kept.ask({ kind: "discardPlan", plan: id }, "accepted");
  const folder = await readFolder(kept.root);
  const { cache = null } = options;
  const onNote = (): void => {};
  await using workers = await ScanWorkers.open({ root: kept.root, cache, embeds: false, onNote });
  const paths = new Set(plan.scenes.flatMap(({ members }) => members.map(({ file }) => file)));
  for (const { file, keeper } of plan.items) paths.add(file).add(keeper);
  const unreadable = new Map<string, string>();
  const onUnreadable = (path: string, reason: string): void => void unreadable.set(path, reason);
  const contents = await contentsOf(folder, { workers, paths, signal, onUnreadable });
  const synced = await syncWithFolder(kept, contentOfAnyName(folder, contents), folder);
  await workers.rest();
  const drafted = await draft(kept, { id, plan, synced, unreadable });
  if (drafted.plan === null) return resultOf(kept, plan, { id, ...drafted });
  const [problem] = checkCertificate(kept.state, drafted.plan);
  if (problem !== undefined) {
    const message =
      `Cannot apply the plan: it breaks a promise: ${problem.code}: ${problem.detail}`;
    throw new CleanUpError("ENGINE", message);
  }
  await kept.ask({ kind: "confirmPlan", plan: id }, "accepted");
  const total = drafted.plan.items.length;
  await kept.until(() => {
    const record = kept.state.plans.get(id);
    onProgress?.({ done: record?.settledItems ?? 0, total });
    return record?.phase === "finished";
  });
  return resultOf(kept, plan, { id, ...drafted, isNew: true });
}

/** The plan of this key that was applied last. */
export function latestRound(
  kept: KeptLibrary,
  key: string,
): { readonly id: PlanId; readonly round: number; readonly phase: string } | null {
  for (let round = 1;; round += 1) {
    const next = kept.state.plans.get(planRound(key, round + 1));
    const record = kept.state.plans.get(planRound(key, round));
    if (record === undefined) return null;
    if (next === undefined) return { id: record.plan.id, round, phase: record.phase };
  }
}

/** What the librarian makes of a plan on the folder as it is now. */
interface Drafted {
  /** Null when nothing of it can be done any more. */
  readonly plan: Plan | null;
  /** Why files stay, by path. */
  readonly stays: ReadonlyMap<string, string>;
}

interface DraftQuestion {
  readonly id: PlanId;
  readonly plan: FolderPlan;
  readonly synced: SyncedFolder;
  /** Files that cannot be read, and why. */
  readonly unreadable: ReadonlyMap<string, string>;
}

async function draft(kept: KeptLibrary, asked: DraftQuestion): Promise<Drafted> {
  const { id, plan, synced, unreadable } = asked;
  const stays = staysUnread(plan, unreadable);
  const going = new Map(plan.items.map((item) => [item.file, item.contentHash]));
  const idOf = (path: FileId): FileId => synced.fileAt(path) ?? path;
  const pathOf = new Map([...going.keys()].map((path) => [idOf(path), path]));
  for (const [path, reason] of heldBack(plan, synced.folder)) {
    going.delete(path);
    stays.set(path, reason);
  }
  for (const [target, link] of await unknownLinks(synced.folder)) {
    const path = pathOf.get(idOf(identifier(target)));
    if (path === undefined) continue;
    going.delete(path);
    stays.set(path, `the link "${link}" leads to it, and would lead to nothing`);
  }
  let scenes = plan.scenes.map((scene): ReviewedScene => ({
    ...scene,
    members: scene.members.map((member) => ({
      ...member,
      file: idOf(member.file),
      // What the plan would have kept is kept, whatever could be done with it now.
      choice: going.has(member.file) ? member.choice : "keep",
      ...(going.has(member.file) ? { contentHash: going.get(member.file)! } : {}),
    })),
  }));
  for (let attempt = 1; attempt <= REQUESTS_MAX && scenes.length > 0; attempt += 1) {
    const { cleanup, consentAlbums, keepRules, scope } = plan;
    const request: PlanRequest = {
      plan: id,
      cleanup,
      scope,
      scenes,
      consentAlbums,
      keepRules,
    };
    // deno-lint-ignore no-await-in-loop -- once more without what was refused
    const answer = await kept.client.ask(LIBRARIAN, { kind: "requestPlan", request }, [
      "planReady",
      "refused",
    ]);
    const kinds = answer.kind === "planReady"
      ? answer.plan.keptInstead
      : answer.refusal?.keptInstead ?? [];
    for (const { file, reason } of kinds) {
      const path = pathOf.get(file) ?? file;
      if (!stays.has(path)) stays.set(path, inWords(reason));
    }
    if (answer.kind === "planReady") return { plan: onlyOf(answer.plan, pathOf), stays };
    if (answer.refusal?.code === "NOTHING_TO_DO") return { plan: null, stays };
    const refused = new Set(answer.refusal?.scenes ?? []);
    if (refused.size === 0) throw new CleanUpError("REFUSED", `${answer.code}: ${answer.detail}`);
    for (const scene of scenes) {
      if (!refused.has(scene.id)) continue;
      for (const { file } of scene.members) {
        stays.set(pathOf.get(file) ?? file, "nothing of its group would be left");
      }
    }
    scenes = scenes.filter((scene) => !refused.has(scene.id));
  }
  return { plan: null, stays };
}

/** Files that stay as they, or what would stay in their place, cannot be read; and why. */
function staysUnread(
  plan: FolderPlan,
  unreadable: ReadonlyMap<string, string>,
): Map<string, string> {
  const stays = new Map<string, string>();
  for (const { file, keeper } of plan.items) {
    const [own, other] = [unreadable.get(file), unreadable.get(keeper)];
    if (own !== undefined) stays.set(file, own);
    else if (other !== undefined) stays.set(file, `the file that stays, "${keeper}": ${other}`);
  }
  return stays;
}

/** The plan, which must not remove what the plan of the user does not. */
function onlyOf(drafted: Plan, pathOf: ReadonlyMap<FileId, FileId>): Plan {
  const other = drafted.items.find(({ file }) => !pathOf.has(file));
  if (other === undefined) return drafted;
  throw new CleanUpError(
    "REFUSED",
    `Cannot apply the plan: "${other.file}" would go by now, which it does not say: scan again`,
  );
}

function resultOf(
  kept: KeptLibrary,
  plan: Plan,
  outcome: {
    readonly id: PlanId;
    readonly stays?: ReadonlyMap<string, string>;
    readonly isNew?: boolean;
  },
): ApplyResult {
  const { id, stays = new Map<string, string>(), isNew = false } = outcome;
  const record = kept.state.plans.get(id);
  const gone = new Set<string>();
  const reasons = new Map(stays);
  let applied = 0;
  let namesRemoved = 0;
  let bytesToTrash = 0;
  for (const [index, item] of (record?.items ?? []).entries()) {
    const planned = record?.plan.items[index];
    if (planned === undefined) continue;
    const sequence = item.kind === "applied" ? item.trashSequence : null;
    // A file of several names is called by another one in the plan, perhaps.
    const paths = pathsOf(kept, planned.file, sequence);
    const removed = item.kind === "applied" ? item.changes.removed : [];
    for (const { album, name } of removed) if (name) paths.add(pathOfEntry(album, name));
    for (const path of paths) {
      if (item.kind !== "skipped") gone.add(path);
      else reasons.set(path, kept.refusals.get(path) ?? inWords(item.reason));
    }
    if (item.kind === "skipped") continue;
    applied += 1;
    if (planned.action === "removeEntry") namesRemoved += 1;
    bytesToTrash += planned.bytesToTrash;
  }
  const skipped = plan.items.filter(({ file }) => !gone.has(file)).map(({ file }) => ({
    file: String(file),
    reason: reasons.get(file) ?? "it is not as the plan says any more",
  }));
  const dependencies = appliedDependencies(kept, record);
  return { plan: id, isNew, applied, namesRemoved, bytesToTrash, skipped, dependencies };
}

/** Every path of a file that lives, or lies in the trash. */
function pathsOf(kept: KeptLibrary, file: FileId, sequence: number | null): Set<string> {
  const paths = new Set<string>();
  for (const { album, name } of kept.state.trash.get(sequence ?? 0)?.entries ?? []) {
    if (name !== null) paths.add(pathOfEntry(album, name));
  }
  for (const [album, name] of kept.state.files.get(file)?.entries ?? []) {
    if (name !== null) paths.add(pathOfEntry(album, name));
  }
  // One that moved is not where it was found; of one that was purged nothing else is known.
  return paths.size === 0 ? paths.add(pathOfId(file)) : paths;
}

/** The path that a file of a folder was found under; see `syncWithFolder` for the numbers. */
function pathOfId(file: FileId): string {
  return file.replace(/\/\/\d+$/, "");
}
