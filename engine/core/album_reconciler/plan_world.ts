import { type AlbumId, compareText, type FileId } from "../library/ids.ts";
import type { KeepRule, KeptInstead } from "../library/plan.ts";
import { type KeeperCandidate, type KeeperOrder, keeperOrder } from "../library/keeper_order.ts";
import { type PictureDigests, type PictureSameness, sameDigests } from "../library/same_picture.ts";
import { isSeenByOthers, mayEnter, type Side, sideOf } from "../library/visibility.ts";
import type { AlbumFacts, FileFacts, PlanFacts } from "./plan_facts.ts";
import type { PlannedScene } from "./plan_scenes.ts";

/** One shot: all files of one capture, or one file that is in none. Moves as a whole. */
export interface Shot {
  /** Counts the shots of one world from 0. */
  readonly index: number;
  /** Ordered by id. */
  readonly parts: readonly PlannedFile[];
}

/** A file as a planner looks at it. */
export interface PlannedFile {
  readonly id: FileId;
  readonly facts: FileFacts;
  readonly albums: AlbumList;
  readonly side: Side;
  readonly favorite: boolean;
  readonly shot: Shot;
  readonly candidate: KeeperCandidate;
  /** Why the file takes no part in clean-ups, or null. */
  readonly obstacle: KeptInstead["reason"] | null;
  /** What the request says of the file; filled in when its scene is read. */
  readonly review: FileReview;
}

/** What a request says of one file. */
export interface FileReview {
  /** The scene in which the file takes part, or null. */
  scene: PlannedScene | null;
  /** Null for files that the request does not name. */
  choice: "keep" | "delete" | null;
  /** True when the file takes part and is to go. */
  marked: boolean;
  /** What tells the picture of its content from others; null where nothing was said. */
  digests: PictureDigests | null;
  /** Place among the scene's members as the plan repeats them. */
  place: number;
  /** Place in keeper order among the scene's members that take part; all others come last. */
  rank: number;
}

/** Facts with the indexes that planning needs. */
export interface PlanWorld {
  readonly facts: PlanFacts;
  readonly files: ReadonlyMap<FileId, PlannedFile>;
  readonly shotCount: number;
  readonly albums: ReadonlyMap<AlbumId, AlbumFacts>;
  /** The owner's favorites album, or null when the library has none. */
  readonly favorites: AlbumId | null;
  readonly order: KeeperOrder;
  /** Contents that each album shows to others, as `side:hash`. */
  readonly shown: ReadonlyMap<AlbumId, ReadonlySet<string>>;
}

/** The albums of one file: most files are in a few, some in thousands. */
export class AlbumList {
  readonly #albums: readonly AlbumId[];
  #set: ReadonlySet<AlbumId> | null = null;

  constructor(albums: readonly AlbumId[]) {
    this.#albums = albums;
  }

