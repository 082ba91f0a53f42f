import { printable } from "@scenekeep/engine/core";
import { RecordingError } from "../replay/recording_lines.ts";
import { EXIT_CODES } from "./exit_code.ts";
import { problemWithRecording, type SimOptions } from "./options.ts";
import { fileLines } from "./recording_file.ts";
import { replayText } from "./replay_text.ts";
import { type EndedReplay, runReplay } from "./run_replay.ts";
import { TraceFile } from "./trace_file.ts";

/** Replays the recording of a command line and prints what came of it; returns the exit code. */
export async function replayFile(
  options: SimOptions,
  terminal: {
    readonly print: (text: string) => void;
    readonly say: (text: string) => void;
    /** Milliseconds of real time, from any start. */
    readonly clockMs: () => number;
  },
): Promise<number> {
  const { print, say } = terminal;
  const path = options.scenarioPath;
  const problem = problemWithRecording(options);
  if (problem !== null) {
    say(problem);
    return EXIT_CODES.badScenario;
  }
  const startedMs = terminal.clockMs();
  const file = options.tracePath === null ? null : new TraceFile(options.tracePath);
  let ended: EndedReplay;
  try {
    ended = runReplay(fileLines(path), {
      progress: (text) => say(`${path}: ${text}`),
      ...(file === null ? {} : { trace: (line) => file.write(line) }),
    });
  } catch (error) {
    if (!(error instanceof RecordingError)) throw error;
    say(printable(`Cannot replay ${path}: ${error.message}`));
    if (error.cause instanceof Error) {
      say("If the file is as it was written, this is a mistake of the program:");
      say((error.cause.stack ?? "").split("\n").map(printable).join("\n"));
    }
    return EXIT_CODES.badScenario;
  } finally {
    file?.close();
  }
  const { ending, library, reasons, report } = ended;
  if (options.blocksPath !== null) {
    const { blockHashes, traceHash } = report;
    await Deno.writeTextFile(options.blocksPath, JSON.stringify({ traceHash, blockHashes }));
  }
  if (options.json) {
    if (ending !== "clean") say(reasons.map(printable).join("\n"));
    const { blockHashes: _blockHashes, traceLines: _traceLines, ...told } = report;
    print(JSON.stringify({ recording: path, ending, ...told, library }));
  } else {
    print(replayText(path, ended, terminal.clockMs() - startedMs));
    print(`deno task sim ${path}`);
  }
  return EXIT_CODES[ending];
}
