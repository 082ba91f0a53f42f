import { ENGINE_VERSION, RECORDING_FORMAT, type RecordingHeader } from "@scenekeep/engine/core";
import { permittedTest } from "@scenekeep/tools/permitted";
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { Recorder } from "./recorder.ts";

const NEEDS = { read: true, write: true } as const;
const HEADER: RecordingHeader = {
  format: RECORDING_FORMAT,
  kind: "header",
  engine: ENGINE_VERSION,
  library: "one",
  actors: [],
  leftOut: [],
};

async function inFolder(use: (folder: string) => void | Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "scenekeep-recorder-" });
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

permittedTest({
  name: "ENGINE_VERSION is the version of the package",
  needs: { read: true },
  fn: async () => {
    const path = new URL("../../deno.json", import.meta.url);
    assertEquals(JSON.parse(await Deno.readTextFile(path)).version, ENGINE_VERSION);
  },
});

permittedTest({
  name: "Recorder adds runs to a file, also behind half a line, and only its owner reads it",
  needs: NEEDS,
  fn: () =>
    inFolder((folder) => {
      const path = join(folder, "recording");
      const first = new Recorder({ path });
      first.write(HEADER);
      first.flush();
      Deno.writeTextFileSync(path, '{"kind":"tu', { append: true });
      const second = new Recorder({ path });
      second.write({ ...HEADER, text: "ä" });
      second.write({ big: "x".repeat(600_000) });
      second.end({ kind: "end" });
      second.write({ kind: "late" });
      assertEquals(second.sizeBytes, Deno.statSync(path).size);
      first.end({ kind: "other" });
      const lines = Deno.readTextFileSync(path).split("\n");
      assertEquals(lines.slice(1, 3), ['{"kind":"tu', JSON.stringify({ ...HEADER, text: "ä" })]);
      assertEquals(lines.slice(4), ['{"kind":"end"}', '{"kind":"other"}', ""]);
      if (Deno.build.os !== "windows") assertEquals(Deno.statSync(path).mode! & 0o777, 0o600);
    }),
});

permittedTest({
  name: "Recorder stops at its bound, says so in the file, and adds nothing later",
  needs: NEEDS,
  fn: () =>
    inFolder((folder) => {
      const path = join(folder, "recording");
      const reasons: string[] = [];
      const options = { path, maxBytes: 8_192, stopped: (reason: string) => reasons.push(reason) };
      const recorder = new Recorder(options);
      recorder.write(HEADER);
      for (let index = 0; index < 100; index += 1) recorder.write({ index, text: "x".repeat(90) });
      assertEquals([recorder.isRecording, reasons.length], [false, 1]);
      const lines = Deno.readTextFileSync(path).trimEnd().split("\n");
      const last = JSON.parse(lines.at(-1) ?? "");
      assertEquals([last.kind, last.reason], ["cut", reasons[0]]);
      assert(lines.length > 10 && Deno.statSync(path).size <= 8_192, `${lines.length}`);
      new Recorder({ ...options, maxBytes: 4_200 }).write(HEADER);
      assertEquals(reasons.length, 2);
      assertEquals(Deno.readTextFileSync(path).trimEnd().split("\n").length, lines.length);
    }),
});

permittedTest({
  name: "Recorder leaves the recording of another library as it is, and says whose it is",
  needs: NEEDS,
  fn: () =>
    inFolder((folder) => {
      const path = join(folder, "recording");
      const first = new Recorder({ path });
      first.begin(HEADER);
      first.end({ kind: "end" });
      const text = Deno.readTextFileSync(path);
      const reasons: string[] = [];
      const other = new Recorder({ path, stopped: (reason) => reasons.push(reason) });
      other.begin({ ...HEADER, library: "two" });
      other.end({ kind: "end" });
      assertEquals(Deno.readTextFileSync(path), text);
      assert(reasons[0]?.includes('is a recording of library "one", and this is "two"'));
      const same = new Recorder({ path });
      same.begin(HEADER);
      same.end({ kind: "end" });
      assertEquals(Deno.readTextFileSync(path), text + text);
    }),
});

permittedTest({
  name: "Recorder leaves a file alone that is none of its own",
  needs: NEEDS,
  fn: () =>
    inFolder((folder) => {
      const path = join(folder, "photo.jpg");
      Deno.writeTextFileSync(path, "a picture");
      const reasons: string[] = [];
      const recorder = new Recorder({ path, stopped: (reason) => reasons.push(reason) });
      recorder.write(HEADER);
      recorder.end({ kind: "end" });
      assertEquals(Deno.readTextFileSync(path), "a picture");
      assert(reasons[0]?.includes("is no recording"), `${reasons}`);
      const missing = new Recorder({ path: join(folder, "no/such/place") });
      missing.write(HEADER);
      assertEquals(missing.isRecording, false);
    }),
});
