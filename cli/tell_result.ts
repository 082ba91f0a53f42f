import type { Terminal } from "./terminal.ts";

/** A result in the forms in which it can be asked for. */
export interface ResultForms {
  /** For `--json`. */
  readonly json: unknown;
  /** For `--csv`. */
  readonly csv: () => string;
  /** For people. */
  readonly text: () => string;
}

/** Writes a result to standard output as the user wants it. */
export function tellResult(
  terminal: Pick<Terminal, "out">,
  { flags }: { readonly flags: ReadonlySet<string> },
  { csv, json, text }: ResultForms,
): void {
  if (flags.has("json")) terminal.out(`${JSON.stringify(json, null, 2)}\n`);
  else terminal.out(flags.has("csv") ? csv() : text());
}
