import { assertEquals, assertMatch } from "@std/assert";
import { permittedTest } from "@scenekeep/tools/permitted";
import { fromFileUrl, join } from "@std/path";
import { drawPicture } from "./testing/drawn_picture.ts";
import { temporaryFolder } from "./testing/temporary_folder.ts";

permittedTest({
  name: "measure.ts prints time, memory, and how well distances tell scenes apart",
  needs: { read: true, write: true, run: true, env: true, ffi: true, sys: true },
  fn: async () => {
    await using folder = await temporaryFolder();
    const { default: sharp } = await import("sharp");
    const photos = join(folder.path, "photos");
    await Deno.mkdir(photos);
    await Promise.all([["a1", 1, 400], ["a2", 1, 700], ["b", 2, 400]].map(
      async ([name, subject, widthPixels]) => {
        const { pixels, raw } = drawPicture({
          subject: Number(subject),
          widthPixels: Number(widthPixels),
          heightPixels: Number(widthPixels) / 2,
        });
        await sharp(pixels, { raw }).jpeg().toFile(join(photos, `${name}.jpg`));
      },
    ));
    await Deno.writeTextFile(join(photos, "note.txt"), "Dear diary");
    const labels = join(folder.path, "labels.json");
    const judge = join(folder.path, "judge.mjs");
    await Deno.writeTextFile(labels, '["a1.jpg", "a2.jpg", "b.jpg"]');
    await Deno.writeTextFile(
      judge,
      `const verdict = (a, b) => a[0] === b[0] ? "same" : "other";
      export const judge = (files) => ({ files, verdict });`,
    );
    const config = fromFileUrl(new URL("./packages/deno.json", import.meta.url));
    const program = fromFileUrl(new URL("./measure.ts", import.meta.url));
    const { stdout, stderr, success } = await new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "-A", "--config", config, program, photos, "--processes", "1"],
        ...["--labels", labels, "--judge", judge],
      ],
      env: { SCENEKEEP_CACHE: join(folder.path, "cache"), NO_COLOR: "1" },
    }).output();
    const output = new TextDecoder().decode(stdout);
    assertEquals(success, true, new TextDecoder().decode(stderr));
    assertMatch(output, /note\.txt: NOT_AN_IMAGE: /);
    assertMatch(output, /3 of 4 files embedded in \d+\.\d s/);
    assertMatch(output, /memory: this process \d+ MiB, children \d+ MiB \(at most \d+\)/);
    assertMatch(output, /3 pairs, 1 of one scene/);
    assertMatch(output, /cosine 0\.05: precision 100\.0 %, recall 100\.0 % \(wrong 0\)/);
  },
});
