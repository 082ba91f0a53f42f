/**
 * A reader of JSON schemas for tests: the part of draft 2020-12 that the schemas of this project
 * use. A keyword that it does not know is an error, so that no rule is silently skipped.
 *
 * @module
 */

/** A JSON schema, or part of one. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Keywords that say nothing about a value. */
const NOTES: ReadonlySet<string> = new Set(["$schema", "$id", "$defs", "title", "description"]);

/** Everything that is wrong with a value, as `path: what`. */
export function schemaProblems(root: JsonSchema, value: unknown): string[] {
  return problemsAt({ root, schema: root, path: "$" }, value);
}

interface Place {
  readonly root: JsonSchema;
  readonly schema: JsonSchema;
  readonly path: string;
}

function problemsAt(place: Place, value: unknown): string[] {
  const problems: string[] = [];
  for (const [keyword, rule] of Object.entries(place.schema)) {
    if (NOTES.has(keyword)) continue;
    const check = KEYWORDS[keyword];
    if (check === undefined) throw new RangeError(`${place.path}: unknown keyword "${keyword}"`);
    problems.push(...check(place, rule, value));
  }
  return problems;
}

type Check = (place: Place, rule: unknown, value: unknown) => string[];

const KEYWORDS: Readonly<Record<string, Check>> = {
  $ref: (place, rule, value) => problemsAt({ ...place, schema: resolve(place.root, rule) }, value),
  type: (place, rule, value) => expect(hasType(value, rule), place, `must be ${rule}`),
  const: (place, rule, value) => expect(value === rule, place, `must be ${rule}`),
  enum: (place, rule, value) =>
    expect((rule as unknown[]).includes(value), place, `must be one of ${rule}: got ${value}`),
  oneOf: checkOneOf,
  minimum: (place, rule, value) =>
    expect(typeof value !== "number" || value >= Number(rule), place, `must be at least ${rule}`),
  maximum: (place, rule, value) =>
    expect(typeof value !== "number" || value <= Number(rule), place, `must be at most ${rule}`),
  minLength: (place, rule, value) =>
    expect(typeof value !== "string" || value.length >= Number(rule), place, "is too short"),
  maxLength: (place, rule, value) =>
    expect(typeof value !== "string" || value.length <= Number(rule), place, "is too long"),
  minItems: (place, rule, value) =>
    expect(!Array.isArray(value) || value.length >= Number(rule), place, "has too few items"),
  maxItems: (place, rule, value) =>
    expect(!Array.isArray(value) || value.length <= Number(rule), place, "has too many items"),
  items: (place, rule, value) =>
    eachOf(
      value,
      (item, index) => problemsAt(inside(place, { schema: rule, name: `[${index}]` }), item),
    ),
  prefixItems: (place, rule, value) =>
    eachOf(value, (item, index) => {
      const schema = (rule as unknown[])[index];
      return schema === undefined
        ? []
        : problemsAt(inside(place, { schema, name: `[${index}]` }), item);
    }),
  required: (place, rule, value) =>
    (rule as string[]).flatMap((name) =>
      expect(!isObject(value) || name in value, place, `must have "${name}"`)
    ),
  properties: (place, rule, value) =>
    Object.entries(rule as Record<string, unknown>).flatMap(([name, schema]) =>
      isObject(value) && name in value
        ? problemsAt(inside(place, { schema, name: `.${name}` }), value[name])
        : []
    ),
  additionalProperties: (place, rule, value) => {
    if (rule !== false || !isObject(value)) return [];
    const known = new Set(Object.keys(place.schema["properties"] ?? {}));
    return Object.keys(value).flatMap((name) =>
      expect(known.has(name), place, `must not have "${name}"`)
    );
  },
};

function checkOneOf(place: Place, rule: unknown, value: unknown): string[] {
  const results = (rule as JsonSchema[]).map((schema) => problemsAt({ ...place, schema }, value));
  const fitting = results.filter((problems) => problems.length === 0).length;
  return expect(fitting === 1, place, `must fit one form, fits ${fitting}: ${results.join("; ")}`);
}

function expect(holds: boolean, place: Place, problem: string): string[] {
  return holds ? [] : [`${place.path}: ${problem}`];
}

function inside(place: Place, part: { schema: unknown; name: string }): Place {
  return { root: place.root, schema: part.schema as JsonSchema, path: place.path + part.name };
}

function eachOf(value: unknown, check: (item: unknown, index: number) => string[]): string[] {
  return Array.isArray(value) ? value.flatMap(check) : [];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function hasType(value: unknown, type: unknown): boolean {
  switch (type) {
    case "object":
      return isObject(value);
    case "array":
      return Array.isArray(value);
    case "integer":
      return Number.isSafeInteger(value);
    case "null":
      return value === null;
    case "string":
      return typeof value === "string";
    case "boolean":
      return typeof value === "boolean";
    default:
      throw new RangeError(`Unknown type ${type}`);
  }
}

function resolve(root: JsonSchema, reference: unknown): JsonSchema {
  const [, name] = /^#\/\$defs\/(\w+)$/.exec(String(reference)) ?? [];
  const found = (root["$defs"] as Record<string, JsonSchema> | undefined)?.[name ?? ""];
  if (found === undefined) throw new RangeError(`Nothing is at ${reference}`);
  return found;
}
