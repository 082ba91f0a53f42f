import type { AlbumId, FileId } from "../library/ids.ts";
import type { AlbumProof, Plan, PlanRequest } from "../library/plan.ts";
import { type CertificateProblem, ProblemReport } from "./certificate_problem.ts";
import {
  checkAlbums,
  checkPreconditions,
  type SceneInAlbum,
  scenesInAlbums,
} from "./check_albums.ts";
import { checkItems } from "./check_items.ts";
import { checkMetadata } from "./check_metadata.ts";
import { checkShape } from "./check_shape.ts";
import {
  type ExaminedPlan,
  examinePlan,
  isShownIn,
  type LibraryView,
  othersSee,
} from "./examined_plan.ts";

/**
 * Verifies a plan and its certificate against the library that it was made for, before any of it
 * has been applied. Everything is worked out again from the library and the reviewed scenes; no
 * code of the planner takes part. An empty result means that the plan keeps its promises: every
 * album keeps every scene (and, of exact copies, every content), nothing crosses the hidden barrier
 * or is shown to others without consent, no favourite and no shot is lost, no foreign file is
 * touched, each item is safe alone, metadata is merged or its loss listed, and all numbers are
 * right.
 *
 * With `request`, the plan must also be an answer to it.
 *
 * Ties of equal distance are the planner's to break: any of the closest members is accepted.
 *
 * Near linear in the items, their entries and the reviewed distances.
 */
export function checkCertificate(
  library: LibraryView,
  plan: Plan,
  request: PlanRequest | null = null,
): readonly CertificateProblem[] {
  const report = new ProblemReport();
  const examined = examinePlan(library, plan, report);
  const changes = scenesInAlbums(examined);
  checkShape(examined, request);
  checkItems(examined);
  checkAlbums(examined, changes);
  checkPreconditions(examined, changes);
  checkMetadata(examined);
  checkNumbers(examined);
  checkAlbumProofs(examined, changes);
  checkPublished(examined, changes);
  return report.problems;
}

function checkNumbers(examined: ExaminedPlan): void {
  const { library, plan, report } = examined;
  const { certificate } = plan;
  let bytesToTrash = 0;
  for (const item of plan.items) {
    if (item.action !== "trashFile") continue;
    for (const { sizeBytes } of library.files.get(item.file)?.objects ?? []) {
      bytesToTrash += sizeBytes;
    }
  }
  const usageBytes = library.usage.liveBytes + library.usage.trashBytes;
  const numbers = [
    ["bytesToTrash", certificate.bytesToTrash, bytesToTrash],
    ["usageBeforeBytes", certificate.usageBeforeBytes, usageBytes],
    ["usageAfterApplyBytes", certificate.usageAfterApplyBytes, usageBytes],
    ["usageAfterPurgeBytes", certificate.usageAfterPurgeBytes, usageBytes - bytesToTrash],
  ] as const;
  for (const [name, stated, actual] of numbers) {
    report.expect(stated === actual, "BYTES_WRONG", {
      detail: `${name} is stated as ${stated} and is ${actual}`,
    });
  }
  const row = ({ file, contentHash, keeper, distance }: (typeof certificate.removed)[number]) =>
    JSON.stringify([file, contentHash, keeper, distance]);
  report.expect(sameRows(certificate.removed.map(row), plan.items.map(row)), "PROOF_WRONG", {
    detail: "the removed files are not those of the items",
  });
}

function checkAlbumProofs(examined: ExaminedPlan, changes: readonly SceneInAlbum[]): void {
  const stated: string[] = [];
  for (const { album, scenes } of examined.plan.certificate.albums) {
    for (const scene of scenes) stated.push(proofRow(album, scene));
  }
  const actual = changes.map((change) => proofRow(change.album, proofOf(examined, change)));
  examined.report.expect(sameRows(stated, actual), "PROOF_WRONG", {
    detail: "the scenes of the touched albums, before and after, are not as stated",
  });
}

/** A proof without regard to the order of files. */
function proofRow(album: AlbumId, proof: AlbumProof["scenes"][number]): string {
  const { scene, before, after, representative } = proof;
  return JSON.stringify([album, scene, [...before].sort(), [...after].sort(), representative]);
}

function proofOf(
  examined: ExaminedPlan,
  change: SceneInAlbum,
): AlbumProof["scenes"][number] {
  const entries = examined.library.albums.get(change.album)?.entries ?? new Set<FileId>();
  const leaving = new Set(change.items.map((item) => item.file));
  const before = new Set(leaving);
  for (const { file } of examined.scenes.get(change.scene)?.scene.members ?? []) {
    if (entries.has(file)) before.add(file);
  }
  const after = [...before].filter((file) => !leaving.has(file));
  const [representative] = change.representatives;
  return {
    scene: change.scene,
    before: [...before],
    after: [...after, ...change.joining],
    representative: representative ?? null,
  };
}

function checkPublished(examined: ExaminedPlan, changes: readonly SceneInAlbum[]): void {
  const { library, plan, report } = examined;
  const published: string[] = [];
  for (const change of changes) {
    const album = library.albums.get(change.album);
    if (album === undefined || !othersSee(library, album)) continue;
    for (const id of change.joining) {
      const file = library.files.get(id);
      const shown = file !== undefined && isShownIn(library, file, album.id);
      if (!shown) published.push(JSON.stringify([album.id, id]));
    }
  }
  report.expect(
    sameRows(
      plan.certificate.published.map(({ album, file }) => JSON.stringify([album, file])),
      published,
    ),
    "PUBLISHED_WITHOUT_CONSENT",
    { detail: "what others would see is not what the certificate says" },
  );
}

/** True when both have the same rows, in any order. Sorts both. */
function sameRows(left: string[], right: string[]): boolean {
  if (left.length !== right.length) return false;
  left.sort();
  right.sort();
  return left.every((row, place) => row === right[place]);
}
