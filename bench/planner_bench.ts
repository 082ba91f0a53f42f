/**
 * Planning and checking a clean-up of 20,000 scenes: `deno bench -A bench/planner_bench.ts`.
 * Compare `min` or `p75`, never the average.
 */

import {
  type AlbumId,
  checkCertificate,
  type ContentHash,
  draftPlan,
  emptyLibrary,
  exactScenes,
  type FileId,
  identifier,
  type LibraryState,
  NO_METADATA,
  type ObjectName,
  type OwnerId,
  type Plan,
  planFactsOf,
  type PlanRequest,
  SmallSet,
} from "@scenekeep/engine/core";

const SCENES = 20_000;
const MEMBERS = 4;
const ALBUMS = 2_000;
const ME: OwnerId = identifier("me");

/** Each file in two albums, each scene spread over several; every 50th album is shared. */
function makeState(kind: "exact" | "similar"): LibraryState {
  const state = emptyLibrary();
  state.library = identifier("library");
  state.owner = ME;
  const albumIds: AlbumId[] = [];
  for (let place = 0; place < ALBUMS; place += 1) {
    const id = identifier<AlbumId>(place === 0 ? "favorites" : `album${place}`);
    albumIds.push(id);
    state.albums.set(id, {
      id,
      kind: place === 0 ? "favorites" : "regular",
      owner: ME,
      name: id,
      visibleToOthers: place % 50 === 49,
      mayAdd: true,
      cover: null,
      order: null,
      entries: new Set(),
    });
  }
  state.favorites.set(ME, identifier("favorites"));
  for (let place = 0; place < SCENES * MEMBERS; place += 1) {
    const scene = Math.floor(place / MEMBERS);
    addFile(state, {
      place,
      content: kind === "exact" ? `content${scene}` : `content${place}`,
      albums: [1 + (place * 7) % (ALBUMS - 1), 1 + (place * 13 + 5) % (ALBUMS - 1)]
        .flatMap((index) => albumIds[index] ?? []),
    });
  }
  return state;
}

function addFile(
  state: LibraryState,
  file: { place: number; content: string; albums: readonly AlbumId[] },
): void {
  const id = identifier<FileId>(`file${file.place}`);
  const contentHash = identifier<ContentHash>(file.content);
  const sizeBytes = 1_000_000 + file.place % 977;
  state.files.set(id, {
    id,
    owner: ME,
    kind: "photo",
    name: `${id}.jpg`,
    capture: null,
    version: 1,
    contentHash,
    verified: true,
    objects: [{ role: "original", name: identifier<ObjectName>(id), sizeBytes }],
    facts: {
      widthPixels: 4000,
      heightPixels: 3000,
      sharpness: file.place % 101,
      takenAtMs: file.place,
      raw: false,
      reencoded: false,
    },
    metadata: file.place % 10 === 0 ? { ...NO_METADATA, caption: "sea" } : NO_METADATA,
    entries: new Map(file.albums.map((album) => [album, null])),
  });
  for (const album of file.albums) state.albums.get(album)?.entries.add(id);
  state.usage.liveBytes += sizeBytes;
  const copies = state.filesByHash.get(contentHash);
  if (copies === undefined) state.filesByHash.set(contentHash, new SmallSet(id));
  else copies.add(id);
}

function similarRequest(): PlanRequest {
  const scenes = Array.from({ length: SCENES }, (_, scene) => ({
    id: identifier<PlanRequest["scenes"][number]["id"]>(`scene${scene}`),
    tier: "similar" as const,
    diameter: 900,
    members: Array.from({ length: MEMBERS }, (_, member) => ({
      file: identifier<FileId>(`file${scene * MEMBERS + member}`),
      choice: member < 2 ? "keep" as const : "delete" as const,
    })),
    distances: [[0, 1, 100], [0, 2, 300], [0, 3, 900], [1, 2, 500], [1, 3, 400], [2, 3, 700]]
      .map(([left = 0, right = 0, distance = 0]) => [left, right, distance] as const),
  }));
  return request("similar", scenes);
}

function request(cleanup: "exact" | "similar", scenes: PlanRequest["scenes"]): PlanRequest {
  const plan = identifier<PlanRequest["plan"]>("plan");
  return { plan, cleanup, scope: { kind: "library" }, scenes, consentAlbums: [], keepRules: [] };
}

function planOf(state: LibraryState, asked: PlanRequest): Plan {
  const outcome = draftPlan(planFactsOf(state, asked), asked);
  if (outcome.kind === "refused") throw new RangeError(outcome.refusal.detail);
  return outcome.plan;
}

const SCOPE = { scope: { kind: "library" }, keepRules: [] } as const;
const EXACT_STATE = makeState("exact");
const EXACT = request("exact", exactScenes(EXACT_STATE, SCOPE));
const SIMILAR_STATE = makeState("similar");
const SIMILAR = similarRequest();

for (
  const { name, state, asked } of [
    { name: "exact", state: EXACT_STATE, asked: EXACT },
    { name: "similar", state: SIMILAR_STATE, asked: SIMILAR },
  ]
) {
  const facts = planFactsOf(state, asked);
  const plan = planOf(state, asked);
  const group = `${name}, ${SCENES} scenes of ${MEMBERS}, ${plan.items.length} items`;
  Deno.bench({
    name: `${name}: select the facts`,
    group,
    fn: () => void planFactsOf(state, asked),
  });
  Deno.bench({ name: `${name}: draft the plan`, group, fn: () => void draftPlan(facts, asked) });
  Deno.bench({
    name: `${name}: check the certificate`,
    group,
    fn: () => void checkCertificate(state, plan, asked),
  });
}

Deno.bench({
  name: `find the exact copies among ${EXACT_STATE.files.size} files`,
  fn: () => void exactScenes(EXACT_STATE, SCOPE),
});
