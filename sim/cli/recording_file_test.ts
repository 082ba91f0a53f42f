import { permittedTest } from "@scenekeep/tools/permitted";
import { assertEquals, assertThrows } from "@std/assert";
import { RecordingError } from "../replay/recording_lines.ts";
import { fileLines } from "./recording_file.ts";

permittedTest({
  name: "fileLines() refuses a line that is longer than a recording, before it has all of it",
  needs: { read: true, write: true },
  fn: async () => {
    const path = await Deno.makeTempFile({ prefix: "scenekeep-lines-" });
    try {
      const long = "x".repeat(3 << 20);
      await Deno.writeTextFile(path, `first\n${long}\nlast`);
      assertEquals([...fileLines(path)], ["first", long, "last"]);
      assertEquals([...fileLines(path, 3 << 20)].length, 3);
      const refused = "Line 2 has more than 2097152 letters";
      assertThrows(() => [...fileLines(path, 2 << 20)], RecordingError, refused);
    } finally {
      await Deno.remove(path);
    }
  },
});
