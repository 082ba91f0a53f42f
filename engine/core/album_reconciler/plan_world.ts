import { type AlbumId, compareText, type FileId } from "../library/ids.ts";
import type { KeepRule, KeptInstead } from "../library/plan.ts";
import { type KeeperCandidate, type KeeperOrder, keeperOrder } from "../library/keeper_order.ts";
import { isSeenByOthers, mayEnter, type Side, sideOf } from "../library/visibility.ts";
import type { AlbumFacts, FileFacts, PlanFacts } from "./plan_facts.ts";

/** One shot: all files of one capture, or one file that is in none. Moves as a whole. */
export interface Shot {
  /** Ordered by id. */
  readonly parts: readonly PlannedFile[];
}

/** A file as a planner looks at it. */
export interface PlannedFile {
  readonly id: FileId;
  readonly facts: FileFacts;
  readonly albums: ReadonlySet<AlbumId>;
  readonly side: Side;
  readonly favorite: boolean;
  readonly shot: Shot;
  /** Place in the keeper order among all files of the plan, 0 first. */
  readonly rank: number;
  readonly candidate: KeeperCandidate;
  /** Why the file takes no part in clean-ups, or null. */
  readonly obstacle: KeptInstead["reason"] | null;
}

/** Facts with the indexes that planning needs. */
export interface PlanWorld {
  readonly facts: PlanFacts;
  readonly files: ReadonlyMap<FileId, PlannedFile>;
  readonly albums: ReadonlyMap<AlbumId, AlbumFacts>;
  /** The owner's favorites album, or null when the library has none. */
  readonly favorites: AlbumId | null;
  readonly order: KeeperOrder;
  /** Contents that each album shows, as `side:hash`. */
  readonly shown: ReadonlyMap<AlbumId, ReadonlySet<string>>;
}

type Draft = { -readonly [Key in keyof PlannedFile]: PlannedFile[Key] };

/** Indexes facts. O(n log n) in the number of files. */
export function planWorldOf(facts: PlanFacts, keepRules: readonly KeepRule[]): PlanWorld {
  const albums = new Map(facts.albums.map((album) => [album.id, album]));
  const favorites =
    facts.albums.find((album) => album.kind === "favorites" && album.owner === facts.owner)?.id ??
      null;
  const drafts: Draft[] = [];
  for (const parts of shotsOf(facts)) {
    drafts.push(...plannedShot(facts, { parts, albums, favorites }));
  }
  const order = keeperOrder(keepRules);
  drafts.sort((left, right) => order.compare(left.candidate, right.candidate));
  for (const [rank, file] of drafts.entries()) file.rank = rank;
  const files = new Map<FileId, PlannedFile>(drafts.map((file) => [file.id, file]));
  return { facts, files, albums, favorites, order, shown: shownContents(drafts) };
}

function shownContents(files: readonly PlannedFile[]): Map<AlbumId, Set<string>> {
  const shown = new Map<AlbumId, Set<string>>();
  for (const file of files) {
    if (!file.facts.verified) continue;
    for (const album of file.facts.albums) {
      const known = shown.get(album) ?? new Set<string>();
      shown.set(album, known.add(shownKey(file)));
    }
  }
  return shown;
}

function shownKey(file: PlannedFile): string {
  return `${file.side}:${file.facts.contentHash}`;
}

/** True when people who see the album would see nothing new in this file. */
export function showsAlready(world: PlanWorld, album: AlbumId, file: PlannedFile): boolean {
  return world.shown.get(album)?.has(shownKey(file)) ?? false;
}

function shotsOf(facts: PlanFacts): FileFacts[][] {
  const shots = new Map<string, FileFacts[]>();
  for (const file of facts.files) {
    const key = file.capture === null ? `file/${file.id}` : `capture/${file.capture}/${file.owner}`;
    const known = shots.get(key);
    if (known === undefined) shots.set(key, [file]);
    else known.push(file);
  }
  for (const parts of shots.values()) {
    parts.sort((left, right) => compareText(left.id, right.id));
  }
  return [...shots.values()];
}

function plannedShot(
  facts: PlanFacts,
  context: {
    parts: readonly FileFacts[];
    albums: ReadonlyMap<AlbumId, AlbumFacts>;
    favorites: AlbumId | null;
  },
): Draft[] {
  const { parts, albums, favorites } = context;
  const isFavorite = (file: FileFacts): boolean =>
    favorites !== null && file.albums.includes(favorites);
  let sizeBytes = 0;
  for (const part of parts) sizeBytes += part.sizeBytes;
  const kinds = new Set(parts.map((part) => part.kind));
  const shared = {
    favorite: parts.some(isFavorite),
    hasRaw: parts.some((part) => part.facts.raw),
    isLive: kinds.has("live") || (kinds.has("photo") && kinds.has("video")),
    parts: parts.length,
    sizeBytes,
  };
  const drafts: Draft[] = [];
  const shot: Shot = { parts: drafts };
  for (const file of parts) {
    const albumSet = new Set(file.albums);
    const side = sideOf({ metadata: file.metadata, entries: albumSet }, albums);
    drafts.push({
      id: file.id,
      facts: file,
      albums: albumSet,
      side,
      favorite: isFavorite(file),
      shot,
      rank: 0,
      candidate: { ...candidateOf(file, albumSet), ...shared },
      obstacle: obstacleOf(file, { side, owner: facts.owner }),
    });
  }
  return drafts;
}

