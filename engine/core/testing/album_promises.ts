import type { AlbumId, FileId } from "../library/ids.ts";
import type { FileRecord } from "../library/file.ts";
import type { Plan, PlanItem } from "../library/plan.ts";
import type { LibraryState } from "../library/state.ts";
import type { Membership } from "./plan_executor.ts";

/** The state before a plan, the plan, and what has been carried out of it so far. */
export interface PlanProgress {
  readonly before: LibraryState;
  readonly plan: Plan;
  readonly after: Membership;
  readonly applied: readonly PlanItem[];
}

/** Every broken promise about albums, in words; empty when all hold. */
export function brokenPromises(progress: PlanProgress): string[] {
  return [
    ...lostScenes(progress),
    ...lostContents(progress),
    ...strayFiles(progress),
    ...crossings(progress),
    ...lostFavorites(progress),
  ];
}

/** INV-ALBUM-1: an album that showed a scene of the plan still does, by a member of it. */
function lostScenes({ before, plan, after, applied }: PlanProgress): string[] {
  const broken: string[] = [];
  const scope = plan.scope.kind === "album" ? plan.scope.album : null;
  for (const scene of plan.scenes) {
    const members = new Set<FileId>(scene.members.map(({ file }) => file));
    for (const album of before.albums.values()) {
      const exempt = album.kind === "uncategorized" && album.owner === before.owner;
      if (exempt && album.id !== scope) continue;
      const held = [...album.entries].some((file) => members.has(file));
      const holds = [...after.entries.get(album.id) ?? []].some((file) => members.has(file));
      if (held && !holds) broken.push(`INV-ALBUM-1: ${album.id} lost ${scene.id}`);
    }
  }
  for (const item of applied) {
    for (const { album, representative } of item.albums) {
      if (after.entries.get(album)?.has(representative)) continue;
      broken.push(`INV-ALBUM-1: ${representative} does not stand in ${album}`);
    }
  }
  return broken;
}

/** INV-ALBUM-2: exact clean-ups leave every album its contents. */
function lostContents({ before, plan, after }: PlanProgress): string[] {
  if (plan.cleanup !== "exact") return [];
  const broken: string[] = [];
  for (const album of before.albums.values()) {
    if (album.kind === "uncategorized" && album.owner === before.owner) continue;
    const left = new Set<string>();
    for (const id of after.entries.get(album.id) ?? []) {
      const file = before.files.get(id);
      for (const content of file === undefined ? [] : contentsOf(file)) left.add(content);
    }
    for (const id of album.entries) {
      const hash = before.files.get(id)?.contentHash ?? null;
      if (hash === null || left.has(hash)) continue;
      broken.push(`INV-ALBUM-2: ${album.id} lost content ${hash}`);
    }
  }
  return broken;
}

/** A live photo has its still too. */
function contentsOf(file: FileRecord): string[] {
  if (file.contentHash === null) return [];
  const [still] = file.contentHash.split(":");
  return file.kind === "live" && still !== undefined
    ? [file.contentHash, still]
    : [file.contentHash];
}

/** INV-ALBUM-3: live files are in an album of their owner, and albums hold live files only. */
function strayFiles({ before, after }: PlanProgress): string[] {
  const broken: string[] = [];
  const housed = new Set<FileId>();
  for (const [album, files] of after.entries) {
    const owner = before.albums.get(album)?.owner;
    for (const file of files) {
      if (!after.live.has(file)) broken.push(`INV-ALBUM-3: ${album} holds ${file}, not live`);
      if (before.files.get(file)?.owner === owner) housed.add(file);
    }
  }
  for (const file of after.live) {
    const own = before.files.get(file)?.owner === before.owner;
    if (own && !housed.has(file)) broken.push(`INV-ALBUM-3: ${file} is in no album of its owner`);
  }
  return broken;
}

/** INV-BARRIER-1: nobody sees what he did not see before, but by consent. */
function crossings({ before, plan, after }: PlanProgress): string[] {
  const broken: string[] = [];
  for (const [id, files] of after.entries) {
    const album = before.albums.get(id);
    if (album === undefined) continue;
    const others = album.visibleToOthers || album.owner !== before.owner;
    const shown = new Set([...album.entries].map((file) => before.files.get(file)?.contentHash));
    for (const entry of files) {
      const file = before.files.get(entry);
      if (file === undefined || album.entries.has(entry)) continue;
      const seen = shown.has(file.contentHash) || plan.consentAlbums.includes(id);
      if (others && !seen) broken.push(`INV-BARRIER-1: ${entry} is shown in ${id}`);
      if (!album.mayAdd) broken.push(`INV-BARRIER-1: ${entry} may not be in ${id}`);
      if (isHidden(before, file) !== isHidden(before, file, id)) {
        broken.push(`INV-BARRIER-1: ${entry} changes sides in ${id}`);
      }
    }
  }
  return broken;
}

function isHidden(state: LibraryState, file: FileRecord, joined?: AlbumId): boolean {
  const albums = [...file.entries.keys(), ...(joined === undefined ? [] : [joined])];
  return file.metadata.hidden || albums.every((id) => state.albums.get(id)?.kind === "hidden");
}

/** R5: what was a favourite is one still; of exact copies, its content is. */
function lostFavorites({ before, plan, after }: PlanProgress): string[] {
  if (before.owner === null || plan.scope.kind === "album") return [];
  const favorites = before.favorites.get(before.owner);
  if (favorites === undefined) return [];
  const left = after.entries.get(favorites) ?? new Set<FileId>();
  const contents = new Set<string>();
  for (const id of left) {
    const file = before.files.get(id);
    for (const content of file === undefined ? [] : contentsOf(file)) contents.add(content);
  }
  const broken: string[] = [];
  for (const id of before.albums.get(favorites)?.entries ?? []) {
    if (left.has(id)) continue;
    const content = before.files.get(id)?.contentHash ?? null;
    const carried = plan.cleanup === "exact" && content !== null && contents.has(content);
    if (!carried) broken.push(`R5: ${id} is no favourite any more`);
  }
  return broken;
}
