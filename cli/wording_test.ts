import { assertEquals } from "@std/assert";
import { bytesText, count, durationText, grouped } from "./wording.ts";

Deno.test("bytesText() uses the unit that reads best", () => {
  assertEquals(
    [0, 1, 1023, 1024, 1536, 1024 ** 2, 5 * 1024 ** 4, 5000 * 1024 ** 4].map(bytesText),
    [
      "0 bytes",
      "1 byte",
      "1,023 bytes",
      "1.0 KiB",
      "1.5 KiB",
      "1.0 MiB",
      "5.0 TiB",
      "5000.0 TiB",
    ],
  );
});

Deno.test("count() and grouped() write numbers for people", () => {
  assertEquals(count(1, "file"), "1 file");
  assertEquals(count(1_234_567, "file"), "1,234,567 files");
  assertEquals([0, 999, 1000, 10_000].map(grouped), ["0", "999", "1,000", "10,000"]);
});

Deno.test("durationText() rounds to what matters", () => {
  assertEquals([0, 440, 9_949, 12_400, 59_400, 60_000, 200_000, 7_500_000].map(durationText), [
    "0.0 s",
    "0.4 s",
    "9.9 s",
    "12 s",
    "59 s",
    "1 min 0 s",
    "3 min 20 s",
    "2 h 5 min",
  ]);
});
