import { join } from "@std/path";
import { mkdirSync, writeFileSync } from "node:fs";
import { applyCommand } from "../apply.ts";
import { EXIT, type ExitCode } from "../exit_codes.ts";
import { scanCommand } from "../scan.ts";
import { undoCommand } from "../undo.ts";
import { runQuietly } from "./run_quietly.ts";

/** A folder with copies, and the plan to remove them. */
export interface RecordedPlace {
  readonly beside: string;
  readonly root: string;
  readonly recording: string;
  /** Scans the folder and applies what it proposes; with `record`, into the recording. */
  apply(words?: readonly string[]): Promise<void>;
  /** @param code How it must end. @default 0 */
  undo(words?: readonly string[], code?: ExitCode): Promise<void>;
  /** The words that ask for a recording. */
  readonly record: readonly string[];
}

/** Uses a folder of pictures of which each has a copy in another directory. */
export async function inRecordedPlace(
  pictures: number,
  use: (place: RecordedPlace) => Promise<void>,
): Promise<void> {
  const beside = await Deno.realPath(await Deno.makeTempDir({ prefix: "scenekeep-record-" }));
  const root = join(beside, "photos");
  const plan = join(beside, "plan.json");
  const recording = join(beside, "library.recording.jsonl");
  const cache = ["--cache", join(beside, "cache")];
  const run = async (
    command: Parameters<typeof runQuietly>[0],
    words: readonly string[],
    expected: ExitCode = EXIT.done,
  ): Promise<void> => {
    const { code, error } = await runQuietly(command, words);
    if (code !== expected) throw new Error(`It ended with ${code}: ${error}`);
  };
  try {
    for (const [directory, name] of [["2020", "a"], ["2021", "b"]] as const) {
      mkdirSync(join(root, directory), { recursive: true });
      for (let index = 0; index < pictures; index += 1) {
        writeFileSync(join(root, directory, `${name}${index}.jpg`), `picture ${index}`);
      }
    }
    await use({
      beside,
      root,
      recording,
      record: ["--record", recording],
      apply: async (words = []) => {
        await run(scanCommand, [root, "--exact-only", "--plan", plan, ...cache]);
        await run(applyCommand, [plan, "--yes", ...cache, ...words]);
      },
      undo: (words = [], code = EXIT.done) => run(undoCommand, [plan, "--yes", ...words], code),
    });
  } finally {
    await Deno.remove(beside, { recursive: true });
  }
}

/** The lines of a recording. */
export function linesOf(path: string): string[] {
  return Deno.readTextFileSync(path).split("\n");
}
