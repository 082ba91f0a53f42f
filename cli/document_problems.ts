import type { z } from "zod";

/** Places that a text names; a document with more is read again after these. */
const PROBLEMS_MAX = 5;

/** What is wrong with a document, and where in it. */
export function documentProblems({ issues }: z.ZodError): string {
  return issues.slice(0, PROBLEMS_MAX).map(({ message, path }) =>
    `${path.length === 0 ? "the whole" : path.join(".")}: ${message}`
  ).join("; ");
}
