import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { permittedTest } from "@scenekeep/tools/permitted";
import { makeThumbnails } from "./make_thumbnails.ts";

permittedTest({
  name: "makeThumbnails() makes small upright JPEGs, and null of what is no picture",
  needs: { read: true, write: true, run: true, env: true, ffi: true, sys: true },
  timeoutMs: 120_000,
  fn: async () => {
    const { default: sharp } = await import("sharp");
    const root = await Deno.makeTempDir({ prefix: "scenekeep-thumb-" });
    try {
      const paths = ["wide.png", "text.jpg", "none.jpg", "new\nline.jpg"].map((name) =>
        join(root, name)
      );
      const picture = sharp({
        create: { width: 600, height: 300, channels: 3, background: "#336699" },
      });
      await Deno.writeFile(paths[0] ?? "", await picture.png().toBuffer());
      await Deno.writeTextFile(paths[1] ?? "", "no picture");
      // Lies on its side, as its EXIF says.
      const turned = await picture.jpeg().withMetadata({ orientation: 6 }).toBuffer();
      await Deno.writeFile(paths[3] ?? "", turned);
      const made: (string | null)[] = [];
      const seen: string[] = [];
      await makeThumbnails({
        root,
        paths,
        onThumbnail: (path, jpeg) => {
          seen.push(path);
          made.push(jpeg);
        },
      });
      assertEquals(seen, paths);
      assertEquals(made.map((jpeg) => jpeg === null), [false, true, true, false]);
      const sizes = await Promise.all([made[0], made[3]].map(async (jpeg) => {
        assert(typeof jpeg === "string");
        const bytes = Uint8Array.from(atob(jpeg), (character) => character.charCodeAt(0));
        const { width, height, format } = await sharp(bytes).metadata();
        return [width, height, format];
      }));
      assertEquals(sizes, [[240, 120, "jpeg"], [120, 240, "jpeg"]]);
    } finally {
      await Deno.remove(root, { recursive: true });
    }
  },
});
