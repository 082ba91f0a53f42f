import { type AlbumId, compareText, type FileId, type SceneId } from "../library/ids.ts";
import type {
  AlbumProof,
  Certificate,
  MetadataMerge,
  Plan,
  PlanItem,
  ReviewedScene,
} from "../library/plan.ts";
import { mergeMetadata } from "../library/metadata_merge.ts";
import { isSeenByOthers } from "../library/visibility.ts";
import type { AlbumFacts, FileFacts, PlanFacts } from "./plan_facts.ts";

/** A plan that has yet to state its certificate. */
export type UncertifiedPlan = Omit<Plan, "certificate">;

interface Certified {
  readonly facts: PlanFacts;
  readonly plan: UncertifiedPlan;
  readonly files: ReadonlyMap<FileId, FileFacts>;
  readonly albums: ReadonlyMap<AlbumId, AlbumFacts>;
}

/** What happens to one scene in one album. */
interface SceneInAlbum {
  readonly leaving: Set<FileId>;
  readonly joining: Set<FileId>;
  representative: FileId | null;
}

/**
 * States what a plan does, from its items and the facts alone: nothing here decides. Linear in items,
 * entries and members, plus sorting.
 */
export function buildCertificate(facts: PlanFacts, plan: UncertifiedPlan): Certificate {
  const certified: Certified = {
    facts,
    plan,
    files: new Map(facts.files.map((file) => [file.id, file])),
    albums: new Map(facts.albums.map((album) => [album.id, album])),
  };
  const { merges, conflicts } = wholeMerges(certified);
  let bytesToTrash = 0;
  for (const item of plan.items) bytesToTrash += item.bytesToTrash;
  return {
    usageBeforeBytes: facts.usageBytes,
    usageAfterApplyBytes: facts.usageBytes,
    usageAfterPurgeBytes: facts.usageBytes - bytesToTrash,
    bytesToTrash,
    albums: albumProofs(certified),
    removed: plan.items.map(({ file, contentHash, keeper, distance }) => ({
      file,
      contentHash,
      keeper,
      distance,
    })),
    merges,
    lost: plan.items.flatMap(({ index, file, lost }) => {
      const what = conflicts.get(index) ?? lost;
      return what.length === 0 ? [] : [{ file, what }];
    }),
    published: publishedEntries(certified),
  };
}

/** Albums that an item takes its file from. */
function albumsOf(certified: Certified, item: PlanItem): readonly AlbumId[] {
  if (item.action === "removeEntry") return item.fromAlbum === null ? [] : [item.fromAlbum];
  return certified.files.get(item.file)?.albums ?? [];
}

function albumProofs(certified: Certified): AlbumProof[] {
  const touched = new Map<AlbumId, Map<SceneId, SceneInAlbum>>();
  for (const item of certified.plan.items) {
    for (const album of albumsOf(certified, item)) {
      const scene = sceneInAlbum(touched, album, item.scene);
      scene.leaving.add(item.file);
      const known = item.albums.find((precondition) => precondition.album === album);
      if (known === undefined) continue;
      scene.representative = known.representative;
      if (!isIn(certified, known.representative, album)) scene.joining.add(known.representative);
    }
  }
  const scenes = new Map(certified.plan.scenes.map((scene) => [scene.id, scene]));
  return [...touched].sort(byKey).map(([album, ofAlbum]) => ({
    album,
    scenes: [...ofAlbum].sort(byKey).map(([id, found]) => {
      const before = membersIn(certified, { scene: scenes.get(id), album, found });
      const after = before.filter((file) => !found.leaving.has(file));
      return {
        scene: id,
        before,
        after: [...after, ...found.joining].sort(compareText),
        representative: found.representative,
      };
    }),
  }));
}

function sceneInAlbum(
  touched: Map<AlbumId, Map<SceneId, SceneInAlbum>>,
  album: AlbumId,
  scene: SceneId,
): SceneInAlbum {
  const ofAlbum = touched.get(album) ?? new Map<SceneId, SceneInAlbum>();
  touched.set(album, ofAlbum);
  const found = ofAlbum.get(scene) ??
    { leaving: new Set(), joining: new Set(), representative: null };
  ofAlbum.set(scene, found);
  return found;
}

function byKey(left: readonly [string, unknown], right: readonly [string, unknown]): number {
  return compareText(left[0], right[0]);
}

/** Members of the scene that the album holds now, and parts of shots that go with them. */
function membersIn(
  certified: Certified,
  asked: { scene: ReviewedScene | undefined; album: AlbumId; found: SceneInAlbum },
): FileId[] {
  const members = new Set<FileId>(asked.found.leaving);
  for (const { file } of asked.scene?.members ?? []) {
    if (isIn(certified, file, asked.album)) members.add(file);
  }
  return [...members].sort(compareText);
}

function isIn(certified: Certified, file: FileId, album: AlbumId): boolean {
  return certified.files.get(file)?.albums.includes(album) ?? false;
}

/**
 * What the items together make of each keeper, applied in their order, and what of each item then
 * does not fit: more than for the item alone where two removed copies disagree.
 */
function wholeMerges(
  certified: Certified,
): { merges: MetadataMerge[]; conflicts: ReadonlyMap<number, readonly string[]> } {
  const merges = new Map<FileId, MetadataMerge>();
  const conflictsOf = new Map<number, readonly string[]>();
  for (const item of certified.plan.items) {
    const removed = certified.files.get(item.file);
    if (item.merge === null || removed === undefined) continue;
    const { file, before, becomesFavorite, textWithheld } = item.merge;
    const known = merges.get(file);
    const { after, conflicts } = mergeMetadata(known?.after ?? before, removed.metadata, {
      text: textWithheld ? "withhold" : "merge",
    });
    conflictsOf.set(item.index, conflicts);
    merges.set(file, {
      file,
      before,
      after,
      becomesFavorite: becomesFavorite || (known?.becomesFavorite ?? false),
      textWithheld: textWithheld || (known?.textWithheld ?? false),
      conflicts: [...known?.conflicts ?? [], ...conflicts],
    });
  }
  const sorted = [...merges.values()].sort((left, right) => compareText(left.file, right.file));
  return { merges: sorted, conflicts: conflictsOf };
}

/** Entries that show others content which they did not see in that album before. */
function publishedEntries(certified: Certified): Certificate["published"][number][] {
  const published = new Map<string, Certificate["published"][number]>();
  for (const item of certified.plan.items) {
    for (const { album: id, representative, publishes } of item.albums) {
      const album = certified.albums.get(id);
      const shown = publishes && album !== undefined && !isIn(certified, representative, id) &&
        isSeenByOthers(album, certified.facts.owner);
      if (shown) published.set(`${id}\n${representative}`, { album: id, file: representative });
    }
  }
  return [...published.values()].sort((left, right) =>
    compareText(left.album, right.album) || compareText(left.file, right.file)
  );
}
