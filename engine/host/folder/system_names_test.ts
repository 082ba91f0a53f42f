import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { permittedTest } from "@scenekeep/tools/permitted";
import { openSystemNames, type SystemNames } from "./system_names.ts";

const NEEDS = { read: true, write: true, run: true, ffi: true } as const;

async function inFolder(use: (root: string, system: SystemNames) => void): Promise<void> {
  const root = await Deno.makeTempDir({ prefix: "scenekeep-names-" });
  const system = openSystemNames();
  try {
    use(root, system);
  } finally {
    system.close();
    await Deno.remove(root, { recursive: true });
  }
}

/** What the system's own program says, as seconds with nine digits. */
function statOf(path: string): string {
  const { stdout } = new Deno.Command("stat", { args: ["-c", "%.9Y", path] }).outputSync();
  return new TextDecoder().decode(stdout).trim();
}

permittedTest({
  name: "modifiedNs() and setModified() know the nanosecond, of links too and before 1970",
  needs: NEEDS,
  fn: () =>
    inFolder((root, system) => {
      const [file, link] = [join(root, "a.jpg"), join(root, "b.jpg")];
      Deno.writeTextFileSync(file, "one");
      Deno.symlinkSync("a.jpg", link);
      system.setModified(file, 1_700_000_000_123_456_789n);
      system.setModified(link, -1_500_000_000n);
      system.setModified(root, 999_999_999n);
      assertEquals(statOf(file), "1700000000.123456789");
      assertEquals(statOf(link), "-1.500000000");
      assertEquals(statOf(root), "0.999999999");
      assertEquals(
        [file, link, root].map((path) => system.modifiedNs(path)),
        [1_700_000_000_123_456_789n, -1_500_000_000n, 999_999_999n],
      );
      assertThrows(() => system.modifiedNs(join(root, "nothing")), Error, "ENOENT");
    }),
});
