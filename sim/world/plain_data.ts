import { canonicalJson } from "./canonical_writer.ts";

/** Deeper values are left to canonical JSON, which tells a circle from depth. */
const DEPTH_MAX = 32;

/**
 * The JSON of a value that another process would make again bit by bit: plain objects and arrays,
 * text, whole numbers, true, false and null; `undefined` fields are left out. Typed arrays of
 * integers are text, see {@linkcode canonicalJson}.
 *
 * Keys stand in the order in which the object got them, so two values that are equal need not give
 * the same text. Faster than canonical JSON, which sorts them.
 *
 * @throws {InvariantError} When the value is anything else: `TRACE_NUMBER`, `TRACE_VALUE` or
 * `TRACE_DEPTH`.
 */
export function plainJson(value: unknown): string {
  return isPlainData(value, 0) ? JSON.stringify(value) : canonicalJson(value);
}

/** True for what JSON writes as it is. False may also mean: too deep to say so here. */
function isPlainData(value: unknown, depth: number): boolean {
  switch (typeof value) {
    case "string":
    case "boolean":
      return true;
    case "number":
      return Number.isSafeInteger(value) && !Object.is(value, -0);
    case "object":
      if (value === null) return true;
      if (depth === DEPTH_MAX) return false;
      return Array.isArray(value)
        ? isPlainArray(value, depth + 1)
        : isPlainObject(value as Record<string, unknown>, depth + 1);
    default:
      return false;
  }
}

function isPlainArray(values: readonly unknown[], depth: number): boolean {
  for (let index = 0; index < values.length; index++) {
    if (!isPlainData(values[index], depth)) return false;
  }
  return true;
}

function isPlainObject(value: Record<string, unknown>, depth: number): boolean {
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  // deno-lint-ignore guard-for-in -- plain objects inherit nothing, and a list of keys costs memory
  for (const key in value) {
    const field = value[key];
    if (field !== undefined && !isPlainData(field, depth)) return false;
  }
  return true;
}
