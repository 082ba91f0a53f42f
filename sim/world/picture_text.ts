import { invariant } from "@scenekeep/engine/core";

/** Items of which nobody notices the order. */
export class Unordered {
  readonly items: readonly unknown[];

  constructor(items: readonly unknown[]) {
    this.items = items;
  }
}

/**
 * A value as text, equal for values that nothing can tell apart, and for no others: maps and sets
 * in the order in which they are walked, objects field by field. Each kind has brackets or a name
 * of its own, and texts are quoted, so nothing reads like something else. Linear in its size, but
 * for sorting.
 *
 * @param rename Puts other names into a text, everywhere and before anything is sorted: what is
 * unordered must not show the order of the names that it had. Must give two names for two.
 * @throws {InvariantError} `PICTURE_VALUE` for what is no plain data: a class may hide what has a
 * say. One says itself what it remembers, as a list.
 */
export function pictureText(
  value: unknown,
  rename: (text: string) => string = (text) => text,
): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(rename(value));
    case "number":
      return Object.is(value, -0) ? "-0" : String(value);
    case "boolean":
    case "undefined":
      return String(value);
    case "object":
      return value === null ? "null" : objectText(value, (item) => pictureText(item, rename));
    default:
      invariant(false, "PICTURE_VALUE", `Cannot look into a ${typeof value}`);
  }
}

function objectText(value: object, textOf: (item: unknown) => string): string {
  if (value instanceof Unordered) return `unordered(${value.items.map(textOf).sort().join()})`;
  // A class that extends a map or list may hold more than that.
  switch (Object.getPrototypeOf(value)) {
    case Array.prototype:
      return `[${Array.from(value as unknown[], textOf).join()}]`;
    case Map.prototype: {
      const pairs = [...value as Map<unknown, unknown>].map((pair) => pair.map(textOf).join(">"));
      return `map(${pairs.join()})`;
    }
    case Set.prototype:
      return `set(${[...value as Set<unknown>].map(textOf).join()})`;
    case Object.prototype:
    case null:
      return fieldsText(value, textOf);
  }
  const name = value.constructor.name;
  const isNumbers = ArrayBuffer.isView(value) && !(value instanceof DataView);
  invariant(isNumbers, "PICTURE_VALUE", `Cannot look into a ${name}`);
  return `${name}(${(value as unknown as ArrayLike<number>).toString()})`;
}

function fieldsText(value: object, textOf: (item: unknown) => string): string {
  const isPlain = Object.getOwnPropertySymbols(value).length === 0;
  invariant(isPlain, "PICTURE_VALUE", "Cannot look into an object with symbols");
  const fields = Object.entries(value).map(([name, field]) => `${textOf(name)}:${textOf(field)}`);
  return `{${fields.join()}}`;
}
