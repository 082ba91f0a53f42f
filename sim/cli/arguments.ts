/** A command line, read. */
export interface Arguments {
  readonly paths: readonly string[];
  has(flag: string): boolean;
  text(name: string, otherwise: string): string;
  /** A whole number of at least 0; what is none has been refused before. */
  number(name: string, otherwise: number): number;
}

/** The command line, a request for help, or what is wrong with it. */
export type ParsedArguments =
  | { readonly kind: "arguments"; readonly arguments: Arguments }
  | { readonly kind: "help" }
  | { readonly kind: "problem"; readonly message: string };

/** Options whose value is a text; all others take whole numbers. */
const TEXTS: ReadonlySet<string> = new Set(["--faults", "--out", "--bug", "--json", "--html"]);

/** Reads `--name value`, `--name=value`, flags and paths. */
export function parseArguments(
  parameters: readonly string[],
  known: { readonly values: readonly string[]; readonly flags: readonly string[] },
): ParsedArguments {
  const values = new Map<string, string>();
  const flags = new Set<string>();
  const paths: string[] = [];
  for (let index = 0; index < parameters.length; index += 1) {
    const text = parameters[index]!;
    if (text === "--help" || text === "-h") return { kind: "help" };
    if (!text.startsWith("--")) {
      paths.push(text);
      continue;
    }
    const [name = text, ...rest] = text.split("=");
    if (known.flags.includes(name) && rest.length === 0) flags.add(name);
    else if (known.values.includes(name)) {
      const value = rest.length > 0 ? rest.join("=") : parameters[index += 1];
      if (value === undefined) return problem(`Give a value after ${name}`);
      if (!TEXTS.has(name) && !/^\d{1,15}$/.test(value)) {
        return problem(`Give ${name} a whole number: got "${value}"`);
      }
      values.set(name, value);
    } else return problem(`Remove the unknown option ${text}`);
  }
  return {
    kind: "arguments",
    arguments: {
      paths,
      has: (flag) => flags.has(flag),
      text: (name, otherwise) => values.get(name) ?? otherwise,
      number: (name, otherwise) => values.has(name) ? Number(values.get(name)) : otherwise,
    },
  };
}

function problem(message: string): ParsedArguments {
  return { kind: "problem", message };
}

/** The command that does the same again, with what of these options was given. */
export function commandText(
  task: string,
  given: Arguments,
  names: readonly string[],
): string {
  return [`deno task ${task}`, ...given.paths, ...givenNumbers(given, names)].join(" ");
}

/** Those of these options that were given, as the words of a command. */
export function givenNumbers(given: Arguments, names: readonly string[]): string[] {
  return names.flatMap((name) =>
    given.number(name, -1) < 0 ? [] : [name, `${given.number(name, -1)}`]
  );
}
