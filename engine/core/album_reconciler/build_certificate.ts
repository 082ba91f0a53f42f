import { type AlbumId, compareText, type FileId, type SceneId } from "../library/ids.ts";
import type { AlbumProof, Certificate, MetadataMerge, Plan, PlanItem } from "../library/plan.ts";
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
  readonly before: Set<FileId>;
  readonly leaving: Set<FileId>;
  readonly representatives: Set<FileId>;
}

/**
 * States what a plan does, from its items and the facts alone: nothing here decides. Linear in
 * items, entries and members, plus sorting.
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
      const together = conflicts.get(index) ?? [];
      const what = [...together, ...lost.filter((line) => !together.includes(line))];
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
  const touched = touchedAlbums(certified);
  const proofs = new Map<AlbumId, AlbumProof["scenes"][number][]>();
  for (const [scene, albums] of [...touched].sort(byKey)) {
    for (const [album, found] of albums) {
      const [representative] = found.representatives;
      const after = new Set(found.before);
      for (const file of found.leaving) after.delete(file);
      for (const file of found.representatives) after.add(file);
      const proof = {
        scene,
        before: [...found.before].sort(compareText),
        after: [...after].sort(compareText),
        representative: representative ?? null,
      };
      const known = proofs.get(album);
      if (known === undefined) proofs.set(album, [proof]);
      else known.push(proof);
    }
  }
  return [...proofs].sort(byKey).map(([album, scenes]) => ({ album, scenes }));
}

/**
 * By scene and album: the members there now, parts of shots that go with them, and what changes.
 */
function touchedAlbums(certified: Certified): Map<SceneId, Map<AlbumId, SceneInAlbum>> {
  const touched = new Map<SceneId, Map<AlbumId, SceneInAlbum>>();
  for (const item of certified.plan.items) {
    const albums = touched.get(item.scene) ?? new Map<AlbumId, SceneInAlbum>();
    touched.set(item.scene, albums);
    for (const album of albumsOf(certified, item)) {
      const found = albums.get(album) ??
        { before: new Set(), leaving: new Set(), representatives: new Set() };
      albums.set(album, found);
      found.before.add(item.file);
      found.leaving.add(item.file);
    }
    for (const { album, representative } of item.albums) {
      albums.get(album)?.representatives.add(representative);
    }
  }
  for (const scene of certified.plan.scenes) {
    const albums = touched.get(scene.id);
    if (albums === undefined) continue;
    for (const { file } of scene.members) {
      for (const album of certified.files.get(file)?.albums ?? []) {
        albums.get(album)?.before.add(file);
      }
    }
  }
  return touched;
}

function byKey(left: readonly [string, unknown], right: readonly [string, unknown]): number {
  return compareText(left[0], right[0]);
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
