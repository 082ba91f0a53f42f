interface Tagged {
  readonly $map?: readonly (readonly [unknown, unknown])[];
  readonly $set?: readonly unknown[];
}

/** Plain JSON of a value: maps and sets become tagged lists in their order. */
export function toPlain(value: unknown): unknown {
  if (value instanceof Map) {
    return { $map: [...value].map(([key, item]) => [toPlain(key), toPlain(item)]) };
  }
  if (value instanceof Set) return { $set: [...value].map(toPlain) };
  if (Array.isArray(value)) return value.map(toPlain);
  if (!isRecord(value)) return value;
  const plain: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) plain[key] = toPlain(item);
  return plain;
}

/** The value of which `plain` is the plain JSON. */
export function fromPlain(plain: unknown): unknown {
  if (Array.isArray(plain)) return plain.map(fromPlain);
  if (!isRecord(plain)) return plain;
  const tagged: Tagged = plain;
  if (tagged.$map !== undefined) {
    return new Map(tagged.$map.map(([key, item]) => [fromPlain(key), fromPlain(item)]));
  }
  if (tagged.$set !== undefined) return new Set(tagged.$set.map(fromPlain));
  const record: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(plain)) record[key] = fromPlain(item);
  return record;
}

/** True for objects that are neither null nor lists. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
