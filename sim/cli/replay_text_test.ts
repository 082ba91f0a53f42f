import { ENGINE_VERSION, RECORDING_FORMAT } from "@scenekeep/engine/core";
import { assert } from "@std/assert";
import { replayText } from "./replay_text.ts";
import { runReplay } from "./run_replay.ts";

function header(engine: string, leftOut: readonly string[]): string {
  const run = { format: RECORDING_FORMAT, kind: "header", library: "one", actors: [] };
  return JSON.stringify({ ...run, engine, leftOut });
}

Deno.test("replayText() warns of every other engine, and names all that was left out", {
  permissions: "none",
}, () => {
  const lines = [header("0.0.9", ["grouping"]), header(ENGINE_VERSION, ["embedding"])];
  const text = replayText("file", runReplay(lines), 0);
  assert(text.includes(`recorded by engine 0.0.9, replayed by ${ENGINE_VERSION}`), text);
  assert(text.includes("not recorded: grouping, embedding"), text);
});
