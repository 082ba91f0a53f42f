import { assert, assertEquals } from "@std/assert";
import { permittedTest } from "@scenekeep/tools/permitted";
import { runChild } from "./child_process.ts";
import { EXIT_CODES } from "./exit_code.ts";

const EXPLORE = import.meta.resolve("./explore.ts");
const SIM = import.meta.resolve("../main.ts");
const WORLD = "scenarios/orders/undo-and-restore.json";
const NEEDS = { read: true, write: true, run: true } as const;

permittedTest({
  name: "explore prints what it tried and saved, as text and as JSON",
  needs: NEEDS,
  fn: async () => {
    const text = await runChild(EXPLORE, [WORLD]);
    assertEquals(text.code, EXIT_CODES.clean, text.stderr);
    assert(
      /every order, 0 kinds of failure\n {2}\d+ runs instead of 1260: \d+ saved/.test(text.stdout),
    );
    const { stdout } = await runChild(EXPLORE, [WORLD, "--json"]);
    const { failures, isComplete, naiveRuns, runs, savedRuns } = JSON.parse(stdout);
    assertEquals([failures, isComplete, naiveRuns], [[], true, "1260"]);
    assertEquals(Number(savedRuns), 1260 - runs);
  },
});

permittedTest({
  name: "explore writes a scenario of each failure, which sim repeats by its last line",
  needs: NEEDS,
  fn: async () => {
    const folder = await Deno.makeTempDir();
    const scenario = JSON.parse(await Deno.readTextFile(WORLD));
    // Whether the stand-in is still there depends on the order.
    scenario.expect.final = [{ kind: "entry", album: "trip", file: "b", is: true }];
    const path = `${folder}/undo-and-restore.json`;
    await Deno.writeTextFile(path, JSON.stringify(scenario));
    const explored = await runChild(EXPLORE, [path, "--out", folder]);
    assertEquals(explored.code, EXIT_CODES.unmet, explored.stderr);
    const last = explored.stdout.trim().split("\n").at(-1)!.trim();
    assert(last.startsWith("deno task sim "), last);
    const replay = await runChild(SIM, last.split(" ").slice(3));
    assertEquals(replay.code, EXIT_CODES.unmet, replay.stdout);
    await Deno.remove(folder, { recursive: true });
  },
});

permittedTest({
  name: "explore refuses what it cannot explore, and says when it was given up",
  needs: NEEDS,
  fn: async () => {
    const drawn = await runChild(EXPLORE, ["scenarios/large-library.json"]);
    assertEquals(drawn.code, EXIT_CODES.badScenario);
    assert(drawn.stdout.startsWith("Cannot explore"), drawn.stdout);
    const short = await runChild(EXPLORE, [WORLD, "--budget", "3"]);
    assertEquals(short.code, EXIT_CODES.vacuous);
    assert(short.stdout.includes("Given up after 3 runs"), short.stdout);
  },
});
