import { assertEquals, assertThrows } from "@std/assert";
import {
  configuredFiles,
  entryNames,
  looseVersions,
  namedLintRules,
  readConfigurations,
} from "./workspace.ts";

const FILES: ReadonlyMap<string, string> = new Map([
  [
    "deno.json",
    JSON.stringify({
      workspace: ["./engine", "./sim"],
      imports: {
        "@std/path": "./std/path.ts",
        "hono": "npm:hono@4.13.19",
        "zod": "npm:zod@^4.6.7",
        "sharp": "npm:sharp",
      },
      lint: { plugins: ["./tools/boundaries.ts"], rules: { include: ["eqeqeq"] } },
      tasks: { sim: { command: "deno run --allow-read sim/main.ts" }, ok: "deno task sim" },
    }),
  ],
  [
    "engine/deno.json",
    JSON.stringify({ name: "@scenekeep/engine", exports: { "./core": "./core/mod.ts" } }),
  ],
  [
    "sim/deno.json",
    JSON.stringify({
      name: "@scenekeep/sim",
      exports: "./mod.ts",
      lint: { rules: { exclude: ["no-slow-types"] } },
    }),
  ],
]);

const CONFIGURATIONS = readConfigurations(FILES);

Deno.test("readConfigurations() reads the root and its members", () => {
  assertEquals([...CONFIGURATIONS.keys()], ["deno.json", "engine/deno.json", "sim/deno.json"]);
  const missing = new Map([["deno.json", '{"workspace": ["./none"]}']]);
  assertThrows(() => readConfigurations(missing), Error, '"none/deno.json"');
});

Deno.test("entryNames() maps names to files", () => {
  assertEquals(
    entryNames(CONFIGURATIONS),
    new Map([
      ["@std/path", "std/path.ts"],
      ["@scenekeep/engine/core", "engine/core/mod.ts"],
      ["@scenekeep/sim", "sim/mod.ts"],
    ]),
  );
});

Deno.test("configuredFiles() adds plugins and the files that tasks run", () => {
  assertEquals(
    configuredFiles(CONFIGURATIONS),
    new Set([
      "std/path.ts",
      "engine/core/mod.ts",
      "sim/mod.ts",
      "tools/boundaries.ts",
      "sim/main.ts",
    ]),
  );
});

Deno.test("namedLintRules() takes included and excluded ones of every member", () => {
  assertEquals(namedLintRules(CONFIGURATIONS), new Set(["eqeqeq", "no-slow-types"]));
});

Deno.test("looseVersions() finds ranges and missing versions", () => {
  assertEquals(looseVersions(CONFIGURATIONS), ["npm:sharp", "npm:zod@^4.6.7"]);
});
