import { browserMissing, factsOf } from "@scenekeep/tools/browser";
import { permittedTest } from "@scenekeep/tools/permitted";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import type { CausalStep } from "../trace/causal_log.ts";
import { runPage, type ShownRun } from "./run_page.ts";

const TEMPLATE = new URL("./run_page.html", import.meta.url);
const MARKUP = "</script><script>document.title = 'taken over'</script>";

function step(given: Partial<CausalStep>): CausalStep {
  const plain = { id: "", woken: "", did: "", detail: "[]", cause: null };
  return { ...plain, kind: "turn", virtualMs: 0, who: "librarian", ...given };
}

const RUN: ShownRun = {
  title: "a-run, seed 7",
  why: MARKUP,
  ending: ["a promise was broken"],
  isClean: false,
  command: "deno task sim a-run.json --seed 7",
  steps: [
    step({ who: "hashing", did: "takeWork to librarian" }),
    step({ kind: "fault", who: "hashing/1/0/1", did: "fault messageDelay (20)", cause: 0 }),
    step({ virtualMs: 20, woken: "takeWork from hashing", cause: 0 }),
    step({
      virtualMs: 90_061_005,
      woken: "timer sweep",
      detail: `[{"kind":"${MARKUP}"}]`,
      cause: 2,
    }),
  ],
  stepsLeftOut: 3,
  bytes: [
    { virtualMs: 0, usageBytes: 10, trashBytes: 0, deviceBytes: 5 },
    { virtualMs: 90_061_005, usageBytes: 2_000_000, trashBytes: 10, deviceBytes: 5 },
  ],
  faults: { messageDelay: 1 },
  checks: { "INV-QUOTA-1": 1200 },
};

/** Uses the page as a person would, and tells what is to be seen. */
const VISIT = `<script>{
const press = (key) => dispatchEvent(new KeyboardEvent("keydown", { key }));
const step = () => document.getElementById("step").textContent.replace(/\\s+/g, " ");
const facts = { title: document.title, why: document.getElementById("why").textContent,
  failing: step(), tables: [...document.querySelectorAll("table")].map((table) => table.innerText),
  found: document.getElementById("found").textContent };
press("c"); facts.cause = step();
press("c"); facts.first = step();
press("ArrowRight"); facts.next = step();
const find = document.getElementById("find");
find.value = "sweep"; find.dispatchEvent(new Event("input"));
document.getElementById("next").click();
facts.search = [document.getElementById("found").textContent, step()];
const ink = document.getElementById("lanes").getContext("2d")
  .getImageData(0, 0, document.getElementById("lanes").width, 80).data;
facts.isDrawn = ink.some((value) => value !== 0);
facts.curves = document.querySelectorAll("#bytes path").length;
facts.wide = document.documentElement.scrollWidth > innerWidth;
document.body.textContent = "FACTS" + JSON.stringify(facts) + "END";
}</script>`;

permittedTest({
  name: "runPage() shows a run that a browser shows, with what came from what",
  needs: { read: true, write: true, run: true },
  skip: browserMissing(),
  timeoutMs: 120_000,
  fn: async () => {
    const place = await Deno.makeTempDir({ prefix: "scenekeep-page-" });
    try {
      const page = runPage(await Deno.readTextFile(TEMPLATE), RUN);
      const path = join(place, "run.html");
      await Deno.writeTextFile(path, page.replace("</html>", `${VISIT}</html>`));
      const { tables, ...facts } = await factsOf(path, place);
      assertEquals(facts, {
        title: "a-run, seed 7",
        why: MARKUP,
        failing: `1d 01:01:01.005 librarian ← timer sweepcame from: librarian at 00:00:00.020 (c)` +
          `[ { "kind": "${MARKUP}" } ]`,
        found: "3 later steps are left out",
        cause:
          "00:00:00.020 librarian ← takeWork from hashingcame from: hashing at 00:00:00.000 (c)",
        first: "00:00:00.000 hashing → takeWork to librarian",
        next: "00:00:00.000 hashing/1/0/1 → fault messageDelay (20)" +
          "came from: hashing at 00:00:00.000 (c)",
        search: [
          "1 found",
          `1d 01:01:01.005 librarian ← timer sweepcame from: librarian at 00:00:00.020 (c)` +
          `[ { "kind": "${MARKUP}" } ]`,
        ],
        isDrawn: true,
        curves: 3,
        wide: false,
      });
      assert(Array.isArray(tables));
      assertEquals(tables.map((text) => String(text).split(/\s+/).filter((word) => word !== "")), [
        ["hashing", "2", "librarian", "2"],
        ["messageDelay", "1"],
        ["INV-QUOTA-1", "1,200"],
      ]);
    } finally {
      await Deno.remove(place, { recursive: true });
    }
  },
});

Deno.test("runPage() refuses a template without a place for the data", () => {
  assertThrows(() => runPage("<html></html>", RUN), TypeError, "where the data goes");
});
