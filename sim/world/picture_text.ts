import { invariant } from "@scenekeep/engine/core";

/** Items of which nobody notices the order. */
export class Unordered {
  readonly items: readonly unknown[];

  constructor(items: readonly unknown[]) {
    this.items = items;
  }
}

/**
 * A value as text, equal for values that nothing can tell apart: maps and sets in the order in
 * which they are walked, objects field by field. Linear in its size, but for sorting.
 *
 * @param rename Puts other names into a text, everywhere and before anything is sorted: what is
 * unordered must not show the order of the names that it had.
 * @throws {InvariantError} `PICTURE_VALUE` for what cannot be looked into.
 */
export function pictureText(
  value: unknown,
  rename: (text: string) => string = (text) => text,
): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(rename(value));
    case "number":
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
  if (Array.isArray(value)) return `[${value.map(textOf).join()}]`;
  if (value instanceof Map) {
    const pairs = [...value].map(([key, item]) => `${textOf(key)}>${textOf(item)}`);
    return `{${pairs.join()}}`;
  }
  if (value instanceof Unordered) return `{${value.items.map(textOf).sort().join()}}`;
  if (ArrayBuffer.isView(value)) return `<${(value as unknown as ArrayLike<number>).toString()}>`;
  if (Symbol.iterator in value) return `(${[...value as Iterable<unknown>].map(textOf)})`;
  const fields = Object.entries(value);
  const prototype = Object.getPrototypeOf(value);
  const isPlain = prototype === Object.prototype || prototype === null;
  invariant(
    isPlain || fields.length > 0,
    "PICTURE_VALUE",
    `Cannot look into a ${prototype?.constructor?.name}`,
  );
  return `{${fields.map(([name, field]) => `${textOf(name)}:${textOf(field)}`).join()}}`;
}