function candidateOf(
  file: FileFacts,
  albums: ReadonlySet<AlbumId>,
): Omit<KeeperCandidate, "favorite" | "hasRaw" | "isLive" | "parts" | "sizeBytes"> {
  const { metadata, facts } = file;
  return {
    id: file.id,
    path: file.path,
    albums,
    reencoded: facts.reencoded,
    widthPixels: facts.widthPixels,
    heightPixels: facts.heightPixels,
    sharpness: facts.sharpness,
    edited: metadata.caption !== "" || metadata.editedName !== null ||
      metadata.editedDateMs !== null || metadata.editedLocation !== null ||
      metadata.editedOrientation !== null,
    takenAtMs: metadata.editedDateMs ?? facts.takenAtMs,
  };
}

function obstacleOf(
  file: FileFacts,
  known: { side: Side; owner: PlanFacts["owner"] },
): KeptInstead["reason"] | null {
  if (file.owner !== known.owner) return "otherOwner";
  if (known.side === "mixed") return "mixedVisibility";
  if (file.contentHash === null || !file.verified) return "unverified";
  return file.removalPending ? "removalPending" : null;
}

/** The content of the picture alone: of a live photo its still, else the whole content. */
export function stillOf(file: Pick<FileFacts, "kind" | "contentHash">): string | null {
  if (file.contentHash === null || file.kind !== "live") return file.contentHash;
  const colon = file.contentHash.indexOf(":");
  return colon < 0 ? file.contentHash : file.contentHash.slice(0, colon);
}

/** True for equal content. A missing hash equals nothing. */
export function sameContent(left: FileFacts, right: FileFacts): boolean {
  return left.contentHash !== null && left.contentHash === right.contentHash;
}

/**
 * True when nothing of `removed` is missing from `kept`: equal content, or a lone still and a live
 * photo that has this still. Never the reverse.
 */
export function covers(kept: PlannedFile, removed: PlannedFile): boolean {
  if (sameContent(kept.facts, removed.facts)) return true;
  return kept.facts.kind === "live" && removed.facts.kind === "photo" &&
    removed.facts.contentHash !== null && stillOf(kept.facts) === removed.facts.contentHash;
}

/** True when `kept` is only the picture of the capture or live photo that would go. */
export function isPictureOf(kept: PlannedFile, removed: PlannedFile): boolean {
  if (kept.shot.parts.length > 1 || kept.facts.kind === "live") return false;
  if (kept.facts.contentHash === null) return false;
  return removed.shot.parts.some((part) =>
    part.facts.kind === "live"
      ? stillOf(part.facts) === kept.facts.contentHash
      : removed.shot.parts.length > 1 && sameContent(part.facts, kept.facts)
  );
}

/** True when the album of this name belongs to the owner and takes what has no other album. */
export function isUncategorized(world: PlanWorld, id: AlbumId): boolean {
  const album = world.albums.get(id);
  return album?.kind === "uncategorized" && album.owner === world.facts.owner;
}

/** True when the album belongs to the owner of the library. */
export function isOwnAlbum(world: PlanWorld, id: AlbumId): boolean {
  return world.albums.get(id)?.owner === world.facts.owner;
}

/** Why a kept file may not be added to an album, or null when it may. */
export function whyNotAdded(
  world: PlanWorld,
  entry: {
    readonly album: AlbumId;
    readonly file: PlannedFile;
    readonly consentAlbums: ReadonlySet<AlbumId>;
  },
): "albumNotWritable" | "hiddenBarrier" | "albumNeedsConsent" | null {
  const album = world.albums.get(entry.album);
  if (album === undefined || !album.mayAdd) return "albumNotWritable";
  const { side, facts } = entry.file;
  if (!mayEnter({ side, flaggedHidden: facts.metadata.hidden }, album.kind)) {
    return "hiddenBarrier";
  }
  if (!isSeenByOthers(album, world.facts.owner)) return null;
  if (entry.consentAlbums.has(album.id)) return null;
  return showsAlready(world, album.id, entry.file) ? null : "albumNeedsConsent";
}
