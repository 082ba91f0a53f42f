/**
 * Says what of a value JSON would not bring back, or null when `JSON.parse(JSON.stringify(value))`
 * equals it.
 *
 * A journal keeps JSON. A `Map`, an `undefined` or a `NaN` in an event would be lost at the first
 * restart and nowhere sooner. Linear in the size of the value; the nesting must be finite.
 *
 * @example
 * ```ts
 * import { plainJsonProblem } from "@scenekeep/engine/core";
 * if (plainJsonProblem({ sizes: [1, NaN] }) !== "$.sizes[1] is NaN") throw new Error("Missed");
 * ```
 */
export function plainJsonProblem(value: unknown): string | null {
  return problemAt(value, "$");
}

function problemAt(value: unknown, path: string): string | null {
  switch (typeof value) {
    case "string":
    case "boolean":
      return null;
    case "number":
      if (Object.is(value, -0)) return `${path} is -0`;
      return value - value === 0 ? null : `${path} is ${value}`;
    case "object":
      return value === null ? null : objectProblem(value, path);
    default:
      return `${path} is ${typeof value}`;
  }
}

function objectProblem(value: object, path: string): string | null {
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) {
      const problem = problemAt(value[index], `${path}[${index}]`);
      if (problem !== null) return problem;
    }
    return null;
  }
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    return `${path} is a ${value.constructor?.name ?? "class instance"}`;
  }
  for (const [key, member] of Object.entries(value)) {
    const problem = problemAt(member, `${path}.${key}`);
    if (problem !== null) return problem;
  }
  return null;
}
