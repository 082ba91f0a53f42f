import type { z } from "zod";
import type { Scenario } from "./scenario.ts";
import { ScenarioError, type ScenarioProblem } from "./scenario_error.ts";
import { scenarioProblems } from "./scenario_rules.ts";
import { scenarioSchema } from "./scenario_schema.ts";

/** Problems that one error names; a document with more is read again after these. */
const PROBLEMS_MAX = 20;

/** Text of a found value that an error repeats. */
const FOUND_LENGTH_MAX = 60;

/**
 * Reads a scenario document.
 *
 * @param text The document, JSON.
 * @param source What to call it in errors, such as its file name.
 *
 * @throws {ScenarioError} When it is not JSON, does not fit the schema (unknown fields included),
 * or its numbers and names cannot be. Each problem says where, what was expected and what was
 * found.
 */
export function loadScenario(text: string, source: string): Scenario {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ScenarioError(source, [{ path: ".", message: `Expected JSON: ${reason}` }]);
  }
  const parsed = scenarioSchema.safeParse(document, { reportInput: true });
  if (!parsed.success) {
    const problems = parsed.error.issues.flatMap((issue) => problemsOf(issue, document));
    throw new ScenarioError(source, problems.slice(0, PROBLEMS_MAX));
  }
  const problems = scenarioProblems(parsed.data);
  if (problems.length > 0) throw new ScenarioError(source, problems.slice(0, PROBLEMS_MAX));
  return parsed.data;
}

function problemsOf(issue: z.core.$ZodIssue, document: unknown): ScenarioProblem[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      path: pathText([...issue.path, key]),
      message: "Unknown field: remove it, or correct its name",
    }));
  }
  const found = valueAt(document, issue.path);
  return [{ path: pathText(issue.path), message: `${expectation(issue)}: got ${shown(found)}` }];
}

/** What should have been there, in words. */
function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return `Expected ${issue.expected}`;
    case "invalid_value":
      return `Expected ${issue.values.map((value) => JSON.stringify(value)).join(" or ")}`;
    case "invalid_union":
      return "options" in issue && issue.options !== undefined
        ? `Expected ${issue.options.map((option) => JSON.stringify(option)).join(" or ")}`
        : "Expected one of several shapes";
    case "too_small":
      return `Expected at least ${issue.minimum}${unitOf(issue.origin)}`;
    case "too_big":
      return `Expected at most ${issue.maximum}${unitOf(issue.origin)}`;
    default:
      return `Expected otherwise: ${issue.message}`;
  }
}

function unitOf(origin: string): string {
  if (origin === "string") return " characters";
  return origin === "array" || origin === "set" ? " items" : "";
}

function valueAt(document: unknown, path: readonly PropertyKey[]): unknown {
  let value = document;
  for (const key of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}

function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= FOUND_LENGTH_MAX ? text : `${text.slice(0, FOUND_LENGTH_MAX)}…`;
}

/** A path as it would be written in code. */
export function pathText(path: readonly PropertyKey[]): string {
  if (path.length === 0) return ".";
  let text = "";
  for (const part of path) {
    if (typeof part === "number") text += `[${part}]`;
    else text += text === "" ? String(part) : `.${String(part)}`;
  }
  return text;
}
