import { assertEquals } from "@std/assert";
import { calendarDate } from "./calendar_date.ts";

Deno.test("calendarDate() gives the date of known moments", () => {
  const cases = [
    [0, "1970-01-01"],
    [-1, "1969-12-31"],
    [951_782_400_000, "2000-02-29"],
    [951_868_800_000, "2000-03-01"],
    [4_107_542_399_999, "2100-02-28"],
    [4_107_542_400_000, "2100-03-01"],
    [1_795_305_600_000, "2026-11-22"],
  ] as const;
  for (const [wallMs, date] of cases) assertEquals(calendarDate(wallMs), date);
});

Deno.test("calendarDate() counts every day of 400 years once", () => {
  const seen = new Set<string>();
  let before = "";
  for (let day = 0; day < 146_097; day += 1) {
    const date = calendarDate(day * 86_400_000);
    assertEquals(date > before, true, date);
    before = date;
    seen.add(date);
  }
  assertEquals(seen.size, 146_097);
  assertEquals(before, "2369-12-31");
});
