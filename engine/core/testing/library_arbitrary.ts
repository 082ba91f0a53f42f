import fc from "fast-check";
import { exactScenes } from "../album_reconciler/exact_scenes.ts";
import { identifier } from "../protocol/ids.ts";
import type { FileKind, PhotoFacts } from "../library/file.ts";
import type {
  KeepRule,
  PlanRequest,
  PlanScope,
  ReviewedScene,
  SceneDecision,
} from "../library/plan.ts";
import type { LibraryState } from "../library/state.ts";
import { sideOf } from "../library/visibility.ts";
import {
  type AlbumSpec,
  FAVORITES,
  type FileSpec,
  libraryOf,
  type LibrarySpec,
  requestOf,
  UNCATEGORIZED,
} from "./library_spec.ts";

/** Albums of every kind that a planner has to tell apart, besides favorites and uncategorized. */
export const WORLD_ALBUMS: readonly AlbumSpec[] = [
  { id: "beach" },
  { id: "city" },
  { id: "secret", kind: "hidden" },
  { id: "vault", kind: "hidden" },
  { id: "family", visibleToOthers: true },
  { id: "public", visibleToOthers: true },
  { id: "theirs", owner: "them", visibleToOthers: true },
  { id: "theirs-closed", owner: "them", mayAdd: false },
  { id: "their-favorites", kind: "favorites", owner: "them", mayAdd: false },
];

const OWN_VISIBLE = ["beach", "city", "family", "public", UNCATEGORIZED];
const OWN_HIDDEN = ["secret", "vault"];
const OTHERS = [FAVORITES, "theirs", "theirs-closed", "beach", "city", "family", "public"];

/** A file and where it lies on the line on which distances are measured. */
export interface PlacedFile {
  readonly spec: FileSpec;
  readonly position: number;
  /** Which scene of a similar review has it, or null. */
  readonly scene: number | null;
  readonly choice: "keep" | "delete";
}

/** A small library and what a user asks for in it: plain data that shrinks and prints. */
export interface PlanWorldCase {
  readonly library: LibrarySpec;
  readonly placed: readonly PlacedFile[];
  readonly cleanup: "exact" | "similar";
  readonly album: string | null;
  readonly consent: readonly string[];
  readonly keepRules: readonly KeepRule[];
  /** Exact reviews: files whose proposed choice the user turned over. */
  readonly turned: readonly number[];
}

interface DrawnFile {
  readonly content: number;
  readonly video: number;
  readonly kind: FileKind;
  readonly home: string;
  readonly others: readonly string[];
  readonly flaggedHidden: boolean;
  readonly capture: string | null;
  readonly foreign: boolean;
  readonly unverified: boolean;
  readonly facts: { readonly pixels: number; readonly raw: boolean; readonly reencoded: boolean };
  readonly words: { readonly caption: string; readonly tags: readonly string[] };
  readonly edits: { readonly rating: number; readonly name: string | null; archived: boolean };
  readonly sizeBytes: number;
  readonly position: number;
  readonly scene: number | null;
  readonly choice: "keep" | "delete";
}

/** One in `times`. */
function seldom(times: number): fc.Arbitrary<boolean> {
  return fc.nat({ max: times - 1 }).map((drawn) => drawn === times - 1);
}

/** Mostly null, else one of these. */
function seldomly(...values: readonly string[]): fc.Arbitrary<string | null> {
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.constantFrom(...values) },
  );
}

