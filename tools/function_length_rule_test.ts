import { assertEquals } from "@std/assert";
import plugin from "./boundaries.ts";
import { FUNCTION_LINES_MAX } from "./function_length_rule.ts";

function findings(source: string): string[] {
  return Deno.lint.runPlugin(plugin, "api/a.ts", source)
    .filter(({ id }) => id === "scenekeep/function-length")
    .map(({ message }) => message);
}

/** The opening and the closing line count too. */
function lines(lineCount: number): string {
  return "\n".repeat(lineCount - 1);
}

const FORMS: readonly (readonly [name: string, wrap: (body: string) => string])[] = [
  ["a function", (body) => `function f() {${body}}`],
  ["an arrow function", (body) => `const f = () => {${body}};`],
  ["a method", (body) => `class A { f() {${body}} }`],
];

for (const [name, wrap] of FORMS) {
  Deno.test(`function-length allows the limit and no line more in ${name}`, () => {
    assertEquals(findings(wrap(lines(FUNCTION_LINES_MAX))), []);
    assertEquals(findings(wrap(lines(FUNCTION_LINES_MAX + 1))), [
      "Function spans 71 lines, the limit is 70",
    ]);
  });
}
