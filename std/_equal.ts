/** Deep equality for the assertions; the rules of `@std/assert`, our own code. */

type Pair = readonly [object, object];

/**
 * Whether two values are deeply equal: same constructor (a null prototype counts as a plain
 * object), same own enumerable keys and symbols, equal values; `0` equals `-0` and `NaN` equals
 * itself. An `Error` equals only itself. Maps and sets compare without order, in O(n²) for object
 * keys.
 *
 * @throws {TypeError} when a weak collection is compared, since its content cannot be read.
 */
export function equal(a: unknown, b: unknown): boolean {
  return compare(a, b, []);
}

function compare(a: unknown, b: unknown, open: readonly Pair[]): boolean {
  if (a === b || Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (isWeak(a) && isWeak(b)) {
    throw new TypeError(`Cannot compare ${a.constructor.name} instances: their content is hidden`);
  }
  if (!constructorsEqual(a, b)) return false;
  if (a instanceof Error) return false;
  if (a instanceof Date && b instanceof Date) return Object.is(a.getTime(), b.getTime());
  if (a instanceof RegExp || a instanceof URL) return String(a) === String(b);
  if (a instanceof Number || a instanceof String || a instanceof Boolean) {
    return Object.is(a.valueOf(), b.valueOf());
  }
  if (open.some(([left, right]) => left === a && right === b)) return true;
  const opened: readonly Pair[] = [...open, [a, b]];
  if (a instanceof Set && b instanceof Set) return setsEqual(a, b, opened);
  if (a instanceof Map && b instanceof Map) return mapsEqual(a, b, opened);
  if (a instanceof ArrayBuffer && b instanceof ArrayBuffer) {
    return bytesEqual(new Uint8Array(a), new Uint8Array(b));
  }
  if (a instanceof DataView && b instanceof DataView) {
    return bytesEqual(viewBytes(a), viewBytes(b));
  }
  if (isTypedArray(a) && isTypedArray(b)) return elementsEqual(a, b);
  if (Array.isArray(a) && Array.isArray(b) && a.length !== b.length) return false;
  return propertiesEqual(a, b, opened);
}

function constructorsEqual(a: object, b: object): boolean {
  const left = a.constructor ?? Object;
  const right = b.constructor ?? Object;
  return left === right;
}

function isWeak(value: object): boolean {
  return value instanceof WeakMap || value instanceof WeakSet || value instanceof WeakRef;
}

function isTypedArray(value: object): value is Uint8Array | BigInt64Array {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

function viewBytes(view: DataView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

function bytesEqual(a: Uint8Array, b: Uint8Array): boolean {
  return elementsEqual(a, b);
}

function elementsEqual(a: Uint8Array | BigInt64Array, b: Uint8Array | BigInt64Array): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) {
    const left = a[index];
    const right = b[index];
    if (left !== right && !Object.is(left, right)) return false;
  }
  return true;
}

function setsEqual(a: Set<unknown>, b: Set<unknown>, open: readonly Pair[]): boolean {
  if (a.size !== b.size) return false;
  const unmatched = new Set(b);
  for (const value of a) {
    if (unmatched.delete(value)) continue;
    const match = firstWhere(unmatched, (other) => compare(value, other, open));
    if (match === undefined) return false;
    unmatched.delete(match.value);
  }
  return true;
}

function mapsEqual(
  a: Map<unknown, unknown>,
  b: Map<unknown, unknown>,
  open: readonly Pair[],
): boolean {
  if (a.size !== b.size) return false;
  const unmatched = new Map(b);
  for (const [key, value] of a) {
    if (unmatched.has(key) && compare(value, unmatched.get(key), open)) {
      unmatched.delete(key);
      continue;
    }
    const match = firstWhere(
      unmatched,
      ([otherKey, other]) => compare(key, otherKey, open) && compare(value, other, open),
    );
    if (match === undefined) return false;
    unmatched.delete(match.value[0]);
  }
  return true;
}

function firstWhere<T>(
  values: Iterable<T>,
  accepts: (value: T) => boolean,
): { readonly value: T } | undefined {
  for (const value of values) if (accepts(value)) return { value };
  return undefined;
}

function propertiesEqual(a: object, b: object, open: readonly Pair[]): boolean {
  const keys = enumerableKeys(a);
  if (keys.length !== enumerableKeys(b).length) return false;
  return keys.every((key) =>
    Object.hasOwn(b, key) && compare(Reflect.get(a, key), Reflect.get(b, key), open)
  );
}

function enumerableKeys(value: object): (string | symbol)[] {
  return Reflect.ownKeys(value).filter((key) =>
    Object.getOwnPropertyDescriptor(value, key)?.enumerable === true
  );
}