const DRAWN_FILE: fc.Arbitrary<DrawnFile> = fc.record({
  content: fc.nat({ max: 2 }),
  video: fc.nat({ max: 1 }),
  kind: fc.constantFrom<FileKind>("photo", "photo", "photo", "live", "video"),
  home: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...OWN_VISIBLE) },
    { weight: 1, arbitrary: fc.constantFrom(...OWN_HIDDEN) },
  ),
  others: fc.uniqueArray(fc.constantFrom(...OTHERS), { maxLength: 3 }),
  flaggedHidden: seldom(12),
  capture: seldomly("shot1", "shot2"),
  foreign: seldom(14),
  unverified: seldom(14),
  facts: fc.record({ pixels: fc.nat({ max: 2 }), raw: seldom(6), reencoded: seldom(6) }),
  words: fc.record({
    caption: fc.constantFrom("", "", "sea", "sea\nsand", "sand"),
    tags: fc.uniqueArray(fc.constantFrom("summer", "kids"), { maxLength: 2 }),
  }),
  edits: fc.record({
    rating: fc.nat({ max: 2 }),
    name: fc.constantFrom(null, null, "One", "Two"),
    archived: seldom(4),
  }),
  sizeBytes: fc.integer({ min: 1, max: 3 }),
  position: fc.nat({ max: 4 }),
  scene: fc.constantFrom(0, 0, 0, 1, 1, null),
  choice: fc.constantFrom<"keep" | "delete">("keep", "delete", "delete"),
});

const KEEP_RULE: fc.Arbitrary<KeepRule> = fc.oneof(
  fc.constantFrom<KeepRule>(
    { kind: "largest" },
    { kind: "oldest" },
    { kind: "pixels" },
    { kind: "compression" },
    { kind: "favorite" },
  ),
  fc.constantFrom("beach", "family").map((album): KeepRule => ({
    kind: "album",
    album: identifier(album),
  })),
  fc.constantFrom("beach", "family").map((folder): KeepRule => ({ kind: "folder", folder })),
);

/**
 * Small libraries with all that makes clean-ups hard: several albums for each file, favourites,
 * uncategorized, hidden and mixed files, shared albums, albums and files of others, captures, live
 * photos, unverified files, ties of distance; and a request about them.
 */
export const PLAN_WORLD_CASE: fc.Arbitrary<PlanWorldCase> = fc.record({
  files: fc.array(DRAWN_FILE, { minLength: 2, maxLength: 9, size: "max" }),
  cleanup: fc.constantFrom<"exact" | "similar">("exact", "similar"),
  album: seldomly("beach", "city", "family", FAVORITES, "theirs"),
  consent: fc.subarray(["family", "public", "theirs", FAVORITES]),
  keepRules: fc.array(KEEP_RULE, { maxLength: 1 }),
  turned: fc.uniqueArray(fc.nat({ max: 8 }), { maxLength: 2 }),
  twins: seldom(5),
}).map(({ files, twins, ...rest }) => {
  const placed = (twins ? twinCaptures(files) : files).map((file, place) =>
    placeFile(file, { place, similar: rest.cleanup === "similar" })
  );
  const library = { albums: WORLD_ALBUMS, files: placed.map(({ spec }) => spec) };
  return { ...rest, library, placed };
});

/** Makes the first four files two captures with the same two contents: rare by chance alone. */
function twinCaptures(files: readonly DrawnFile[]): DrawnFile[] {
  return files.map((file, place) => {
    if (place > 3) return file;
    const capture = place < 2 ? "shot1" : "shot2";
    const raw = place % 2 === 1;
    return { ...file, kind: "photo", capture, content: raw ? 1 : 0, facts: { ...file.facts, raw } };
  });
}

function placeFile(
  drawn: DrawnFile,
  context: { readonly place: number; readonly similar: boolean },
): PlacedFile {
  const { place, similar } = context;
  const { position, scene, choice } = drawn;
  const hidden = OWN_HIDDEN.includes(drawn.home);
  // Hidden and visible entries together make a mixed file: some, not most.
  const others = hidden && place % 4 !== 3
    ? OWN_HIDDEN.slice(0, drawn.others.length)
    : drawn.others;
  const albums = drawn.foreign ? ["theirs"] : [...new Set([drawn.home, ...others])];
  // Equal content is at distance 0.
  const still = similar ? `c${drawn.content}at${position}` : `c${drawn.content}`;
  return {
    position,
    scene,
    choice,
    spec: {
      id: `f${place}`,
      hash: drawn.kind === "live" ? `${still}:v${drawn.video}` : still,
      albums,
      kind: drawn.kind,
      capture: drawn.capture,
      ...(drawn.foreign ? { owner: "them" } : {}),
      verified: !drawn.unverified,
      sizeBytes: drawn.sizeBytes,
      metadata: {
        hidden: drawn.flaggedHidden,
        caption: drawn.words.caption,
        tags: drawn.words.tags,
        rating: drawn.edits.rating,
        editedName: drawn.edits.name,
        archived: drawn.edits.archived,
      },
      facts: {
        widthPixels: 1000 * (1 + drawn.facts.pixels),
        heightPixels: 1000,
        raw: drawn.facts.raw,
        reencoded: drawn.facts.reencoded,
        ...lossesOf(drawn),
      },
    },
  };
}

