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
  // Where it is goes with the answer only: to spell out every place takes longer than to look.
  return isPlainJson(value) ? null : problemAt(value, "$");
}

/**
 * What `JSON.parse(JSON.stringify(value))` gives, for a value in which {@linkcode plainJsonProblem}
 * finds nothing, in half of the time. Linear in the size of the value.
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

function isPlainJson(value: unknown): boolean {
  switch (typeof value) {
    case "string":
    case "boolean":
      return true;
    case "number":
      return value - value === 0 && !Object.is(value, -0);
    case "object":
      if (value === null) return true;
      return Array.isArray(value) ? isPlainArray(value) : isPlainObject(value);
    default:
      return false;
  }
}

function isPlainArray(values: readonly unknown[]): boolean {
  for (let index = 0; index < values.length; index += 1) {
    if (!isPlainJson(values[index])) return false;
  }
  return true;
}

function isPlainObject(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  for (const key in value) {
    if (!isPlainJson((value as Record<string, unknown>)[key])) return false;
  }
  return true;
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
