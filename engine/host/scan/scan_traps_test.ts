import { assert, assertEquals } from "@std/assert";
import { dirname, join } from "@std/path";
import { permittedTest } from "@scenekeep/tools/permitted";
import { createHash } from "node:crypto";
import { md5Pair, sha1Pair } from "../testing/colliding_pairs.ts";
import { scanFolder, type ScanResult } from "./scan_folder.ts";

const FILES = { read: true, write: true } as const;

interface Place {
  readonly place: string;
  readonly root: string;
  readonly write: (path: string, bytes: string | Uint8Array) => void;
  readonly scan: (root?: string) => Promise<ScanResult>;
}

function trap(name: string, fn: (place: Place) => Promise<void>): void {
  permittedTest({
    name: `trap: ${name}`,
    needs: FILES,
    fn: async () => {
      const place = await Deno.makeTempDir({ prefix: "scenekeep-trap-" });
      const root = join(place, "photos");
      await Deno.mkdir(root);
      const write = (path: string, bytes: string | Uint8Array): void => {
        Deno.mkdirSync(dirname(join(root, path)), { recursive: true });
        const data = typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes;
        Deno.writeFileSync(join(root, path), data);
      };
      const scan = (folder = root): Promise<ScanResult> =>
        scanFolder({ root: folder, cache: join(place, "cache"), exactOnly: true });
      try {
        await fn({ place, root, write, scan });
      } finally {
        await Deno.remove(place, { recursive: true });
      }
    },
  });
}

/** Makes a file of zeros that takes no room on the disk. */
function writeSparse(path: string, sizeBytes: number): void {
  Deno.writeFileSync(path, new Uint8Array());
  Deno.truncateSync(path, sizeBytes);
}

function namesIn(folder: string): number {
  return [...Deno.readDirSync(folder)].length;
}

function groupsOf({ report }: ScanResult): (readonly string[])[] {
  return report.exact.map(({ files }) => files);
}

trap("nested roots: a folder inside the scanned one is part of it, once", async (place) => {
  place.write("a.jpg", "one");
  place.write("inner/b.jpg", "one");
  assertEquals(groupsOf(await place.scan()), [["a.jpg", "inner/b.jpg"]]);
  assertEquals(groupsOf(await place.scan(join(place.root, "inner"))), []);
  assertEquals((await place.scan()).numbers.files, 2);
});

trap("same path twice: a second way to the folder brings no second copy", async (place) => {
  place.write("a.jpg", "one");
  await Deno.symlink(place.root, join(place.root, "again"));
  await Deno.symlink(place.root, join(place.place, "other way"));
  assertEquals(groupsOf(await place.scan()), []);
  assertEquals(groupsOf(await place.scan(join(place.place, "other way"))), []);
  assertEquals(groupsOf(await place.scan(`${place.root}/../photos/.`)), []);
});

trap("symlink to parent: the scan ends and counts each file once", async (place) => {
  place.write("a/b/one.jpg", "one");
  await Deno.symlink("../..", join(place.root, "a", "b", "loop"));
  const result = await place.scan();
  assertEquals([result.numbers.files, groupsOf(result)], [1, []]);
});

trap("hard links inside and outside the roots are no copies and win nothing", async (place) => {
  place.write("a.jpg", "one");
  await Deno.mkdir(join(place.root, "b"));
  await Deno.link(join(place.root, "a.jpg"), join(place.root, "b", "same.jpg"));
  await Deno.link(join(place.root, "a.jpg"), join(place.place, "outside.jpg"));
  const result = await place.scan();
  assertEquals([groupsOf(result), result.numbers.bytes, result.report.plan], [[], 3, null]);
});

trap("MD5 collision pair: two files of one MD5 are two files", async (place) => {
  const [left, right] = md5Pair();
  const md5 = (bytes: Uint8Array): string => createHash("md5").update(bytes).digest("hex");
  assertEquals(md5(left), md5(right));
  place.write("left.ps", left);
  place.write("right.ps", right);
  place.write("left copy.ps", left);
  assertEquals(groupsOf(await place.scan()), [["left copy.ps", "left.ps"]]);
});

