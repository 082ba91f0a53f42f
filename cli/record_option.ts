import type { RecorderOptions } from "@scenekeep/engine/host";
import type { Terminal } from "./terminal.ts";
import { userPath } from "./user_path.ts";
import { printable } from "./wording.ts";

/** What `--record FILE` asks of a library that is opened; says so if the recording ends early. */
export function recordOption(
  terminal: Pick<Terminal, "error">,
  file: string | undefined,
): { readonly record?: RecorderOptions } {
  if (file === undefined) return {};
  const stopped = (reason: string): void =>
    terminal.error(`The recording ended, the work goes on: ${printable(reason)}\n`);
  return { record: { path: userPath(file), stopped } };
}
