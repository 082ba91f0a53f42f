import { assertEquals } from "@std/assert";
import plugin from "./boundaries.ts";

function findings(path: string, source: string): string[] {
  return Deno.lint.runPlugin(plugin, path, source)
    .filter(({ id }) => id === "scenekeep/no-ambient")
    .map(({ message }) => message);
}

const REFUSED_EVERYWHERE: readonly (readonly [source: string, message: string])[] = [
  ["const now = Date.now();", '"Date" is ambient'],
  ["const now = new Date();", '"Date" is ambient'],
  ["const clock = Date;", '"Date" is ambient'],
  ["function f(at: Date): void {}", '"Date" is ambient'],
  ["const shape = { Date };", '"Date" is ambient'],
  ["const { now } = Date;", '"Date" is ambient'],
  ["const text = `${Date.now()}`;", '"Date" is ambient'],
  ["const n = Math.random();", '"Math.random" is ambient'],
  ["const random = Math.random;", '"Math.random" is ambient'],
  ["const { random } = Math;", '"Math" is taken as a whole'],
  ["const maths = Math;", '"Math" is taken as a whole'],
  ['const n = Math["random"]();', '"Math" is taken as a whole'],
  ["const n = Math[name]();", '"Math" is taken as a whole'],
  ["const n = Math.sin(1);", '"Math.sin" is not exact on every machine'],
  ["const n = Math.pow(a, b);", '"Math.pow" is not exact on every machine'],
  ["const n = a ** b;", '"**" is not exact on every machine'],
  ["n **= 2;", '"**" is not exact on every machine'],
  ["setTimeout(() => {}, 1);", '"setTimeout" is ambient'],
  ["queueMicrotask(f);", '"queueMicrotask" is ambient'],
  ["performance.now();", '"performance" is ambient'],
  ["crypto.randomUUID();", '"crypto" is ambient'],
  ['Deno.readTextFileSync("a");', '"Deno" is ambient'],
  ['fetch("a");', '"fetch" is ambient'],
  ["console.log(1);", '"console" is ambient'],
  ["process.hrtime();", '"process" is ambient'],
  ["globalThis.Date.now();", '"globalThis" is ambient'],
  ['globalThis["Date"];', '"globalThis" is ambient'],
  ["self.crypto;", '"self" is ambient'],
  ["new Intl.NumberFormat();", '"Intl" is ambient'],
  ["a.localeCompare(b);", '"localeCompare" depends on the locale'],
  ['a["localeCompare"](b);', '"localeCompare" depends on the locale'],
  ["a?.toLocaleString();", '"toLocaleString" depends on the locale'],
  ["new WeakRef(a);", '"WeakRef" is ambient'],
  ["new FinalizationRegistry(f);", '"FinalizationRegistry" is ambient'],
  ["const u = import.meta.url;", '"import.meta" is ambient'],
  ["type Date = string; const now = Date.now();", '"Date" is ambient'],
  ["{ const Date = 1; } Date.now();", '"Date" is ambient'],
  ["function f(process: number) {} process.exit();", '"process" is ambient'],
];

const ALLOWED_EVERYWHERE: readonly string[] = [
  "const n = Math.floor(Math.sqrt(9)) + Math.max(1, 2);",
  "const n = 2 ** 32;",
  "const n = 10n ** digits;",
  "const n = shape.Date + shape.performance.now();",
  "const shape = { Date: 1, fetch() {} };",
  "const { Date: date } = shape;",
  "interface Shape { Date: number; now(performance: number): void }",
  "type F = (process: number) => void;",
  "class Shape { get Date() { return 1; } process = 2; }",
  "function f(process: number) { return process; }",
  "const f = ({ performance }: Timing) => performance + 1;",
  "const f = ([fetch, ...self]: Pair) => [fetch, self];",
  "function f() { try { g(); } catch (process) { return process; } }",
  "for (const location of places) visit(location);",
  "for (let self = 0; self < 3; self++) visit(self);",
  "switch (n) { case 1: { const self = n; visit(self); } }",
  'import { crypto } from "@std/crypto"; crypto.subtle.digestSync("SHA-256", bytes);',
  'import type { Worker } from "./worker.ts"; let worker: Worker;',
  "interface Response { code: number } let reply: Response;",
  "type Box<Request> = { value: Request };",
  'export { fetch } from "./fetch.ts";',
  "export function scheduler(): void {}",
  "class Worker {} const worker = new Worker();",
  "const order = names.sort((a, b) => (a < b ? -1 : 1));",
];

for (const [source, message] of REFUSED_EVERYWHERE) {
  Deno.test(`no-ambient refuses ${source}`, () => {
    assertEquals(findings("engine/core/a.ts", source), [message]);
    assertEquals(findings("sim/world/a.ts", source), [message]);
  });
}

for (const source of ALLOWED_EVERYWHERE) {
  Deno.test(`no-ambient allows ${source}`, () => {
    assertEquals(findings("engine/core/a.ts", source), []);
    assertEquals(findings("sim/world/a.ts", source), []);
  });
}

const REFUSED_IN_CORE: readonly (readonly [source: string, messages: readonly string[]])[] = [
  ["async function f() {}", ["A function of the core is asynchronous"]],
  ["const f = async () => {};", ["A function of the core is asynchronous"]],
  ["class A { async f() {} }", ["A function of the core is asynchronous"]],
  ["await f();", ["The core awaits"]],
  ["for await (const a of b) c(a);", ["The core awaits"]],
  ["new Promise(f);", ['"Promise" is ambient']],
  ["type A = Promise<number>;", ['"Promise" is ambient']],
  ['f(import("./a.ts"));', ["The core imports while it runs"]],
];

for (const [source, messages] of REFUSED_IN_CORE) {
  Deno.test(`no-ambient refuses ${source} in the core only`, () => {
    assertEquals(findings("engine/core/a.ts", source), [...messages]);
    assertEquals(findings("sim/a.ts", source), []);
  });
}

Deno.test("no-ambient leaves the runtime's own names to tests, and nothing else", () => {
  const runtime = 'Deno.test("a", () => console.log(1));';
  for (const path of ["engine/core/a_test.ts", "sim/a_test.ts", "engine/core/a_bench.ts"]) {
    assertEquals(findings(path, runtime), []);
    assertEquals(findings(path, "const n = Date.now();"), ['"Date" is ambient']);
    assertEquals(findings(path, "const n = Math.random();"), ['"Math.random" is ambient']);
  }
});

Deno.test("no-ambient leaves the other rooms and the simulator's command line alone", () => {
  const source = "const now = Date.now() + Math.random(); await Deno.readTextFile(`${now}`);";
  for (
    const path of ["sim/main.ts", "sim/cli/run.ts", "engine/host/a.ts", "api/a.ts", "tools/a.ts"]
  ) {
    assertEquals(findings(path, source), []);
  }
});
