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
  const problem = problemIn(value);
  return problem === null ? null : `$${problem}`;
}

/**
 * What `JSON.parse(JSON.stringify(value))` gives, for a value in which {@linkcode plainJsonProblem}
 * finds nothing, and sooner. Linear in the size of the value.
 */
export function plainJsonCopy<Value>(value: Value): Value {
  return copyOf(value) as Value;
}

function copyOf(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    const copy: unknown[] = [];
    for (let index = 0; index < value.length; index += 1) copy.push(copyOf(value[index]));
    return copy;
  }
  const copy: Record<string, unknown> = {};
  // deno-lint-ignore guard-for-in -- plain objects inherit nothing, and a list of keys costs memory
  for (const key in value) {
    // Assigning it would give the copy another prototype instead of a field.
    if (key === "__proto__") return JSON.parse(JSON.stringify(value));
    copy[key] = copyOf((value as Record<string, unknown>)[key]);
  }
  return copy;
}

/** The problem with its place in the value: spelt out on the way back, so that none costs none. */
function problemIn(value: unknown): string | null {
  switch (typeof value) {
    case "string":
    case "boolean":
      return null;
    case "number":
      if (Object.is(value, -0)) return " is -0";
      return value - value === 0 ? null : ` is ${value}`;
    case "object":
      return value === null ? null : objectProblem(value);
    default:
      return ` is ${typeof value}`;
  }
}

function objectProblem(value: object): string | null {
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) {
      const problem = problemIn(value[index]);
      if (problem !== null) return `[${index}]${problem}`;
    }
    return null;
  }
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    return ` is a ${value.constructor?.name ?? "class instance"}`;
  }
  // deno-lint-ignore guard-for-in -- plain objects inherit nothing, and a list of keys costs memory
  for (const key in value) {
    const problem = problemIn((value as Record<string, unknown>)[key]);
    if (problem !== null) return `.${key}${problem}`;
  }
  return null;
}
