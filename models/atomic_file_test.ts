import { assert, assertEquals, assertRejects } from "@std/assert";
import { permittedTest } from "@scenekeep/tools/permitted";
import { join } from "@std/path";
import { writeFileAtomically } from "./atomic_file.ts";
import { temporaryFolder } from "./testing/temporary_folder.ts";

const NEEDS = { read: true, write: true } as const;

permittedTest({
  name: "writeFileAtomically() writes bytes and streams, making folders, leaving nothing else",
  needs: NEEDS,
  fn: async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "a/b/file");
    await writeFileAtomically(path, Uint8Array.of(1, 2));
    assertEquals(await Deno.readFile(path), Uint8Array.of(1, 2));
    await writeFileAtomically(path, ReadableStream.from([Uint8Array.of(3), Uint8Array.of(4)]));
    assertEquals(await Deno.readFile(path), Uint8Array.of(3, 4));
    const names = await Array.fromAsync(Deno.readDir(join(folder.path, "a/b")), (e) => e.name);
    assertEquals(names, ["file"]);
  },
});

permittedTest({
  name: "writeFileAtomically() leaves the old content, and nothing else, when the stream fails",
  needs: NEEDS,
  fn: async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "file");
    await writeFileAtomically(path, Uint8Array.of(1));
    const failing = new ReadableStream<Uint8Array>({
      pull(controller): void {
        controller.enqueue(Uint8Array.of(9));
        controller.error(new Error("Cut off"));
      },
    });
    await assertRejects(() => writeFileAtomically(path, failing), Error, "Cut off");
    assertEquals(await Deno.readFile(path), Uint8Array.of(1));
    assertEquals((await Array.fromAsync(Deno.readDir(folder.path))).length, 1);
  },
});

permittedTest({
  name: "writeFileAtomically() shows whole contents only, with many writers at once",
  needs: NEEDS,
  fn: async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "file");
    const contents = Array.from({ length: 8 }, (_, fill) => new Uint8Array(100_000).fill(fill));
    await Promise.all(contents.map((content) => writeFileAtomically(path, content)));
    const found = await Deno.readFile(path);
    assert(contents.some((content) => content.every((value, index) => value === found[index])));
    assertEquals(found.length, 100_000);
  },
});
