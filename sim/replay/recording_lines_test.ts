import { RECORDING_FORMAT } from "@scenekeep/engine/core";
import { assertEquals, assertThrows } from "@std/assert";
import { beginsRecording, RecordingError, recordingLines } from "./recording_lines.ts";

const HEADER = JSON.stringify({
  format: RECORDING_FORMAT,
  kind: "header",
  engine: "0.1.0",
  library: "one",
  actors: [{ id: "a", kind: "logging", settings: {} }],
  leftOut: [],
});
const END = '{"kind":"end","reason":"closed","states":{}}';

function kindsOf(lines: readonly string[]): string[] {
  return [...recordingLines(lines)].map(({ line, number }) =>
    `${number} ${line === "torn" ? line : line.kind}`
  );
}

Deno.test("recordingLines() reads runs one after the other, and half a line at the end of one", {
  permissions: "none",
}, () => {
  assertEquals(beginsRecording(HEADER), true);
  assertEquals(beginsRecording('{"format":"scenario/1"}'), false);
  assertEquals(kindsOf([HEADER, END, "", HEADER, '{"kind":"tu', HEADER, '{"ki']), [
    "1 header",
    "2 end",
    "4 header",
    "5 torn",
    "6 header",
    "7 torn",
  ]);
});

Deno.test("recordingLines() names the line that is damaged, and what is wrong with it", {
  permissions: "none",
}, () => {
  const cases: readonly (readonly [readonly string[], string])[] = [
    [[END], "Line 1 comes before the header of its run"],
    [[HEADER, END, END], "Line 3 comes before the header of its run"],
    [["half"], "Line 1 is no JSON"],
    [[HEADER, "half", END], "Line 2 is no JSON"],
    [[HEADER.replace("recording/1", "recording/2")], 'has format "recording/2"'],
    [[HEADER.replace('"recording/1"', "5")], "Line 1 has format 5, and this version reads"],
    [[HEADER.replace('"recording/1"', "{}")], "Line 1 has format {}, and this version reads"],
    [[HEADER.replace("leftOut", "left")], 'is no header of a recording at "leftOut"'],
    [[HEADER, "null", END], "Line 2 is no JSON"],
    [[HEADER, '{"kind":"dream"}'], 'has kind "dream", which nobody knows'],
    [[HEADER, '{"kind":{}}'], "has kind {}, which nobody knows: take the file as it was written"],
    [
      [HEADER, '{"kind":"events","actor":"a","events":{}}'],
      'is no events of a recording at "events" (Invalid input: expected array, received object)',
    ],
  ];
  for (const [lines, text] of cases) {
    assertThrows(() => kindsOf(lines), RecordingError, text);
  }
});
