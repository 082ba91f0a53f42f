import { assertEquals } from "@std/assert";
import {
  bannedTextFindings,
  FILE_LINES_MAX,
  lengthFindings,
  LINE_COLUMNS_MAX,
  pathFindings,
  silentListingFindings,
  suppressionFindings,
  tidyFindings,
} from "./tidy_rules.ts";

Deno.test("pathFindings() allows the names of the house", () => {
  for (
    const path of [
      "engine/core/mod.ts",
      "engine/core/_private_part.ts",
      "sim/draw_test.ts",
      "tools/pure_crypto.d.ts",
      "scenarios/large-library.json",
      "README.md",
      ".ci/run",
    ]
  ) assertEquals(pathFindings(path), [], path);
});

Deno.test("pathFindings() refuses empty names, foreign files and other cases", () => {
  const refused: readonly (readonly [path: string, finding: string])[] = [
    ["engine/core/utils/a.ts", '"utils" says nothing, name what it holds'],
    ["engine/core/helpers.ts", '"helpers" says nothing, name what it holds'],
    ["engine/core/helper_test.ts", '"helper" says nothing, name what it holds'],
    ["api/package.json", "dependencies belong in deno.json"],
    ["api/node_modules/a.js", "third-party code is not tracked"],
    ["api/index.ts", '"index.ts" is called mod.ts here'],
    ["api/errorCodes.ts", "source files are named in snake_case"],
    ["api/error-codes.ts", "source files are named in snake_case"],
  ];
  for (const [path, finding] of refused) {
    assertEquals(pathFindings(path), [`${path}: ${finding}`]);
  }
});

Deno.test("lengthFindings() allows the limit and no line more", () => {
  const text = "a;\n".repeat(FILE_LINES_MAX);
  assertEquals(lengthFindings({ path: "a.ts", text }), []);
  assertEquals(lengthFindings({ path: "a.ts", text: `${text}a;\n` }), [
    "a.ts: 401 lines, the limit is 400",
  ]);
  assertEquals(lengthFindings({ path: "a.md", text: `${text}a;\n` }).length, 1);
  assertEquals(lengthFindings({ path: "a.json", text: `${text}a;\n` }), []);
});

Deno.test("lengthFindings() counts columns as the reader sees them", () => {
  const longest = "é".repeat(LINE_COLUMNS_MAX);
  assertEquals(lengthFindings({ path: "a.ts", text: `${longest}\n` }), []);
  assertEquals(lengthFindings({ path: "a.ts", text: `a\n${longest}é\n` }), [
    "a.ts:2: 101 columns, the limit is 100",
  ]);
  assertEquals(lengthFindings({ path: "a.ts", text: `// https://${longest}\n` }), []);
  assertEquals(lengthFindings({ path: "a.md", text: `${longest}é\n` }), []);
});

Deno.test("bannedTextFindings() finds what the project must not say", () => {
  const banned = [
    "FIX" + "ME",
    "XX" + "X",
    "/wo" + "rk/main",
    "/tmp/" + "brief",
    "../shared/" + "design",
    "registry." + "npmjs.org",
    "see issue " + "#2",
    "our CI " + "machine",
    "in the next " + "session",
  ];
  for (const text of banned) {
    assertEquals(bannedTextFindings({ path: "a.md", text: `fine\n${text}\n` }).length, 1, text);
  }
});

Deno.test("bannedTextFindings() leaves ordinary words alone", () => {
  const text =
    "A session of the API, in ../shared/photos/dev, an issue with framework/ paths, XXXL.";
  assertEquals(bannedTextFindings({ path: "a.md", text }), []);
  const lock = { path: "deno.lock", text: "registry." + "npmjs.org" };
  assertEquals(bannedTextFindings(lock), []);
});

Deno.test("suppressionFindings() asks for a rule and a reason", () => {
  const at = (comment: string): string[] =>
    suppressionFindings({ path: "a.ts", text: `  // ${comment}\n` });
  const lint = "deno-lint-ignore";
  const types = "@ts-";
  assertEquals(at(`${lint} no-console -- the command line prints its result`), []);
  assertEquals(at(`${lint} no-console scenekeep/boundaries -- a reason`), []);
  assertEquals(at(`${lint}-file no-console -- a reason`), []);
  assertEquals(at(`${types}expect-error a number is refused`), []);
  assertEquals(at(lint), ['a.ts:1: write "deno-lint-ignore RULE -- REASON"']);
  assertEquals(at(`${lint} no-console`), ['a.ts:1: write "deno-lint-ignore RULE -- REASON"']);
  assertEquals(at(`${lint} -- a reason`), ['a.ts:1: write "deno-lint-ignore RULE -- REASON"']);
  assertEquals(at(`${types}expect-error`), ['a.ts:1: write "@ts-expect-error REASON"']);
  assertEquals(at(`${types}ignore a reason`), [
    'a.ts:1: "@ts-ignore" is banned, use @ts-expect-error with a reason',
  ]);
});

Deno.test("tidyFindings() gathers every rule", () => {
  const path = "api/utils.ts";
  const text = `// ${"FIX" + "ME"}\n// deno-lint-ignore\n${"a".repeat(101)}\n`;
  assertEquals(tidyFindings({ path, text }).length, 4);
});

Deno.test("silentListingFindings() refuses lists that end where the disk fails", () => {
  const text =
    '// not readdirSync\nimport { readdirSync } from "node:fs";\nDeno.readDirSync(at);\n';
  assertEquals(silentListingFindings({ path: "engine/host/a.ts", text }), [
    'engine/host/a.ts:2: "readdirSync" takes a directory that fails for an empty one, wait for ' +
    "Deno.readDir or for readdir of node:fs/promises",
    'engine/host/a.ts:3: "readDirSync" takes a directory that fails for an empty one, wait for ' +
    "Deno.readDir or for readdir of node:fs/promises",
  ]);
  const waiting = "await readdir(at); Deno.readDir(at);";
  assertEquals(silentListingFindings({ path: "engine/host/a.ts", text: waiting }), []);
  assertEquals(silentListingFindings({ path: "engine/host/testing/a.ts", text }), []);
  assertEquals(silentListingFindings({ path: "engine/host/a_test.ts", text }), []);
  assertEquals(silentListingFindings({ path: "bench/a.ts", text }), []);
});
