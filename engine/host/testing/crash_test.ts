import { permittedTest } from "@scenekeep/tools/permitted";
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { runCrashLoop } from "./crash_loop.ts";
import type { PlantedBug } from "./planted_bug.ts";

const NEEDS = { read: true, write: true, run: [Deno.execPath()] } as const;

permittedTest({
  name: "Runtime loses nothing acknowledged and doubles nothing over 200 kills under load",
  needs: NEEDS,
  timeoutMs: 300_000,
  fn: inFolder(async (folder) => {
    const report = await runCrashLoop({ folder, kills: 200, seed: 20261122 });
    assertEquals(report.kills, 200);
    // Each kind of kill and repetition must have been met, or the loop has shown nothing.
    assert(report.killsWhileStarting >= 10, JSON.stringify(report));
    assert(report.killsUnderLoad >= 100, JSON.stringify(report));
    assert(report.acknowledged >= 400, JSON.stringify(report));
    assert(report.sentAgain >= 1_000, JSON.stringify(report));
    assert(report.answeredAgain >= 20, JSON.stringify(report));
    assert(report.effectsRepeated >= 20, JSON.stringify(report));
  }),
});

/** Which of several promises shows a bug first, and after how many kills, is up to the machine. */
const BUGS: readonly (readonly [PlantedBug, RegExp])[] = [
  [
    "committedTooEarly",
    /acknowledged ".*" is lost|is changed|was answered|never came to their end/,
  ],
  ["forgetsApplied", /was applied twice|happened \d+ times|was answered|on another state/],
  ["losesOutbox", /never came to their end/],
  ["losesTail", /".*" is lost|is changed|was answered|on another state|never came to their end/],
  ["doublesEffects", /was carried out twice/],
];

for (const [bug, message] of BUGS) {
  permittedTest({
    name: `runCrashLoop() notices a host with the bug ${bug}`,
    needs: NEEDS,
    timeoutMs: 120_000,
    fn: inFolder(async (folder) => {
      const options = { folder, kills: 12, seed: 7, bug, settleMaxMs: 3_000 };
      const error = await assertRejects(() => runCrashLoop(options), Error);
      assertMatch(error.message, message);
    }),
  });
}

function inFolder(body: (folder: string) => Promise<void>): () => Promise<void> {
  return async () => {
    const folder = await Deno.makeTempDir();
    try {
      await body(folder);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  };
}
