import type { FileRecord } from "../library/file.ts";
import type { FileId } from "../library/ids.ts";
import type { PlanItem, PlanRequest, ReviewedScene } from "../library/plan.ts";
import { type ExaminedPlan, holdsContentOf, shotOf } from "./examined_plan.ts";

/** The format that this checker reads. */
const FORMAT = "plan/1";

/** Checks that the plan is whole, is what was asked for, and accounts for every choice. */
export function checkShape(examined: ExaminedPlan, request: PlanRequest | null): void {
  const { library, plan, report } = examined;
  report.expect(plan.format === FORMAT, "PLAN_MALFORMED", {
    detail: `the format must be ${FORMAT}: got ${plan.format}`,
  });
  report.expect(plan.library === library.library, "PLAN_MALFORMED", {
    detail: `the plan is for library ${plan.library}`,
  });
  if (request !== null) checkRequest(examined, request);
  for (const { scene } of examined.scenes.values()) checkScene(examined, scene);
  checkChoices(examined);
  checkShots(examined);
}

function checkRequest(examined: ExaminedPlan, request: PlanRequest): void {
  const { plan, report } = examined;
  const echoed = [
    ["id", plan.id, request.plan],
    ["cleanup", plan.cleanup, request.cleanup],
    ["scope", plan.scope, request.scope],
    ["keeper rules", plan.keepRules, request.keepRules],
    ["consent", [...plan.consentAlbums].sort(), [...new Set(request.consentAlbums)].sort()],
    ["scenes", canonical(plan.scenes), canonical(request.scenes)],
  ] as const;
  for (const [what, stated, asked] of echoed) {
    report.expect(JSON.stringify(stated) === JSON.stringify(asked), "REQUEST_CHANGED", {
      detail: `the plan's ${what} is not what was asked for`,
    });
  }
}

/** Scenes without regard to any order. */
function canonical(scenes: readonly ReviewedScene[]): unknown {
  return scenes.map((scene) => {
    const name = (place: number): string => scene.members[place]?.file ?? "";
    const distances = new Set(
      scene.distances.map(([left, right, distance]) =>
        JSON.stringify([[name(left), name(right)].sort(), distance])
      ),
    );
    const members = scene.members.map(({ file, choice, contentHash, digests }) =>
      JSON.stringify([file, choice, contentHash ?? null, digests?.imageData, digests?.pixels])
    );
    return [scene.id, scene.tier, scene.diameter, members.sort(), [...distances].sort()];
  }).map((scene) => JSON.stringify(scene)).sort();
}

function checkScene(examined: ExaminedPlan, scene: ReviewedScene): void {
  const { plan, report } = examined;
  const place = { scene: scene.id };
  const whole = Number.isSafeInteger(scene.diameter) && scene.diameter >= 0 &&
    scene.distances.every(([left, right, distance]) =>
      left !== right && scene.members[left] !== undefined && scene.members[right] !== undefined &&
      Number.isSafeInteger(distance) && distance >= 0 && distance <= scene.diameter
    );
  report.expect(whole && scene.members.length > 1, "PLAN_MALFORMED", {
    ...place,
    detail: "distances must be integers from 0 to the diameter, between members",
  });
  report.expect(plan.cleanup === "similar" || scene.tier === "exact", "PLAN_MALFORMED", {
    ...place,
    detail: "an exact clean-up has exact scenes only",
  });
  report.expect(scene.tier !== "exact" || scene.diameter === 0, "PLAN_MALFORMED", {
    ...place,
    detail: "exact copies have diameter 0",
  });
  const kind = scene.tier === "sameImage"
    ? "imageData"
    : scene.tier === "samePixels"
    ? "pixels"
    : null;
  if (kind === null) return;
  const digests = new Set(scene.members.map((member) => member.digests?.[kind] ?? null));
  report.expect(digests.size === 1 && !digests.has(null), "SAMENESS_WRONG", {
    ...place,
    detail: "its members hold different pictures",
  });
}

/** Each member marked for deletion goes or is reported; nothing marked to stay goes. */
function checkChoices(examined: ExaminedPlan): void {
  const { plan, report, removals } = examined;
  const reported = new Set<FileId>(plan.keptInstead.map(({ file }) => file));
  for (const { scene } of examined.scenes.values()) {
    for (const { file, choice } of scene.members) {
      const goes = removals.has(file);
      report.expect(choice === "delete" ? goes !== reported.has(file) : !goes, "CHOICE_IGNORED", {
        scene: scene.id,
        file,
        detail: choice === "keep"
          ? "the user keeps it"
          : "it must go, or be reported as kept, and not both",
      });
      const item = removals.get(file);
      report.expect(item === undefined || item.scene === scene.id, "PLAN_MALFORMED", {
        scene: scene.id,
        file,
        detail: "its item names another scene",
      });
    }
  }
}

/** What is one shot goes together, and an exact one only with a whole counterpart. */
function checkShots(examined: ExaminedPlan): void {
  const { library, plan, report, removals, scopeAlbum } = examined;
  for (const item of plan.items) {
    const file = library.files.get(item.file);
    if (file === undefined) continue;
    const place = { item: item.index, file: item.file };
    const parts = shotOf(library, file);
    const going = parts.flatMap((part) => removals.get(part.id) ?? []);
    const expected = item.action === "trashFile" || scopeAlbum === null
      ? parts
      : parts.filter((part) => part.entries.has(scopeAlbum));
    const alike = going.every((other) => other.action === item.action);
    report.expect(alike && going.length === expected.length, "SHOT_TORN", {
      ...place,
      detail: `${going.length} of ${expected.length} files of the shot go`,
    });
    const companions = going.map((other) => other.index).filter((index) => index !== item.index);
    report.expect(
      JSON.stringify(item.companions) === JSON.stringify(companions.sort((a, b) => a - b)),
      "SHOT_TORN",
      { ...place, detail: "the companions are not the other items of the shot" },
    );
    report.expect(
      examined.sceneOf.get(item.file)?.scene.id === item.scene ||
        hasNamedPart(examined, item, parts),
      "CHOICE_IGNORED",
      { ...place, detail: "nobody asked for this file to go" },
    );
    if (parts.length > 1) checkCounterpart(examined, item, parts);
  }
}

function hasNamedPart(
  examined: ExaminedPlan,
  item: PlanItem,
  parts: readonly FileRecord[],
): boolean {
  return !examined.sceneOf.has(item.file) &&
    parts.some((part) =>
      examined.removals.get(part.id)?.scene === item.scene &&
      examined.sceneOf.get(part.id)?.scene.id === item.scene
    );
}

function checkCounterpart(
  examined: ExaminedPlan,
  item: PlanItem,
  parts: readonly FileRecord[],
): void {
  const scene = examined.scenes.get(item.scene);
  if (scene?.scene.tier !== "exact" || item.action !== "trashFile") return;
  const file = examined.library.files.get(item.file);
  const candidates = scene.kept.filter((kept) => kept.contentHash === file?.contentHash);
  const whole = candidates.some((kept) => {
    const others = shotOf(examined.library, kept);
    return others.length > 1 &&
      parts.every((part) =>
        others.some((other) => holdsContentOf(other, part) && !examined.removals.has(other.id))
      );
  });
  examined.report.expect(whole, "SHOT_TORN", {
    item: item.index,
    file: item.file,
    detail: "no kept capture has every file of this one",
  });
}
