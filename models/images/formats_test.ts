import { assert, assertEquals } from "@std/assert";
import { dirname, join } from "@std/path";
import { permittedTest, photosDev, photosMissing } from "@scenekeep/tools/permitted";
import { checkPhoto } from "../photo_file.ts";
import { readPicture } from "./picture_reader.ts";

/** What a file of the collection should come to. */
interface ExpectedFile {
  readonly file: string;
  readonly expect: string;
}

const PICTURE = /\.(avif|gif|heic|jpe?g|png|tiff?|webp)$/i;

/** What became of one file: a code, or what it was decoded as. */
async function outcomeOf(path: string): Promise<string> {
  const file = checkPhoto(await Deno.readFile(path), null);
  if (file.kind === "failed") return file.code;
  const decoded = await readPicture({ ...file, input: { sidePixels: 64, crop: "squash" } });
  if (decoded.kind === "failed") return decoded.code;
  const { isBlank, isDamaged } = decoded.facts;
  return isDamaged ? "damaged" : isBlank ? "blank" : "decoded";
}

/** Why an outcome is not what it should be; null where it is. */
function complaint({ file, expect }: ExpectedFile, outcome: string): string | null {
  // A picture with damage in it is decoded, and marked.
  const isDecoded = ["decoded", "blank", "damaged"].includes(outcome);
  const mustDecode = expect.startsWith("decodes") ||
    (["photo with JSON beside it", "pair"].includes(expect) && PICTURE.test(file));
  const isFine = mustDecode ? isDecoded : expect === "error" ? !isDecoded : true;
  return isFine ? null : `${file}: want ${expect}, got ${outcome}`;
}

permittedTest({
  name: "readPicture() decodes, or refuses by name, each of a collection of odd files",
  needs: { read: true, env: true, ffi: true, sys: true },
  skip: photosMissing(),
  fn: async () => {
    const folder = join(dirname(photosDev()!), "formats");
    const { files }: { files: readonly ExpectedFile[] } = JSON.parse(
      await Deno.readTextFile(join(folder, "formats.json")),
    );
    const complaints: string[] = [];
    for (const file of files) {
      // deno-lint-ignore no-await-in-loop -- the files decide about memory, one at a time
      const found = complaint(file, await outcomeOf(join(folder, file.file)));
      if (found !== null) complaints.push(found);
    }
    assert(files.length > 100);
    assertEquals(complaints, []);
    assertEquals(await outcomeOf(join(folder, "jpeg/flat-grey.jpg")), "blank");
    assertEquals(await outcomeOf(join(folder, "jpeg/flat-black.jpg")), "blank");
    assertEquals(await outcomeOf(join(folder, "heic/iphone_7.heic")), "decoded");
  },
});
