import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { permittedTest } from "@scenekeep/tools/permitted";
import { comparePaths, type FolderEntry } from "./folder_entry.ts";
import { FolderTable, type SurveyedDirectory } from "./folder_table.ts";
import { lookAtNow } from "./look_at.ts";
import { SystemDirectories } from "./system_directories.ts";

permittedTest({
  name: "FolderTable gives at each place what a look at the name gives, however it is kept",
  needs: { read: true, write: true, ffi: true },
  fn: () => {
    const root = Deno.makeTempDirSync({ prefix: "scenekeep-table-" });
    try {
      Deno.mkdirSync(join(root, "b"));
      const names = ["a.jpg", "ä\n.jpg", "b/ first.jpg", "b/c"];
      for (const [index, name] of names.entries()) {
        Deno.writeTextFileSync(join(root, name), "x".repeat(index));
      }
      for (const name of ["link 1", "link 2", "b/link 3"]) Deno.symlinkSync(name, join(root, name));
      Deno.linkSync(join(root, "a.jpg"), join(root, "b/hard"));
      const looks = [...names, "link 1", "link 2", "b/link 3", "b/hard"].flatMap((path) => {
        const look = lookAtNow(join(root, path), path);
        return look.kind === "entry" ? [look.entry] : [];
      });
      looks.sort((left, right) => comparePaths(left.path, right.path));
      assertEquals(looks.length, 8);
      const isBelow = ({ path }: FolderEntry): boolean => path.startsWith("b/");
      const ways: SurveyedDirectory[][] = [[
        { path: ".", contents: looks.filter((entry) => !isBelow(entry)) },
        { path: "b", contents: looks.filter(isBelow) },
      ]];
      using system = SystemDirectories.open();
      if (system !== null) {
        ways.push([".", "b"].map((path) => {
          const contents = system.read(join(root, path));
          if (contents === null) throw new Error(`Cannot read "${path}"`);
          return { path, contents };
        }));
      }
      for (const way of ways) {
        const table = new FolderTable(way);
        const all = [...table.entries()];
        assertEquals(all.map((_, place) => table.entryAt(place)), all);
        assertEquals(all.map((_, place) => table.pathAt(place)), all.map(({ path }) => path));
        all.sort((left, right) => comparePaths(left.path, right.path));
        assertEquals(all, looks);
      }
    } finally {
      Deno.removeSync(root, { recursive: true });
    }
  },
});
