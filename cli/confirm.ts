import { EXIT, type ExitCode } from "./exit_codes.ts";
import type { Terminal } from "./terminal.ts";

/**
 * Asks whether to go on: by `--yes`, or by a key on a terminal. Null when the user agrees; else the
 * code to end with, and nothing is done.
 *
 * @param question What will happen, as a sentence.
 */
export async function confirm(
  terminal: Terminal,
  question: string,
  yes: boolean,
): Promise<ExitCode | null> {
  if (yes) return null;
  if (terminal.keys === undefined) {
    terminal.error(`${question}\nNothing was done: say --yes to do it\n`);
    return EXIT.notConfirmed;
  }
  terminal.error(`${question}\nGo on? [y/N] `);
  const keys = terminal.keys();
  const { value } = await keys.next();
  await keys.return?.();
  terminal.error("\n");
  if (value === "y" || value === "Y") return null;
  terminal.error("Nothing was done\n");
  return EXIT.notConfirmed;
}