  /** True when the file is in this album. */
  has(album: AlbumId): boolean {
    if (this.#albums.length <= SHORT_LIST_MAX) return this.#albums.includes(album);
    this.#set ??= new Set(this.#albums);
    return this.#set.has(album);
  }

  /** The albums. */
  keys(): Iterable<AlbumId> {
    return this.#albums;
  }
}

/** Up to this many albums are searched one by one, which is faster than making a set of them. */
const SHORT_LIST_MAX = 16;

/** Orders files of one scene: by keeper order, then parts that the request does not name, by id. */
export function compareRanks(left: PlannedFile, right: PlannedFile): number {
  return left.review.rank - right.review.rank || compareText(left.id, right.id);
}

/** Indexes facts. Linear in files and entries. */
export function planWorldOf(facts: PlanFacts, keepRules: readonly KeepRule[]): PlanWorld {
  const albums = new Map(facts.albums.map((album) => [album.id, album]));
  const favorites =
    facts.albums.find((album) => album.kind === "favorites" && album.owner === facts.owner)?.id ??
      null;
  const files = new Map<FileId, PlannedFile>();
  const shots = shotsOf(facts);
  for (const [index, parts] of shots.entries()) {
    for (const file of plannedShot(facts, { index, parts, albums, favorites })) {
      files.set(file.id, file);
    }
  }
  const shown = shownContents(facts, files.values());
  const order = keeperOrder(keepRules);
  return { facts, files, shotCount: shots.length, albums, favorites, order, shown };
}

function shownContents(
  facts: PlanFacts,
  files: Iterable<PlannedFile>,
): Map<AlbumId, Set<string>> {
  const shown = new Map<AlbumId, Set<string>>();
  for (const album of facts.albums) {
    if (isSeenByOthers(album, facts.owner)) shown.set(album.id, new Set());
  }
  if (shown.size === 0) return shown;
  for (const file of files) {
    if (!file.facts.verified) continue;
    for (const album of file.facts.albums) shown.get(album)?.add(shownKey(file));
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
  const shots: FileFacts[][] = [];
  const captures = new Map<string, FileFacts[]>();
  for (const file of facts.files) {
    if (file.capture === null) {
      shots.push([file]);
      continue;
    }
    const key = `${file.owner}/${file.capture}`;
    const known = captures.get(key);
    if (known === undefined) captures.set(key, [file]);
    else known.push(file);
  }
  for (const parts of captures.values()) {
    shots.push(parts.sort((left, right) => compareText(left.id, right.id)));
  }
  return shots;
}

function plannedShot(
  facts: PlanFacts,
  context: {
    index: number;
    parts: readonly FileFacts[];
    albums: ReadonlyMap<AlbumId, AlbumFacts>;
    favorites: AlbumId | null;
  },
): readonly PlannedFile[] {
  const { index, parts, albums, favorites } = context;
  const isFavorite = (file: FileFacts): boolean =>
    favorites !== null && file.albums.includes(favorites);
  const hasKind = (kind: FileFacts["kind"]): boolean => parts.some((part) => part.kind === kind);
  let sizeBytes = 0;
  for (const part of parts) sizeBytes += part.sizeBytes;
  const shared = {
    favorite: parts.some(isFavorite),
    hasRaw: parts.some((part) => part.facts.raw),
    isLive: hasKind("live") || (hasKind("photo") && hasKind("video")),
    parts: parts.length,
    sizeBytes,
  };
  const planned: PlannedFile[] = [];
  const shot: Shot = { index, parts: planned };
  for (const file of parts) {
    const list = new AlbumList(file.albums);
    const side = sideOf({ metadata: file.metadata, entries: list }, albums);
    planned.push({
      id: file.id,
      facts: file,
      albums: list,
      side,
      favorite: isFavorite(file),
      shot,
      candidate: candidateOf(file, { albums: list, ...shared }),
      obstacle: obstacleOf(file, { side, owner: facts.owner }),
      review: {
        scene: null,
        choice: null,
        marked: false,
        digests: null,
        place: 0,
        rank: Number.MAX_SAFE_INTEGER,
      },
    });
  }
  return planned;
}

function candidateOf(
  file: FileFacts,
  shot: Pick<
    KeeperCandidate,
    "albums" | "favorite" | "hasRaw" | "isLive" | "parts" | "sizeBytes"
  >,
): KeeperCandidate {
  const { metadata, facts } = file;
  return {
    id: file.id,
    path: file.path,
    albums: shot.albums,
    favorite: shot.favorite,
    hasRaw: shot.hasRaw,
    isLive: shot.isLive,
    parts: shot.parts,
    reencoded: facts.reencoded,
    widthPixels: facts.widthPixels,
    heightPixels: facts.heightPixels,
    sharpness: facts.sharpness,
    edited: metadata.caption !== "" || metadata.editedName !== null ||
      metadata.editedDateMs !== null || metadata.editedLocation !== null ||
      metadata.editedOrientation !== null,
    sizeBytes: shot.sizeBytes,
    takenAtMs: metadata.editedDateMs ?? facts.takenAtMs,
    losses: facts.losses,
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

/**
 * How a lone picture holds another one of other bytes, as it was reviewed; null where it does not,
 * and where nobody has looked.
 */
export function samePicture(kept: PlannedFile, removed: PlannedFile): PictureSameness | null {
  if (kept.facts.kind !== "photo" || removed.facts.kind !== "photo") return null;
  if (kept.review.scene === null || kept.review.scene !== removed.review.scene) return null;
  return sameDigests(kept.review.digests ?? undefined, removed.review.digests ?? undefined);
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
