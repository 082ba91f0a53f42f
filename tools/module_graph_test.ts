import { assertEquals } from "@std/assert";
import { moduleGraph, orphans, reachableFrom, specifiersOf } from "./module_graph.ts";

Deno.test("specifiersOf() finds every literal reference once and no comment", () => {
  const text = [
    'import { a } from "./a.ts";',
    'import type { A } from "./a.ts";',
    'import "./b.ts";',
    "export {",
    "  c,",
    '} from "./c.ts";',
    'const d = await import("./d.ts");',
    'new Worker(new URL("./e.ts", import.meta.url), { type: "module" });',
    'const f = import.meta.resolve("./f.ts");',
    '// import "./no.ts";',
    '/** import { no } from "./no.ts"; */',
    'const glob = "sim/**";',
    'export * from "./g.ts";',
  ].join("\n");
  assertEquals(specifiersOf(text), [
    "./a.ts",
    "./b.ts",
    "./c.ts",
    "./d.ts",
    "./e.ts",
    "./f.ts",
    "./g.ts",
  ]);
});

const FILES: ReadonlyMap<string, string> = new Map([
  ["sim/main.ts", 'import { a } from "./a.ts"; import { z } from "zod";'],
  ["sim/a.ts", 'import { b } from "@scenekeep/engine/core"; import { m } from "./main.ts";'],
  ["engine/core/mod.ts", 'export * from "./b.ts";'],
  ["engine/core/b.ts", ""],
  ["engine/core/alone.ts", 'import { self } from "./alone.ts";'],
  ["engine/core/alone_test.ts", ""],
  ["README.md", 'import "./none.ts";'],
]);

const ENTRIES: ReadonlyMap<string, string> = new Map([
  ["@scenekeep/engine/core", "engine/core/mod.ts"],
]);

Deno.test("moduleGraph() follows paths and names and keeps packages apart", () => {
  const graph = moduleGraph(FILES, ENTRIES);
  assertEquals(graph.modules.get("sim/a.ts"), ["engine/core/mod.ts", "sim/main.ts"]);
  assertEquals(graph.packages.get("sim/main.ts"), ["zod"]);
  assertEquals(graph.modules.has("README.md"), false);
});

Deno.test("reachableFrom() walks cycles once", () => {
  assertEquals(reachableFrom(moduleGraph(FILES, ENTRIES), "sim/main.ts"), [
    "engine/core/b.ts",
    "engine/core/mod.ts",
    "sim/a.ts",
    "sim/main.ts",
  ]);
});

Deno.test("orphans() are named by nobody but themselves and are no entry", () => {
  const isEntry = (path: string): boolean => path.endsWith("_test.ts");
  assertEquals(orphans(moduleGraph(FILES, ENTRIES), isEntry), ["engine/core/alone.ts"]);
});
