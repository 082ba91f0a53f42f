import { type AlbumId, compareText, type FileId } from "./ids.ts";
import type { PictureLosses } from "./file.ts";
import type { KeepRule } from "./plan.ts";

/**
 * What the keeper order looks at. A file of a capture brings the facts of the whole capture where
 * they belong to the shot: favourite, RAW, live, parts and bytes.
 */
export interface KeeperCandidate {
  /** The file; ends every tie. */
  readonly id: FileId;
  /** In a folder library: the smallest of its paths by code unit. Null where files have no path. */
  readonly path: string | null;
  /** The albums that hold it. */
  readonly albums: { has(album: AlbumId): boolean };
  /** True when any file of the shot is a favourite. */
  readonly favorite: boolean;
  /** True when the shot has its RAW file. */
  readonly hasRaw: boolean;
  /** True when the shot moves. */
  readonly isLive: boolean;
  /** Files of the capture; 1 for a lone file. */
  readonly parts: number;
  /** True for a reduced or re-encoded copy of another picture. */
  readonly reencoded: boolean;
  /** Width; 0 when unknown. */
  readonly widthPixels: number;
  /** Height; 0 when unknown. */
  readonly heightPixels: number;
  /** Null when it has not been measured; then it ranks below every measured one. */
  readonly sharpness: number | null;
  /** True when the user captioned or edited it. */
  readonly edited: boolean;
  /** All objects of all files of the shot. */
  readonly sizeBytes: number;
  /** Milliseconds since 1970; null when nothing says. */
  readonly takenAtMs: number | null;
  /** Absent before the picture was looked at; then it ranks below every picture that was. */
  readonly losses?: PictureLosses | undefined;
}

/** Negative when `left` stays before `right`, and why the one that stays does. */
interface Criterion {
  readonly compare: (left: KeeperCandidate, right: KeeperCandidate) => number;
  readonly why: (winner: KeeperCandidate, loser: KeeperCandidate) => string;
}

const FAVORITE = preferring((candidate) => candidate.favorite, "favorite");
const RAW = preferring((candidate) => candidate.hasRaw, "raw kept");
const LIVE = preferring((candidate) => candidate.isLive, "live photo kept");
const EDITED = preferring((candidate) => candidate.edited, "captioned or edited");
const ORIGINAL = preferring(
  (candidate) => !candidate.reencoded,
  "original kept over a reduced or re-encoded copy",
);
const CAMERA_DATA = preferring(
  ({ losses }) => losses?.metadata === false,
  "has its camera's data",
);
const COLOUR = preferring(({ losses }) => losses?.colour === false, "in colour");
const COMPRESSION: Criterion = {
  compare: (left, right) => traces(left) - traces(right),
  why: (winner, loser) => `fewer traces of compression: ${traces(winner)} over ${traces(loser)}`,
};
const EXPOSURE: Criterion = {
  compare: (left, right) => clipped(left) - clipped(right),
  why: (_winner, { losses }) =>
    losses === undefined ? "its exposure is known" : "less of it blown out or black",
};
const PARTS: Criterion = {
  compare: (left, right) => right.parts - left.parts,
  why: (winner, loser) => `more files of the shot: ${winner.parts} over ${loser.parts}`,
};
const PIXELS: Criterion = {
  compare: (left, right) => pixels(right) - pixels(left),
  why: (winner, loser) => `more pixels ${frame(winner)} over ${frame(loser)}`,
};
const WORDS = preferring(
  ({ losses }) => losses?.words !== true,
  "the other file lost all that it said",
);
const SHARPNESS: Criterion = {
  compare: (left, right) => (right.sharpness ?? -1) - (left.sharpness ?? -1),
  why: (winner, loser) => `sharper: ${winner.sharpness} over ${loser.sharpness ?? "unmeasured"}`,
};
const BYTES: Criterion = {
  compare: (left, right) => right.sizeBytes - left.sizeBytes,
  why: (winner, loser) => `more bytes: ${winner.sizeBytes} over ${loser.sizeBytes}`,
};
const EARLIEST: Criterion = { compare: compareDates, why: explainDates };
const PATH: Criterion = {
  compare: (left, right) =>
    left.path === null || right.path === null
      ? Number(left.path === null) - Number(right.path === null)
      : compareText(left.path, right.path),
  why: () => "first by path",
};
const ID: Criterion = {
  compare: (left, right) => compareText(left.id, right.id),
  why: () => "first by id",
};

const DEFAULT_ORDER: readonly Criterion[] = [
  FAVORITE,
  RAW,
  LIVE,
  PARTS,
  ORIGINAL,
  CAMERA_DATA,
  COLOUR,
  PIXELS,
  WORDS,
  COMPRESSION,
  EXPOSURE,
  SHARPNESS,
  EDITED,
  BYTES,
  EARLIEST,
  PATH,
  ID,
];

