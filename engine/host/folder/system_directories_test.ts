import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { permittedTest } from "@scenekeep/tools/permitted";
import { makeOddTree } from "../testing/odd_tree.ts";
import { FolderTable } from "./folder_table.ts";
import { lookAtNow } from "./look_at.ts";
import { SystemDirectories } from "./system_directories.ts";

const NEEDS = { read: true, write: true, ffi: true } as const;

permittedTest({
  name: "SystemDirectories sees what the runtime sees, or leaves it to the runtime",
  needs: NEEDS,
  skip: Deno.build.os === "linux" ? null : "needs the C library of Linux",
  fn: () => {
    const place = Deno.makeTempDirSync({ prefix: "scenekeep-system-" });
    try {
      const root = join(place, "tree");
      makeOddTree(root, join(place, "outside"), 3);
      using system = SystemDirectories.open();
      assert(system !== null);
      const waiting = [root];
      let names = 0;
      for (let full = waiting.pop(); full !== undefined; full = waiting.pop()) {
        const contents = system.read(full);
        const found = [...Deno.readDirSync(full)];
        const isOdd = found.some(({ name, isFile, isDirectory, isSymlink }) =>
          name.includes("\ufffd") || !(isFile || isDirectory || isSymlink)
        );
        assertEquals(contents === null, isOdd, full);
        for (const { name, isDirectory } of found) {
          if (isDirectory) waiting.push(join(full, name));
        }
        if (contents === null) continue;
        const entries = [...new FolderTable([{ path: "x", contents }]).entries()];
        names += entries.length;
        assertEquals(
          [...contents.directories].sort(),
          found.filter(({ isDirectory }) => isDirectory).map(({ name }) => name).sort(),
        );
        const byRuntime = found.filter(({ isDirectory }) => !isDirectory).map(({ name }) => {
          const look = lookAtNow(`${full}/${name}`, `x/${name}`);
          if (look.kind === "unreadable") throw new Error(look.reason);
          return look.entry;
        });
        const byPath = (left: { path: string }, right: { path: string }): number =>
          left.path < right.path ? -1 : 1;
        assertEquals(entries.sort(byPath), byRuntime.sort(byPath));
      }
      assert(names > 10, "there was something to see");
    } finally {
      Deno.removeSync(place, { recursive: true });
    }
  },
});

permittedTest({
  name: "SystemDirectories gives up on what is no directory, and on a link to one",
  needs: NEEDS,
  skip: Deno.build.os === "linux" ? null : "needs the C library of Linux",
  fn: () => {
    const place = Deno.makeTempDirSync({ prefix: "scenekeep-system-" });
    try {
      Deno.writeTextFileSync(join(place, "file"), "a file");
      Deno.symlinkSync(place, join(place, "link"));
      using system = SystemDirectories.open();
      assert(system !== null);
      for (const name of ["file", "link", "none", "n".repeat(5000)]) {
        assertEquals(system.read(join(place, name)), null, name.slice(0, 9));
      }
    } finally {
      Deno.removeSync(place, { recursive: true });
    }
  },
});
