import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { permittedTest } from "@scenekeep/tools/permitted";
import { folderLibrary } from "./folder_library.ts";
import { walkFolder } from "./walk_folder.ts";

const NEEDS = { read: true, write: true } as const;

async function inFolder(use: (root: string) => Promise<void>): Promise<void> {
  const root = await Deno.makeTempDir({ prefix: "scenekeep-walk-" });
  try {
    await use(root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

permittedTest({
  name: "walkFolder() lists odd names, and is not caught by a link to a parent",
  needs: NEEDS,
  fn: () =>
    inFolder(async (root) => {
      await Deno.mkdir(join(root, "a", "b"), { recursive: true });
      const names = ["new\nline.jpg", "Ä.jpg", "A\u0308.jpg", "a/b/ deep .jpg"];
      await Promise.all(names.map((name) => Deno.writeTextFile(join(root, name), name)));
      await Deno.symlink("..", join(root, "a", "loop"));
      const listing = await walkFolder(root);
      assertEquals(
        listing.entries.map((entry) => [entry.path, entry.kind]),
        [
          ["A\u0308.jpg", "file"],
          ["a/b/ deep .jpg", "file"],
          ["a/loop", "link"],
          ["new\nline.jpg", "file"],
          ["Ä.jpg", "file"],
        ],
      );
      assertEquals(listing.directories, [".", "a", "a/b"]);
      assertEquals(listing.unreadable, []);
    }),
});

permittedTest({
  name: "walkFolder() leaves the program's own folder out and reports what is no file",
  needs: { ...NEEDS, run: ["mkfifo"] },
  fn: () =>
    inFolder(async (root) => {
      await Deno.mkdir(join(root, ".scenekeep"));
      await Deno.writeTextFile(join(root, ".scenekeep", "state"), "own");
      await Deno.writeTextFile(join(root, "photo.jpg"), "photo");
      const made = await new Deno.Command("mkfifo", { args: [join(root, "pipe")] }).output();
      assert(made.success);
      const listing = await walkFolder(root);
      assertEquals(listing.entries.map((entry) => entry.path), ["photo.jpg"]);
      assertEquals(listing.unreadable, [{ path: "pipe", reason: "not a regular file" }]);
    }),
});

permittedTest({
  name: "walkFolder() says when the folder is missing, or is none",
  needs: NEEDS,
  fn: () =>
    inFolder(async (root) => {
      await assertRejects(() => walkFolder(join(root, "nothing")), Deno.errors.NotFound);
      await Deno.writeTextFile(join(root, "file"), "x");
      await assertRejects(() => walkFolder(join(root, "file")), Deno.errors.NotADirectory);
    }),
});

permittedTest({
  name: "folderLibrary() counts a hard link once and takes a symbolic link as an entry",
  needs: NEEDS,
  fn: () =>
    inFolder(async (root) => {
      await Promise.all(["a", "b", ".hidden"].map((folder) => Deno.mkdir(join(root, folder))));
      await Deno.writeTextFile(join(root, "a", "one.jpg"), "one");
      await Deno.link(join(root, "a", "one.jpg"), join(root, "b", "same.jpg"));
      await Deno.link(join(root, "a", "one.jpg"), join(root, "a", "twice.jpg"));
      await Deno.symlink("../a/one.jpg", join(root, ".hidden", "link.jpg"));
      await Deno.symlink("/etc/hostname", join(root, "outside.jpg"));
      await Deno.writeTextFile(join(root, "empty.jpg"), "");
      const library = folderLibrary(await walkFolder(root));
      assertEquals(library.files.map((file) => [file.file, file.entries]), [
        ["a/one.jpg", [
          { album: "a", name: "one.jpg" },
          { album: "b", name: "same.jpg" },
          { album: ".hidden", name: "link.jpg" },
        ]],
      ] as unknown);
      assertEquals(library.albums.filter((album) => album.hidden).map((album) => album.album), [
        ".hidden",
      ] as unknown);
      assertEquals(library.skipped.map((entry) => entry.path).sort(), [
        "a/twice.jpg",
        "empty.jpg",
        "outside.jpg",
      ]);
    }),
});