/** The order in which the members of a scene stay. */
export interface KeeperOrder {
  /** Negative when `left` stays before `right`; 0 only for the same file. For `Array.sort`. */
  readonly compare: (left: KeeperCandidate, right: KeeperCandidate) => number;
  /** Why the winner stays before the loser, in words. */
  readonly explain: (winner: KeeperCandidate, loser: KeeperCandidate) => string;
}

/**
 * The keeper order of R12: the user's rules, strongest first; then favourite, completeness of the
 * capture (RAW, live, number of files), not a reduced or re-encoded copy, nor one that has lost its
 * camera's data or its colours, pixels inside an even border, all that its file said of it, fewer
 * traces of compression on its pixels, exposure, sharpness, caption or edits, bytes, earliest date,
 * and path or id by code unit. Total and of integers only.
 *
 * @example
 * ```ts
 * import { identifier, keeperOrder } from "@scenekeep/engine/core";
 * import type { FileId, KeeperCandidate } from "@scenekeep/engine/core";
 * const small: KeeperCandidate = {
 *   id: identifier<FileId>("small"), path: null, albums: new Set(), favorite: false, hasRaw: false,
 *   isLive: false, parts: 1, reencoded: false, widthPixels: 1600, heightPixels: 1200,
 *   sharpness: null, edited: false, sizeBytes: 900, takenAtMs: null,
 * };
 * const id = identifier<FileId>("large");
 * const large = { ...small, id, widthPixels: 4000, heightPixels: 3000 };
 * const why = keeperOrder([]).explain(large, small);
 * if (why !== "more pixels 4000x3000 over 1600x1200") throw new Error(why);
 * ```
 */
export function keeperOrder(rules: readonly KeepRule[]): KeeperOrder {
  const criteria = [...rules.map(criterionOf), ...DEFAULT_ORDER];
  const deciding = (left: KeeperCandidate, right: KeeperCandidate): Criterion | undefined =>
    criteria.find((criterion) => criterion.compare(left, right) !== 0);
  return {
    compare: (left, right) => {
      for (const criterion of criteria) {
        const order = criterion.compare(left, right);
        if (order !== 0) return order;
      }
      return 0;
    },
    explain: (winner, loser) => {
      const criterion = deciding(winner, loser);
      if (criterion === undefined) return "the same file";
      return criterion.compare(winner, loser) < 0 ? criterion.why(winner, loser) : "your choice";
    },
  };
}

function criterionOf(rule: KeepRule): Criterion {
  switch (rule.kind) {
    case "favorite":
      return FAVORITE;
    case "raw":
      return RAW;
    case "pixels":
      return PIXELS;
    case "sharpness":
      return SHARPNESS;
    case "compression":
      return COMPRESSION;
    case "oldest":
      return EARLIEST;
    case "largest":
      return BYTES;
    case "album":
      return preferring((candidate) => candidate.albums.has(rule.album), `in album ${rule.album}`);
    case "folder":
      return preferring(
        ({ path }) => path?.startsWith(`${rule.folder}/`) ?? false,
        `in folder ${rule.folder}`,
      );
  }
}

function preferring(holds: (candidate: KeeperCandidate) => boolean, why: string): Criterion {
  return {
    compare: (left, right) => Number(holds(right)) - Number(holds(left)),
    why: () => why,
  };
}

/** What is inside an even border: bars round a photo on a screen show nothing of it. */
function pixels({ heightPixels, losses, widthPixels }: KeeperCandidate): number {
  const shown = 10 - (losses?.borderTenths ?? 0);
  return Math.floor(widthPixels * heightPixels * shown / 10);
}

/** What nobody has looked at has none: most have none, and it must not go for that. */
function traces(candidate: KeeperCandidate): number {
  return candidate.losses?.compressionSteps ?? 0;
}

function clipped(candidate: KeeperCandidate): number {
  return candidate.losses?.clippedSteps ?? Number.MAX_SAFE_INTEGER;
}

function frame({ heightPixels, losses, widthPixels }: KeeperCandidate): string {
  const border = losses?.borderTenths ?? 0;
  const size = `${widthPixels}x${heightPixels}`;
  return border === 0 ? size : `${size} (${border}0 % of it border)`;
}

function compareDates(left: KeeperCandidate, right: KeeperCandidate): number {
  if (left.takenAtMs === right.takenAtMs) return 0;
  if (left.takenAtMs === null) return 1;
  if (right.takenAtMs === null) return -1;
  return left.takenAtMs - right.takenAtMs;
}

function explainDates(_winner: KeeperCandidate, loser: KeeperCandidate): string {
  return loser.takenAtMs === null ? "has a date" : "earlier";
}
