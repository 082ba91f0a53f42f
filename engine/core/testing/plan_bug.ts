import { buildCertificate } from "../album_reconciler/build_certificate.ts";
import type { FileFacts, PlanFacts } from "../album_reconciler/plan_facts.ts";
import type { CertificateProblemCode } from "../certificate/mod.ts";
import type { AlbumId, FileId } from "../library/ids.ts";
import type { AlbumPrecondition, Plan, PlanItem, PlanRequest } from "../library/plan.ts";

/** A good plan, and what it was made from. */
export interface GoodPlan {
  readonly facts: PlanFacts;
  readonly request: PlanRequest;
  readonly plan: Plan;
}

/** A mistake in a finished plan. Whenever it changes the plan, the checker must report it. */
export interface PlanBug {
  readonly name: string;
  readonly code: CertificateProblemCode;
  /** The plan with the mistake; null where there is nothing to get wrong. */
  readonly plant: (good: GoodPlan) => Plan | null;
}

export type ItemChange = (item: PlanItem, good: GoodPlan) => PlanItem;

/** Changes items and states the certificate anew, as a planner with this mistake would. */
export function inItems(change: ItemChange, one = false): PlanBug["plant"] {
  return (good) => {
    let changed = false;
    const items = good.plan.items.map((item) => {
      if (one && changed) return item;
      const next = change(item, good);
      changed ||= next !== item;
      return next;
    });
    return changed ? certified(good, { ...good.plan, items }) : null;
  };
}

export function inAlbums(
  change: (precondition: AlbumPrecondition, good: GoodPlan) => AlbumPrecondition,
): PlanBug["plant"] {
  return inItems((item, good) => {
    const albums = item.albums.map((precondition) => change(precondition, good));
    return albums.every((next, place) => next === item.albums[place]) ? item : { ...item, albums };
  });
}

export function inCertificate(
  change: (certificate: Plan["certificate"]) => Partial<Plan["certificate"]> | null,
): PlanBug["plant"] {
  return ({ plan }) => {
    const changed = change(plan.certificate);
    return changed === null ? null : { ...plan, certificate: { ...plan.certificate, ...changed } };
  };
}

export function certified(good: GoodPlan, plan: Plan): Plan {
  return { ...plan, certificate: buildCertificate(good.facts, plan) };
}

/** Members that stay, with their facts, by id. */
export function keptOf(good: GoodPlan, item: PlanItem): FileFacts[] {
  const removed = new Set(good.plan.items.map(({ file }) => file));
  const scene = good.plan.scenes.find(({ id }) => id === item.scene);
  return (scene?.members ?? []).flatMap(({ file }) =>
    removed.has(file) ? [] : good.facts.files.filter(({ id }) => id === file)
  );
}

/** The reviewed distance of an item's file to another member. */
export function distanceOf(good: GoodPlan, item: PlanItem, other: FileId): number | undefined {
  const scene = good.plan.scenes.find(({ id }) => id === item.scene);
  const places = scene?.members.map(({ file }) => file) ?? [];
  return scene?.distances.find(([left, right]) => {
    const pair = [places[left], places[right]];
    return pair.includes(item.file) && pair.includes(other);
  })?.[2];
}

/** The smallest distance of a member to what the plan takes from the album of its scene. */
export function nearestTo(good: GoodPlan, precondition: AlbumPrecondition, other: FileId): number {
  const distances = good.plan.items
    .filter(({ scene, file }) =>
      scene === precondition.scene && isIn(good, file, precondition.album)
    )
    .flatMap((item) => distanceOf(good, item, other) ?? []);
  return Math.min(...distances, Number.POSITIVE_INFINITY);
}

export function isIn(good: GoodPlan, file: FileId, album: AlbumId): boolean {
  return good.facts.files.some(({ id, albums }) => id === file && albums.includes(album));
}

export function represented(
  precondition: AlbumPrecondition,
  file: FileFacts | undefined,
): AlbumPrecondition {
  if (file === undefined || file.contentHash === null) return precondition;
  if (file.id === precondition.representative) return precondition;
  return { ...precondition, representative: file.id, representativeHash: file.contentHash };
}
