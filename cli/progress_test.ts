import { assertEquals } from "@std/assert";
import { ProgressLine, progressText } from "./progress.ts";

const HALF = { filesTotal: 1000, filesLeft: 500, picturesTotal: 800, picturesDone: 0 };

Deno.test("progressText() tells rate and time left of the slower work", () => {
  assertEquals(progressText(HALF, 500), "500 of 1,000 files read");
  assertEquals(
    progressText(HALF, 10_000),
    "500 of 1,000 files read, 50 files/s, about 10 s left",
  );
  assertEquals(
    progressText({ ...HALF, filesLeft: 0, picturesDone: 100 }, 10_000),
    "1,000 of 1,000 files read, 100 of 800 pictures looked at, 10 pictures/s, " +
      "about 1 min 10 s left",
  );
  assertEquals(
    progressText({ ...HALF, filesLeft: 0, picturesDone: 800 }, 80_000),
    "1,000 of 1,000 files read, 800 of 800 pictures looked at",
  );
});

Deno.test("ProgressLine writes a line now and then where none can be overwritten", () => {
  const written: string[] = [];
  let nowMs = 0;
  const line = new ProgressLine({
    isTerminal: false,
    write: (text) => written.push(text),
    nowMs: () => nowMs,
  });
  for (; nowMs <= 11_000; nowMs += 100) line.show(HALF);
  line.clear();
  assertEquals(written.length, 2);
  assertEquals(written.every((text) => text.endsWith("\n")), true);
});

Deno.test("ProgressLine overwrites its line on a terminal, and takes it away", () => {
  const written: string[] = [];
  let nowMs = 0;
  const line = new ProgressLine({
    isTerminal: true,
    write: (text) => written.push(text),
    nowMs: () => nowMs,
  });
  for (; nowMs < 1_000; nowMs += 100) line.show(HALF);
  line.note("a note");
  line.clear();
  assertEquals(written.length, 7);
  assertEquals(written.slice(0, 5).every((text) => text.startsWith("\r\x1b[K")), true);
  assertEquals(written.slice(5), ["\r\x1b[K", "a note\n"]);
});
