/** Reads every tracked file and holds it to the rules of the house. */

import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { moduleGraph, orphans, reachableFrom } from "./module_graph.ts";
import { permittedTest } from "./permitted.ts";
import { isTestPath, roomOf } from "./rooms.ts";
import { linkFindings, titleFindings } from "./tidy_markdown.ts";
import { tidyFindings } from "./tidy_rules.ts";
import { checkoutMissing, trackedFiles } from "./tracked_files.ts";
import {
  configuredFiles,
  entryNames,
  looseVersions,
  MODEL_PACKAGES_PATH,
  namedLintRules,
  readConfigurations,
  sharedSettings,
} from "./workspace.ts";

type Files = ReadonlyMap<string, string>;

/** Registers a test over all tracked files; outside of a git checkout it is ignored. */
function tidyTest(name: string, check: (files: Files) => void | Promise<void>): void {
  permittedTest({
    name: `tidy: ${name}`,
    needs: { read: true, run: true },
    skip: checkoutMissing(),
    fn: async () => {
      const files = await trackedFiles();
      assertNotEquals(files.size, 0);
      await check(files);
    },
  });
}

tidyTest("names, lengths, words and suppressions", (files) => {
  const findings = [...files].flatMap(([path, text]) => tidyFindings({ path, text }));
  assertEquals(findings, []);
});

tidyTest("every document has one title and links that lead somewhere", (files) => {
  const documents = [...files].filter(([path]) => path.endsWith(".md"));
  assertNotEquals(documents, []);
  const findings = documents.flatMap(([path, text]) => [
    ...titleFindings({ path, text }),
    ...linkFindings({ path, text }, files),
  ]);
  assertEquals(findings, []);
});

tidyTest("every source file is named by another one, or is an entry", (files) => {
  const configurations = readConfigurations(files);
  const entries = configuredFiles(configurations);
  const graph = moduleGraph(files, entryNames(configurations));
  const isEntry = (path: string): boolean =>
    entries.has(path) || isTestPath(path) || path.endsWith(".d.ts");
  assertEquals(orphans(graph, isEntry), []);
});

tidyTest("every configured file exists", (files) => {
  const missing = [...configuredFiles(readConfigurations(files))].filter((path) =>
    !files.has(path)
  );
  assertEquals(missing, []);
});

tidyTest("the simulator reaches neither models nor the packages of other rooms", (files) => {
  const graph = moduleGraph(files, entryNames(readConfigurations(files)));
  const reached = reachableFrom(graph, "sim/main.ts");
  const rooms = new Set<string>(reached.map(roomOf));
  assert(rooms.has("core"), "the simulator must reach the core, else this test sees nothing");
  assertEquals([...rooms].filter((room) => !["core", "sim", "std"].includes(room)), []);
  const packages = new Set(reached.flatMap((path) => graph.packages.get(path) ?? []));
  const foreign = [...packages].filter((name) =>
    !name.startsWith("node:") && !["zod", "fast-check"].includes(name)
  );
  assertEquals(foreign, []);
});

tidyTest("the root names no package that only models need", (files) => {
  const lock = files.get("deno.lock") ?? "";
  assert(lock.includes('"npm:zod@'), "the lock at the root must name what it locks");
  const heavy = ["@huggingface/transformers", "@mediapipe/objectron", "sharp", "onnxruntime"];
  assertEquals(heavy.filter((name) => lock.includes(name)), []);
});

tidyTest("the model packages are held to the settings of the root", (files) => {
  const configurations = readConfigurations(files);
  const [root, apart] = ["deno.json", MODEL_PACKAGES_PATH].map((path) => {
    const configuration = configurations.get(path);
    assert(configuration !== undefined);
    return sharedSettings(configuration);
  });
  assertEquals(apart, root);
});

tidyTest("every package has one exact version", (files) => {
  assertEquals(looseVersions(readConfigurations(files)), []);
});

tidyTest("every lint rule that is named exists", async (files) => {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["lint", "--rules", "--json"],
    stderr: "null",
  }).output();
  const rules = JSON.parse(new TextDecoder().decode(stdout)) as {
    readonly rules: readonly { readonly code: string }[];
  };
  const known = new Set(rules.rules.map(({ code }) => code));
  assertNotEquals(known.size, 0);
  const named = namedLintRules(readConfigurations(files));
  assertEquals([...named].filter((name) => !known.has(name)), []);
});
