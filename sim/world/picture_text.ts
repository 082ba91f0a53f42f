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
 * which they are walked, objects field by field. Linear in its size.
 *
 * @throws {InvariantError} `PICTURE_VALUE` for what cannot be looked into.
 */
export function pictureText(value: unknown): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value);
    case "number":
    case "boolean":
    case "undefined":
      return String(value);
    case "object":
      return value === null ? "null" : objectText(value);
    default:
      invariant(false, "PICTURE_VALUE", `Cannot look into a ${typeof value}`);
  }
}

function objectText(value: object): string {
  if (Array.isArray(value)) return `[${value.map(pictureText).join()}]`;
  if (value instanceof Map) {
    const pairs = [...value].map(([key, item]) => `${pictureText(key)}>${pictureText(item)}`);
    return `{${pairs.join()}}`;
  }
  if (value instanceof Unordered) return `{${value.items.map(pictureText).sort().join()}}`;
  if (ArrayBuffer.isView(value)) return `<${(value as unknown as ArrayLike<number>).toString()}>`;
  if (Symbol.iterator in value) return `(${[...value as Iterable<unknown>].map(pictureText)})`;
  const fields = Object.entries(value);
  const prototype = Object.getPrototypeOf(value);
  const isPlain = prototype === Object.prototype || prototype === null;
  invariant(
    isPlain || fields.length > 0,
    "PICTURE_VALUE",
    `Cannot look into a ${prototype?.constructor?.name}`,
  );
  return `{${fields.map(([name, field]) => `${name}:${pictureText(field)}`).join()}}`;
}
