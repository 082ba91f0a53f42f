/** What a command understands: options without a value, with one, and the names of what follows. */
export interface OptionShape<
  Flag extends string,
  Value extends string,
  List extends string = never,
> {
  readonly flags: readonly Flag[];
  readonly values: readonly Value[];
  /** Options with a value that may be there more than once. */
  readonly lists?: readonly List[];
  /** Names of the arguments, for messages; all must be there. */
  readonly positionals: readonly string[];
}

/** What the user wrote. */
export interface GivenOptions<
  Flag extends string,
  Value extends string,
  List extends string = never,
> {
  readonly kind: "options";
  readonly flags: ReadonlySet<Flag>;
  readonly values: ReadonlyMap<Value, string>;
  /** In the order in which they were written. */
  readonly lists: ReadonlyMap<List, readonly string[]>;
  readonly positionals: readonly string[];
}

/** What is wrong with what the user wrote. */
export interface WrongUsage {
  readonly kind: "usage";
  readonly message: string;
}

/**
 * Reads a command line: `--name`, `--name value`, `--name=value`, and `--`, after which all is an
 * argument. `--help` and `-h` count as the flag `help`, whatever else is there.
 *
 * @example
 * ```ts ignore
 * const known = { flags: ["json"], values: ["tier"], positionals: ["DIR"] };
 * const given = parseOptions(Deno.args, known);
 * ```
 */
export function parseOptions<
  Flag extends string,
  Value extends string,
  List extends string = never,
>(
  words: readonly string[],
  shape: OptionShape<Flag, Value, List>,
): GivenOptions<Flag | "help", Value, List> | WrongUsage {
  const flags = new Set<Flag | "help">();
  const values = new Map<Value, string>();
  const lists = new Map<List, string[]>();
  const positionals: string[] = [];
  const end = words.indexOf("--");
  const options = end < 0 ? words : words.slice(0, end);
  for (let index = 0; index < options.length; index += 1) {
    const word = options[index] ?? "";
    if (word === "--help" || word === "-h") flags.add("help");
    else if (!word.startsWith("-") || word === "-") positionals.push(word);
    else {
      const equals = word.indexOf("=");
      const name = equals < 0 ? word.slice(2) : word.slice(2, equals);
      const flag = shape.flags.find((known) => known === name);
      const value = shape.values.find((known) => known === name);
      const list = shape.lists?.find((known) => known === name);
      const isKnown = flag !== undefined || value !== undefined || list !== undefined;
      if (!word.startsWith("--") || !isKnown) {
        return wrong(`Unknown option "${word}": ${knownOptions(shape)}`);
      }
      if (flag !== undefined) {
        if (equals >= 0) return wrong(`Option "--${name}" takes no value`);
        flags.add(flag);
      } else {
        const text = equals < 0 ? options[index += 1] : word.slice(equals + 1);
        if (text === undefined || text === "" || (equals < 0 && text.startsWith("--"))) {
          return wrong(`Option "--${name}" needs a value`);
        }
        if (list !== undefined) lists.set(list, [...lists.get(list) ?? [], text]);
        else if (value !== undefined) {
          if (values.has(value)) return wrong(`Option "--${name}" is there twice`);
          values.set(value, text);
        }
      }
    }
  }
  if (end >= 0) positionals.push(...words.slice(end + 1));
  if (!flags.has("help") && positionals.length !== shape.positionals.length) {
    const wanted = shape.positionals.join(" ");
    return wrong(`Want ${wanted}: got ${positionals.length} arguments`);
  }
  return { kind: "options", flags, values, lists, positionals };
}

function knownOptions(shape: OptionShape<string, string, string>): string {
  const known = [...shape.flags, ...shape.values, ...shape.lists ?? [], "help"].map((name) =>
    `--${name}`
  );
  return `known are ${known.join(", ")}`;
}

function wrong(message: string): WrongUsage {
  return { kind: "usage", message };
}
