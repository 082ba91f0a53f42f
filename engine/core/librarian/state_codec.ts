import { invariant } from "../protocol/invariant.ts";
import { emptyLibrary, type LibraryState } from "../library/state.ts";

/** Version of the snapshot. Older snapshots are read forward; the journal itself is the truth. */
export const SNAPSHOT_FORMAT = "library-snapshot/1";

interface Tagged {
  readonly $map?: readonly (readonly [unknown, unknown])[];
  readonly $set?: readonly unknown[];
}

/**
 * The state as plain JSON: maps and sets become tagged lists in their order.
 *
 * The list of changes is not kept. A decoded library starts a new one that names every live file, and
 * whoever follows it starts over.
 */
export function encodeLibrary(state: LibraryState): unknown {
  const { changes, changesBase, ...rest } = state;
  return {
    format: SNAPSHOT_FORMAT,
    changesBase: changesBase + changes.length + 1,
    state: toPlain(rest),
  };
}

/** @throws {InvariantError} When the snapshot is of a format that this program does not know. */
export function decodeLibrary(snapshot: unknown): LibraryState {
  invariant(isRecord(snapshot), "SNAPSHOT_SHAPE", "A snapshot is an object");
  invariant(
    snapshot["format"] === SNAPSHOT_FORMAT,
    "SNAPSHOT_FORMAT",
    `Expected ${SNAPSHOT_FORMAT}: got ${String(snapshot["format"])}`,
  );
  const plain = fromPlain(snapshot["state"]);
  const base = snapshot["changesBase"];
  invariant(isRecord(plain) && typeof base === "number", "SNAPSHOT_SHAPE", "No state in it");
  const state: LibraryState = { ...emptyLibrary(), ...plain };
  state.changesBase = base;
  for (const [left, others] of state.notDuplicates) {
    for (const right of others) {
      if (left < right) state.changes.push({ kind: "notDuplicates", left, right });
    }
  }
  for (const file of state.files.keys()) state.changes.push({ kind: "file", file });
  return state;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function toPlain(value: unknown): unknown {
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

function fromPlain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fromPlain);
  if (!isRecord(value)) return value;
  const tagged: Tagged = value;
  if (tagged.$map !== undefined) {
    return new Map(tagged.$map.map(([key, item]) => [fromPlain(key), fromPlain(item)]));
  }
  if (tagged.$set !== undefined) return new Set(tagged.$set.map(fromPlain));
  const record: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) record[key] = fromPlain(item);
  return record;
}
