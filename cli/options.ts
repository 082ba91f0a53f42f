/** What a command understands: options without a value, with one, and the names of what follows. */
export interface OptionShape<Flag extends string, Value extends string> {
  readonly flags: readonly Flag[];
  readonly values: readonly Value[];
  /** Names of the arguments, for messages; all must be there. */
  readonly positionals: readonly string[];
}

/** What the user wrote. */
export interface GivenOptions<Flag extends string, Value extends string> {
  readonly kind: "options";
  readonly flags: ReadonlySet<Flag>;
  readonly values: ReadonlyMap<Value, string>;
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
export function parseOptions<Flag extends string, Value extends string>(
  words: readonly string[],
  shape: OptionShape<Flag, Value>,
): GivenOptions<Flag | "help", Value> | WrongUsage {
  const flags = new Set<Flag | "help">();
  const values = new Map<Value, string>();
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
      if (!word.startsWith("--") || (flag === undefined && value === undefined)) {
        return wrong(`Unknown option "${word}": ${knownOptions(shape)}`);
      }
      if (flag !== undefined) {
        if (equals >= 0) return wrong(`Option "--${name}" takes no value`);
        flags.add(flag);
      } else if (value !== undefined) {
        const text = equals < 0 ? options[index += 1] : word.slice(equals + 1);
        if (text === undefined || text === "" || (equals < 0 && text.startsWith("--"))) {
          return wrong(`Option "--${name}" needs a value`);
        }
        if (values.has(value)) return wrong(`Option "--${name}" is there twice`);
        values.set(value, text);
      }
    }
  }
  if (end >= 0) positionals.push(...words.slice(end + 1));
  if (!flags.has("help") && positionals.length !== shape.positionals.length) {
    const wanted = shape.positionals.join(" ");
    return wrong(`Want ${wanted}: got ${positionals.length} arguments`);
  }
  return { kind: "options", flags, values, positionals };
}

function knownOptions(shape: OptionShape<string, string>): string {
  const known = [...shape.flags, ...shape.values, "help"].map((name) => `--${name}`);
  return `known are ${known.join(", ")}`;
}

function wrong(message: string): WrongUsage {
  return { kind: "usage", message };
}
