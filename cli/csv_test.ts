import { assertEquals } from "@std/assert";
import { csvText } from "./csv.ts";

Deno.test("csvText() quotes what would end a field, and ends lines as the standard has it", () => {
  const rows = [['a, "b"\n.jpg', 3], ["plain", null], ["a\rb", -1]];
  assertEquals(
    csvText(["path", "bytes"], rows),
    'path,bytes\r\n"a, ""b""\n.jpg",3\r\nplain,\r\n"a\rb",-1\r\n',
  );
  assertEquals(csvText(["path"], []), "path\r\n");
});

Deno.test("csvText() writes no formula, and a reader gets every text back", () => {
  const texts = [
    "=1+1",
    "+a",
    "-dash.jpg",
    "@x",
    "\tx",
    "\rx",
    "'quoted",
    "a=1",
    "",
    '=HYPERLINK("x")',
  ];
  const lines = texts.map((text) => csvText([], [[text]]).slice(2, -2));
  for (const line of lines) assertEquals(/^"?[=+\-@\t\r]/.test(line), false, line);
  const back = lines.map((line) => {
    const text = line.startsWith('"') ? line.slice(1, -1).replaceAll('""', '"') : line;
    return text.startsWith("'") ? text.slice(1) : text;
  });
  assertEquals(back, texts);
});