trap("SHA-1 collision pair: two files of one SHA-1 are two files", async (place) => {
  const [left, right] = sha1Pair();
  const sha1 = (bytes: Uint8Array): string => createHash("sha1").update(bytes).digest("hex");
  assertEquals(sha1(left), sha1(right));
  place.write("left.pdf", left);
  place.write("right.pdf", right);
  place.write("right copy.pdf", right);
  assertEquals(groupsOf(await place.scan()), [["right copy.pdf", "right.pdf"]]);
});

trap("head and tail twins: one byte in the middle makes another file", async (place) => {
  const bytes = new Uint8Array(3_000_000).fill(7);
  place.write("a.jpg", bytes);
  bytes[1_500_000] = 8;
  place.write("b.jpg", bytes);
  assertEquals(groupsOf(await place.scan()), []);
});

trap("zero-byte files are left out and never grouped", async (place) => {
  for (const name of ["a.jpg", "b.jpg", "c/a.jpg"]) place.write(name, "");
  const result = await place.scan();
  assertEquals(groupsOf(result), []);
  assertEquals(result.report.unreadable.map(({ reason }) => reason), Array(3).fill("empty file"));
});

trap("two names that differ only in normalisation or case are two files", async (place) => {
  const names = ["Ä.jpg", "A\u0308.jpg", "x.jpg", "X.jpg"];
  for (const name of names) place.write(name, "the same");
  const there = namesIn(place.root);
  const [group] = groupsOf(await place.scan());
  // Where the file system takes two of the names for one, there is one file less.
  assertEquals(group?.length, there);
  if (Deno.build.os === "linux") assertEquals([...group ?? []].sort(), [...names].sort());
});

trap("name with newline is a name like every other", async (place) => {
  place.write("new\nline.jpg", "one");
  place.write("plain.jpg", "one");
  assertEquals(groupsOf(await place.scan()), [["new\nline.jpg", "plain.jpg"]]);
});

trap("group of identical blanks is one group with one that stays", async (place) => {
  for (let index = 0; index < 120; index += 1) place.write(`${index}.raw`, new Uint8Array(10_000));
  const { report } = await place.scan();
  assertEquals(report.exact.map(({ files }) => files.length), [120]);
  assertEquals(report.plan?.items.length, 119);
});

trap("sparse files are compared by what they read as", async (place) => {
  for (const name of ["a.mov", "b.mov"]) {
    writeSparse(join(place.root, name), 5_000_000);
  }
  place.write("c.mov", new Uint8Array(5_000_000));
  assertEquals(groupsOf(await place.scan()), [["a.mov", "b.mov", "c.mov"]]);
});

trap("file replaced by a directory or deleted while it is looked at is left out", async (place) => {
  for (const name of ["a.jpg", "b.jpg", "c.jpg", "d.jpg"]) place.write(name, "one");
  let spoiled = false;
  const { report } = await scanFolder({
    root: place.root,
    cache: join(place.place, "cache"),
    exactOnly: true,
    onProgress: () => {
      if (spoiled) return;
      spoiled = true;
      Deno.removeSync(join(place.root, "a.jpg"));
      Deno.removeSync(join(place.root, "b.jpg"));
      Deno.mkdirSync(join(place.root, "b.jpg"));
    },
  });
  assert(spoiled);
  assertEquals(report.exact.map(({ files }) => files), [["c.jpg", "d.jpg"]]);
});

trap("Live Photo where only the still matches: the capture stays whole", async (place) => {
  place.write("live/IMG_1.HEIC", "still");
  place.write("live/IMG_1.MOV", "moving");
  place.write("saved/still.HEIC", "still");
  const { report } = await place.scan();
  assertEquals(report.plan?.items.map(({ file }) => file), ["saved/still.HEIC"] as unknown);
});

trap("RAW kept, JPEG in album: a copied JPEG goes and the capture stays whole", async (place) => {
  place.write("shoot/IMG_1.CR2", "raw bytes");
  place.write("shoot/IMG_1.JPG", "jpeg");
  place.write("album/IMG_1.JPG", "jpeg");
  const { report } = await place.scan();
  const [item, ...others] = report.plan?.items ?? [];
  assertEquals([item?.file, item?.keeper, others], ["album/IMG_1.JPG", "shoot/IMG_1.JPG", []]);
});
