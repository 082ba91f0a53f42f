import { identifier, PLAN_FORMAT, type PlanId } from "@scenekeep/engine/core";
import { createHash } from "node:crypto";
import { FileSelection, type SelectionPatterns } from "../folder/file_selection.ts";
import { PatternError } from "../folder/path_pattern.ts";
import type { FolderPlan } from "../scan/selected_plan.ts";
import { CleanUpError } from "./clean_up_error.ts";

/**
 * Reads a plan as `scan` and `review` write it.
 *
 * @throws {CleanUpError} `PLAN_UNREADABLE` when it is none.
 */
export async function readPlanFile(path: string): Promise<FolderPlan> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    const reason = error instanceof Deno.errors.NotFound ? "there is no such file" : String(error);
    throw new CleanUpError("PLAN_UNREADABLE", `Cannot read the plan "${path}": ${reason}`, error);
  }
  const problem = problemOf(parsed(text));
  if (problem === null) return JSON.parse(text);
  throw new CleanUpError(
    "PLAN_UNREADABLE",
    `Cannot read the plan "${path}": ${problem}: write it anew with deno task scan DIR --plan FILE`,
  );
}

/**
 * The first part of the names under which a plan is known in the journal of a folder. It follows
 * from what the plan decides, so a copy of the file is the same plan.
 */
export function planKey(plan: FolderPlan): string {
  const { cleanup, consentAlbums, items, keepRules, scenes, scope, selection } = plan;
  const decided = { cleanup, consentAlbums, items, keepRules, scenes, scope, selection };
  const text = JSON.stringify(decided);
  return `plan-${createHash("sha256").update(text).digest("hex").slice(0, 32)}`;
}

/** The name of the `round`-th time that a plan is applied; it may be again once it was undone. */
export function planRound(key: string, round: number): PlanId {
  return identifier(`${key}.${round}`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** What is not as a plan must be, so far as an apply relies on it; null when all is. */
function problemOf(found: unknown): string | null {
  if (!isRecord(found)) return "it is not JSON, or not an object";
  if (found["format"] !== PLAN_FORMAT) return `its format must be ${PLAN_FORMAT}`;
  if (found["cleanup"] !== "exact" && found["cleanup"] !== "similar") {
    return "it says of no clean-up that is known";
  }
  for (const part of ["scenes", "items", "consentAlbums", "keepRules", "keptInstead"]) {
    if (!Array.isArray(found[part])) return `"${part}" must be a list`;
  }
  if (typeof found["library"] !== "string" || !isRecord(found["scope"])) {
    return "it does not say what it is for";
  }
  const patterns = patternsProblem(found["selection"]);
  if (patterns !== null) return patterns;
  const { certificate, scope } = found;
  if (!isRecord(certificate) || !Number.isSafeInteger(certificate["bytesToTrash"])) {
    return "it has no certificate";
  }
  const isScope = isRecord(scope) && (scope["kind"] === "library" ||
    (scope["kind"] === "album" && typeof scope["album"] === "string"));
  if (!isScope) return "its scope is not known";
  for (const scene of found["scenes"] as readonly unknown[]) {
    if (!isScene(scene)) return "a scene is not as it must be";
  }
  for (const item of found["items"] as readonly unknown[]) {
    const isItem = isRecord(item) && typeof item["file"] === "string" &&
      typeof item["keeper"] === "string" && typeof item["contentHash"] === "string" &&
      typeof item["bytesToTrash"] === "number" && Array.isArray(item["albums"]);
    if (!isItem) return "an item is not as it must be";
  }
  return null;
}

/** What is wrong with the patterns of a plan; null when nothing is, or there are none. */
function patternsProblem(selection: unknown): string | null {
  if (selection === undefined) return null;
  const lists = ["include", "exclude", "protect", "reference"];
  const isWhole = isRecord(selection) &&
    Object.keys(selection).sort().join() === [...lists].sort().join() &&
    Object.values(selection).every((list) =>
      Array.isArray(list) && list.every((text) => typeof text === "string")
    );
  if (!isWhole) return `its selection must have the lists ${lists.join(", ")}`;
  try {
    return new FileSelection(selection as Partial<SelectionPatterns>) && null;
  } catch (error) {
    if (error instanceof PatternError) return error.message;
    throw error;
  }
}

function isScene(scene: unknown): boolean {
  return isRecord(scene) && typeof scene["id"] === "string" &&
    Number.isSafeInteger(scene["diameter"]) && Array.isArray(scene["distances"]) &&
    Array.isArray(scene["members"]) &&
    scene["members"].every((member: unknown) =>
      isRecord(member) && typeof member["file"] === "string" &&
      (member["choice"] === "keep" || member["choice"] === "delete") &&
      ["string", "undefined"].includes(typeof member["contentHash"])
    );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
