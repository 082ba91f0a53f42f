import { assertEquals } from "@std/assert";
import { countLine } from "./count_line.ts";

Deno.test("countLine() tells the rate and the time left once they mean something", () => {
  const said: string[] = [];
  let nowMs = 0;
  const terminal = { error: (text: string) => void said.push(text), isTerminal: true };
  const line = countLine(terminal, "files", () => nowMs);
  for (const [atMs, done] of [[0, 0], [100, 5], [1_000, 40], [4_000, 1_000], [8_000, 3_000]]) {
    nowMs = atMs ?? 0;
    line.show({ done: done ?? 0, total: 3_000 });
  }
  line.clear();
  assertEquals(said, [
    "\r\x1b[K0 of 3,000 files",
    "\r\x1b[K40 of 3,000 files",
    "\r\x1b[K1,000 of 3,000 files, 250 files/s, about 8.0 s left",
    "\r\x1b[K3,000 of 3,000 files",
    "\r\x1b[K",
  ]);
});

Deno.test("countLine() counts from where an earlier run stopped", () => {
  const said: string[] = [];
  let nowMs = 0;
  const terminal = { error: (text: string) => void said.push(text), isTerminal: false };
  const line = countLine(terminal, "files", () => nowMs);
  for (const [atMs, done] of [[0, 900], [20_000, 950]]) {
    nowMs = atMs ?? 0;
    line.show({ done: done ?? 0, total: 1_000 });
  }
  assertEquals(said, ["950 of 1,000 files, 2.5 files/s, about 20 s left\n"]);
});
