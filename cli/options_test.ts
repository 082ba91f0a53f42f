import { assert, assertEquals } from "@std/assert";
import { parseOptions } from "./options.ts";

const SHAPE = { flags: ["json"], values: ["tier"], positionals: ["DIR"] } as const;

function given(...words: string[]): unknown {
  const parsed = parseOptions(words, SHAPE);
  if (parsed.kind === "usage") return parsed.message;
  return [[...parsed.flags], Object.fromEntries(parsed.values), parsed.positionals];
}

Deno.test("parseOptions() reads flags, values and arguments in any order", () => {
  assertEquals(given("a"), [[], {}, ["a"]]);
  assertEquals(given("--json", "a", "--tier", "close"), [["json"], { tier: "close" }, ["a"]]);
  assertEquals(given("--tier=a=b", "a"), [[], { tier: "a=b" }, ["a"]]);
  assertEquals(given("--", "--json"), [[], {}, ["--json"]]);
  assertEquals(given("-"), [[], {}, ["-"]]);
});

Deno.test("parseOptions() lets help stand alone", () => {
  assertEquals(given("--help"), [["help"], {}, []]);
  assertEquals(given("-h", "a", "b"), [["help"], {}, ["a", "b"]]);
});

Deno.test("parseOptions() says what is wrong", () => {
  const known = "known are --json, --tier, --help";
  assertEquals(given(), "Want DIR: got 0 arguments");
  assertEquals(given("a", "b"), "Want DIR: got 2 arguments");
  assertEquals(given("a", "--jsn"), `Unknown option "--jsn": ${known}`);
  assertEquals(given("a", "-j"), `Unknown option "-j": ${known}`);
  assertEquals(given("a", "--json=yes"), 'Option "--json" takes no value');
  assertEquals(given("a", "--tier"), 'Option "--tier" needs a value');
  assertEquals(given("a", "--tier", "--json"), 'Option "--tier" needs a value');
  assertEquals(given("a", "--tier="), 'Option "--tier" needs a value');
  assertEquals(given("a", "--tier", "x", "--tier", "y"), 'Option "--tier" is there twice');
});

Deno.test("parseOptions() knows no option by an inherited name", () => {
  const parsed = parseOptions(["a", "--constructor"], SHAPE);
  assert(parsed.kind === "usage");
});

Deno.test("parseOptions() collects what may be there more than once", () => {
  const shape = { flags: [], values: ["cache"], lists: ["exclude"], positionals: ["DIR"] } as const;
  const given = parseOptions(["--exclude", "a*", "photos", "--exclude=--b"], shape);
  assertEquals(given.kind === "options" && [...given.lists], [["exclude", ["a*", "--b"]]]);
  const wrong = parseOptions(["photos", "--exclude"], shape);
  assertEquals(wrong, { kind: "usage", message: 'Option "--exclude" needs a value' });
});
