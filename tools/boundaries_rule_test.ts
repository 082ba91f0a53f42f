import { assertEquals } from "@std/assert";
import plugin from "./boundaries.ts";

/** The hints and places do not matter here: one line per finding, as the reader would see it. */
function findings(path: string, source: string): string[] {
  return Deno.lint.runPlugin(plugin, path, source)
    .filter(({ id }) => id === "scenekeep/boundaries")
    .map(({ message }) => message);
}

const IMPORTS_REFUSED: readonly (readonly [path: string, specifier: string, message: string])[] = [
  [
    "engine/core/a.ts",
    "@scenekeep/engine/host",
    'Room "core" must not import "@scenekeep/engine/host"',
  ],
  ["engine/core/a.ts", "@scenekeep/models", 'Room "core" must not import "@scenekeep/models"'],
  ["engine/core/a.ts", "node:crypto", 'Room "core" must not import "node:crypto" here'],
  ["engine/core/a_test.ts", "node:fs", 'Room "core" must not import "node:fs" here'],
  ["engine/core/a.ts", "zod", 'Room "core" must not import the package "zod"'],
  ["engine/core/a.ts", "fast-check", 'Room "core" must not import the package "fast-check"'],
  [
    "engine/core/a.ts",
    "../host/a.ts",
    'Relative import "../host/a.ts" leaves the room "core" for "host"',
  ],
  [
    "engine/core/deep/a.ts",
    "../../../std/path.ts",
    'Relative import "../../../std/path.ts" leaves the room "core" for "std"',
  ],
  [
    "engine/core/a.ts",
    "@scenekeep/engine/core",
    'Room "core" imports itself as "@scenekeep/engine/core"',
  ],
  [
    "engine/core/a.ts",
    "@scenekeep/engine/core/library/file.ts",
    'Import "@scenekeep/engine/core/library/file.ts" is not a public entry of a room',
  ],
  [
    "engine/core/a.ts",
    "@scenekeep/tools/permitted",
    'Room "core" must not import "@scenekeep/tools/permitted"',
  ],
  ["engine/core/a.ts", "npm:zod@4", 'Import "npm:zod@4" does not go through the import map'],
  ["engine/host/a.ts", "@scenekeep/api", 'Room "host" must not import "@scenekeep/api"'],
  ["engine/host/a.ts", "@scenekeep/sim", 'Room "host" must not import "@scenekeep/sim"'],
  [
    "engine/host/a.ts",
    "@huggingface/transformers",
    'Room "host" must not import the package "@huggingface/transformers"',
  ],
  ["engine/host/a.ts", "sharp", 'Room "host" must not import the package "sharp"'],
  ["sim/a.ts", "@scenekeep/models", 'Room "sim" must not import "@scenekeep/models"'],
  ["sim/a.ts", "@scenekeep/engine/host", 'Room "sim" must not import "@scenekeep/engine/host"'],
  ["sim/a.ts", "node:os", 'Room "sim" must not import "node:os" here'],
  ["sim/a.ts", "hono", 'Room "sim" must not import the package "hono"'],
  ["api/a.ts", "@scenekeep/sim", 'Room "api" must not import "@scenekeep/sim"'],
  ["api/a.ts", "@scenekeep/models", 'Room "api" must not import "@scenekeep/models"'],
  ["cli/a.ts", "@scenekeep/models", 'Room "cli" must not import "@scenekeep/models"'],
  ["cli/a.ts", "../api/mod.ts", 'Relative import "../api/mod.ts" leaves the room "cli" for "api"'],
  [
    "models/a.ts",
    "@scenekeep/engine/core",
    'Room "models" must not import "@scenekeep/engine/core"',
  ],
  ["std/a.ts", "@scenekeep/engine/core", 'Room "std" must not import "@scenekeep/engine/core"'],
  ["scenarios/a.ts", "@std/path", 'Room "scenarios" must not import "@std/path"'],
];

const IMPORTS_ALLOWED: readonly (readonly [path: string, specifier: string])[] = [
  ["engine/core/a.ts", "./b.ts"],
  ["engine/core/library/a.ts", "../protocol/b.ts"],
  ["engine/core/a.ts", "@std/crypto"],
  ["engine/core/a_test.ts", "fast-check"],
  ["engine/core/a_test.ts", "@scenekeep/tools/permitted"],
  ["engine/host/a.ts", "@scenekeep/engine/core"],
  ["engine/host/a.ts", "@scenekeep/models"],
  ["engine/host/a.ts", "node:sqlite"],
  ["models/a.ts", "@huggingface/transformers"],
  ["sim/a.ts", "@scenekeep/engine/core"],
  ["sim/a.ts", "zod"],
  ["sim/main.ts", "node:os"],
  ["sim/cli/options.ts", "node:os"],
  ["api/a.ts", "hono/bearer-auth"],
  ["cli/a.ts", "@scenekeep/api"],
  ["bench/a_bench.ts", "@scenekeep/sim"],
];

for (const [path, specifier, message] of IMPORTS_REFUSED) {
  Deno.test(`boundaries refuses "${specifier}" in ${path}`, () => {
    assertEquals(findings(path, `import "${specifier}";`), [message]);
  });
}

for (const [path, specifier] of IMPORTS_ALLOWED) {
  Deno.test(`boundaries allows "${specifier}" in ${path}`, () => {
    assertEquals(findings(path, `import "${specifier}";`), []);
  });
}

const FORMS: readonly (readonly [name: string, source: string])[] = [
  ["a named import", 'import { a } from "hono";'],
  ["a type import", 'import type { A } from "hono";'],
  ["an inline import type", 'type A = import("hono").A;'],
  ["a re-export", 'export { a } from "hono";'],
  ["a re-export of everything", 'export * from "hono";'],
  ["a dynamic import", 'await import("hono");'],
  ["a dynamic import of a template", "await import(`hono`);"],
];

for (const [name, source] of FORMS) {
  Deno.test(`boundaries sees ${name}`, () => {
    assertEquals(findings("sim/a.ts", source), [
      'Room "sim" must not import the package "hono"',
    ]);
  });
}

Deno.test("boundaries refuses a computed specifier in deterministic code only", () => {
  const source = "await import(name);";
  const message = "Dynamic import of a computed specifier cannot be checked";
  assertEquals(findings("sim/a.ts", source), [message]);
  assertEquals(findings("engine/core/a.ts", source), [message]);
  assertEquals(findings("engine/host/a.ts", source), []);
});

Deno.test("boundaries knows a file by its absolute path too", () => {
  const path = decodeURIComponent(new URL("../sim/a.ts", import.meta.url).pathname);
  assertEquals(findings(path, 'import "hono";').length, 1);
});
