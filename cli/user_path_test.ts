import { permittedTest } from "@scenekeep/tools/permitted";
import { assertEquals } from "@std/assert";
import { isInside, realPathOf } from "./user_path.ts";

Deno.test("isInside() knows a folder, what is below it, and what only begins like it", () => {
  assertEquals(isInside("/photos", "/photos"), true);
  assertEquals(isInside("/photos/a/b", "/photos"), true);
  assertEquals(isInside("/photos/..a", "/photos"), true);
  assertEquals(isInside("/photos-old", "/photos"), false);
  assertEquals(isInside("/", "/photos"), false);
  assertEquals(isInside("/other/photos", "/photos"), false);
});

permittedTest({
  name: "realPathOf() follows links, also those that lead to what is not there, and never throws",
  needs: { read: true, write: true },
  fn: async () => {
    const place = await Deno.realPath(await Deno.makeTempDir({ prefix: "scenekeep-path-" }));
    try {
      await Deno.mkdir(`${place}/photos`);
      await Deno.writeTextFile(`${place}/file`, "");
      await Deno.symlink("photos", `${place}/folder`);
      await Deno.symlink("folder/new", `${place}/next`);
      await Deno.symlink("round", `${place}/round`);
      const cases = [
        ["folder", "photos"],
        ["folder/a/b", "photos/a/b"],
        ["next", "photos/new"],
        ["next/b", "photos/new/b"],
        ["file/a", "file/a"],
        ["round", "round"],
      ];
      for (const [path, real] of cases) {
        assertEquals(realPathOf(`${place}/${path}`), `${place}/${real}`);
      }
      assertEquals(realPathOf("/"), "/");
    } finally {
      await Deno.remove(place, { recursive: true });
    }
  },
});