/** Some pictures were never looked at; of the others some say nothing of their camera. */
function lossesOf({ edits, facts }: DrawnFile): Pick<PhotoFacts, "losses"> {
  if (facts.pixels === 0) return {};
  return { losses: { metadata: edits.rating % 2 === 1, colour: false, clippedSteps: 0 } };
}

/** Makes the library of a case and the request that its user sends. */
export function openCase(world: PlanWorldCase): { state: LibraryState; request: PlanRequest } {
  const state = libraryOf(world.library);
  const scenes = world.cleanup === "exact"
    ? exactReview(state, world)
    : similarReview(state, world);
  const request = requestOf({
    cleanup: world.cleanup,
    scenes,
    ...(world.album === null ? {} : { album: world.album }),
    consent: world.consent,
    keepRules: world.keepRules,
  });
  return { state, request };
}

function exactReview(state: LibraryState, world: PlanWorldCase): ReviewedScene[] {
  const scope: PlanScope = world.album === null
    ? { kind: "library" }
    : { kind: "album", album: identifier(world.album) };
  const turned = new Set<string>(world.turned.map((place) => `f${place}`));
  return exactScenes(state, { scope, keepRules: world.keepRules }).map((scene) => {
    const members = scene.members.map((member) =>
      turned.has(member.file)
        ? { ...member, choice: member.choice === "keep" ? "delete" as const : "keep" as const }
        : member
    );
    const keeps = members.some(({ choice }) => choice === "keep");
    return keeps ? { ...scene, members } : scene;
  });
}

/** Scenes of one side each, by number; distances on the line, so that many are equal. */
function similarReview(state: LibraryState, world: PlanWorldCase): ReviewedScene[] {
  const groups = new Map<string, PlacedFile[]>();
  for (const file of world.placed) {
    const record = state.files.get(identifier(file.spec.id));
    if (record === undefined || file.scene === null) continue;
    const side = sideOf(record, state.albums);
    const key = `${side === "mixed" ? "visible" : side}${file.scene}`;
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [file]);
    else known.push(file);
  }
  return [...groups].filter(([, files]) => files.length > 1).map(([key, files]) => {
    const positions = new Map(files.map((file) => [file.spec.id, file.position]));
    const [first] = files;
    const asked = files.every(({ choice }) => choice === "delete")
      ? files.map((file) => file === first ? { ...file, choice: "keep" as const } : file)
      : files;
    const { scenes: [scene] } = requestOf({
      cleanup: "similar",
      scenes: [{
        id: key,
        members: asked.map(({ spec, choice }) => choice === "keep" ? spec.id : `-${spec.id}`),
        distance: (left, right) =>
          Math.abs((positions.get(left) ?? 0) - (positions.get(right) ?? 0)),
      }],
    });
    if (scene === undefined) throw new RangeError("A scene was asked for");
    return { ...scene, members: scene.members.map((member) => withDigests(state, member)) };
  });
}

/**
 * At even places, all contents are one picture: two of them with equal data, the third by its
 * pixels.
 */
function withDigests(state: LibraryState, member: SceneDecision): SceneDecision {
  const { contentHash = null } = state.files.get(member.file) ?? {};
  const [, content, place] = /^c(\d+)at(\d+)$/.exec(contentHash ?? "") ?? [];
  if (contentHash === null || place === undefined || Number(place) % 2 > 0) return member;
  const imageData = content === "2" ? null : `data at ${place}`;
  return { ...member, contentHash, digests: { imageData, pixels: `pixels at ${place}` } };
}
