import { assertEquals } from "@std/assert";
import { permittedTest } from "@scenekeep/tools/permitted";
import { join } from "@std/path";
import { contentHash } from "./content_digest.ts";
import { checkPhoto, FILE_BYTES_MAX, readPhotoFile } from "./photo_file.ts";
import { temporaryFolder } from "./testing/temporary_folder.ts";

const GIF: Uint8Array<ArrayBuffer> = new TextEncoder().encode("GIF89a, more or less");

async function codeOf(path: string, expectedHash: string | null = null): Promise<string> {
  const file = await readPhotoFile(path, expectedHash);
  return file.kind === "failed" ? file.code : file.format;
}

permittedTest({
  name: "readPhotoFile() reads a picture, or says why not",
  needs: { read: true, write: true },
  fn: async () => {
    await using folder = await temporaryFolder();
    const path = (name: string) => join(folder.path, name);
    await Deno.writeFile(path("picture"), GIF);
    await Deno.writeFile(path("empty.jpg"), new Uint8Array());
    await Deno.writeTextFile(path("text.jpg"), "Dear diary");
    await Deno.writeTextFile(path("drawing.jpg"), "BM");
    assertEquals(await readPhotoFile(path("picture"), null), {
      kind: "photo",
      bytes: GIF,
      format: "gif",
    });
    assertEquals(await codeOf(path("empty.jpg")), "EMPTY");
    assertEquals(await codeOf(path("text.jpg")), "NOT_AN_IMAGE");
    assertEquals(await codeOf(path("drawing.jpg")), "UNSUPPORTED_FORMAT");
    assertEquals(await codeOf(path("gone.jpg")), "NOT_FOUND");
    assertEquals(await codeOf(folder.path), "NOT_READABLE");
    assertEquals(await codeOf(path("picture"), contentHash(GIF)), "gif");
    assertEquals(await codeOf(path("picture"), contentHash(new Uint8Array())), "CHANGED");
  },
});

permittedTest({
  name: "readPhotoFile() does not wait for a pipe that nobody writes to",
  needs: { read: true, write: true, run: ["mkfifo"] },
  timeoutMs: 10_000,
  fn: async () => {
    await using folder = await temporaryFolder();
    const pipe = join(folder.path, "pipe.jpg");
    await new Deno.Command("mkfifo", { args: [pipe] }).output();
    assertEquals(await codeOf(pipe), "NOT_READABLE");
  },
});

permittedTest({
  name: "readPhotoFile() refuses a file that is too large without reading it",
  needs: { read: true, write: true },
  fn: async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "large.gif");
    await Deno.writeFile(path, GIF);
    await Deno.truncate(path, FILE_BYTES_MAX + 1);
    assertEquals(await codeOf(path), "TOO_LARGE");
  },
});

Deno.test("checkPhoto() does the same for bytes in memory", () => {
  assertEquals(checkPhoto(GIF, contentHash(GIF)), { kind: "photo", bytes: GIF, format: "gif" });
  assertEquals(checkPhoto(new Uint8Array(), null).kind, "failed");
});
