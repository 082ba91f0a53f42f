import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import {
  configuredFiles,
  entryNames,
  looseVersions,
  MODEL_PACKAGES_PATH,
  namedLintRules,
  readConfigurations,
  sharedSettings,
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
    MODEL_PACKAGES_PATH,
    '// A comment.\n{"imports": {"@std/path": "../../std/path.ts"}, "fmt": {"lineWidth": 100}}',
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
  assertEquals([...CONFIGURATIONS.keys()], [
    "deno.json",
    "engine/deno.json",
    "sim/deno.json",
    MODEL_PACKAGES_PATH,
  ]);
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

Deno.test("sharedSettings() takes what every room has alike, and nothing else", () => {
  const settings = {
    nodeModulesDir: "none",
    minimumDependencyAge: "P3D",
    compilerOptions: { strict: true },
    fmt: { lineWidth: 100 },
    lint: { rules: { tags: ["recommended"] } },
    test: { sanitizeOps: true, sanitizeResources: true },
  };
  assertEquals(sharedSettings(settings), {
    nodeModulesDir: "none",
    minimumDependencyAge: "P3D",
    compilerOptions: { strict: true },
    lineWidth: 100,
    lintRules: { tags: ["recommended"] },
    sanitizers: [true, true],
  });
  assertEquals(sharedSettings({ ...settings, imports: {}, name: "a" }), sharedSettings(settings));
  assertNotEquals(sharedSettings({ ...settings, test: {} }), sharedSettings(settings));
});
