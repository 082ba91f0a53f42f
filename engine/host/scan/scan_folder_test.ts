import { assert, assertEquals, assertRejects } from "@std/assert";
import { dirname, join } from "@std/path";
import { permittedTest } from "@scenekeep/tools/permitted";
import { sceneryOf } from "../testing/picture.ts";
import { ScanError } from "./scan_error.ts";
import { scanFolder, type ScanOptions, type ScanResult } from "./scan_folder.ts";

const FILES = { read: true, write: true } as const;
const MODEL = { read: true, write: true, run: true, env: true } as const;

/** A folder of these files, scanned with a cache of its own; both are gone afterwards. */
async function inFolder(
  files: Readonly<Record<string, string | Uint8Array>>,
  use: (place: {
    readonly root: string;
    readonly scan: (options?: Partial<ScanOptions>) => Promise<ScanResult>;
  }) => Promise<void>,
): Promise<void> {
  const place = await Deno.makeTempDir({ prefix: "scenekeep-scan-" });
  const root = join(place, "photos");
  try {
    for (const [path, bytes] of Object.entries(files)) write(join(root, path), bytes);
    const scan = (options: Partial<ScanOptions> = {}): Promise<ScanResult> =>
      scanFolder({ root, cache: join(place, "cache"), exactOnly: true, ...options });
    await use({ root, scan });
  } finally {
    await Deno.remove(place, { recursive: true });
  }
}

/** Whether file permissions do not bind this process. */
function mayReadAll(): boolean {
  if (Deno.build.os === "windows") return true;
  const { state } = Deno.permissions.querySync({ name: "sys", kind: "uid" });
  return state === "granted" && Deno.uid() === 0;
}

function write(path: string, bytes: string | Uint8Array): void {
  Deno.mkdirSync(dirname(path), { recursive: true });
  if (typeof bytes === "string") Deno.writeTextFileSync(path, bytes);
  else Deno.writeFileSync(path, bytes);
}

/** All names below a folder with their bytes, times and targets. */
function inventory(root: string): string[] {
  const lines: string[] = [];
  for (const { name, isDirectory } of Deno.readDirSync(root)) {
    const path = join(root, name);
    const { size, mtime, ino } = Deno.lstatSync(path);
    lines.push(`${path} ${size} ${mtime?.getTime()} ${ino}`);
    if (isDirectory) lines.push(...inventory(path));
  }
  return lines.sort();
}

permittedTest({
  name: "scanFolder() finds exact copies in all folders, and proposes what a checked plan does",
  needs: FILES,
  fn: () =>
    inFolder({
      "a.jpg": "one",
      "2024/b.jpg": "one",
      "2024/c.jpg": "two",
      "2023/deep/d.jpg": "two",
      "2023/e.jpg": "three",
    }, async ({ scan }) => {
      const { report, numbers } = await scan();
      assertEquals(
        report.exact.map(({ keeper, files, sizeBytes, why }) => ({
          keeper,
          files,
          sizeBytes,
          why,
        })),
        [
          {
            keeper: "2023/deep/d.jpg",
            files: ["2023/deep/d.jpg", "2024/c.jpg"],
            sizeBytes: 3,
            why: "first by path",
          },
          {
            keeper: "2024/b.jpg",
            files: ["2024/b.jpg", "a.jpg"],
            sizeBytes: 3,
            why: "first by path",
          },
        ],
      );
      assertEquals(report.similar, []);
      assertEquals(report.unreadable, []);
      const { plan } = report;
      assert(plan !== null);
      assertEquals(plan.items.map(({ file }) => file as string).sort(), ["2024/c.jpg", "a.jpg"]);
      assertEquals(plan.certificate.bytesToTrash, 6);
      // Every folder keeps the content: the copy that stays appears where the other one was.
      assertEquals(
        plan.items.flatMap(({ albums }) => albums.map(({ album, mayAdd }) => [album, mayAdd])),
        [["2024", true], [".", true]].map(([album, mayAdd]) => [album as string, mayAdd]),
      );
      assertEquals([numbers.files, numbers.bytesToWin, numbers.filesToRemove], [5, 6, 2]);
    }),
});

permittedTest({
  name: "scanFolder() writes nothing into the folder and gives the same report again",
  needs: FILES,
  fn: () =>
    inFolder({ "a": "one", "b/c": "one", ".hidden/d": "one", "e": "" }, async ({ root, scan }) => {
      const before = inventory(root);
      const first = await scan();
      const second = await scan();
      assertEquals(JSON.stringify(second.report), JSON.stringify(first.report));
      assertEquals(inventory(root), before);
    }),
});

permittedTest({
  name: "scanFolder() keeps hidden and visible copies apart",
  needs: FILES,
  fn: () =>
    inFolder(
      { "a": "one", ".secret/b": "one", ".secret/more/c": "one", "d": "two" },
      async ({ scan }) => {
        const { report } = await scan();
        assertEquals(report.exact.map(({ files }) => files), [[".secret/b", ".secret/more/c"]]);
      },
    ),
});

permittedTest({
  name: "scanFolder() reports what it cannot read, one by one, and goes on",
  needs: FILES,
  fn: () =>
    inFolder({ "a": "one", "b": "one", "empty.jpg": "" }, async ({ root, scan }) => {
      await Deno.symlink("nowhere", join(root, "dangling"));
      await Deno.symlink("..", join(root, "up"));
      const { report } = await scan();
      assertEquals(report.unreadable, [
        { file: "empty.jpg", reason: "empty file" },
        { file: "up", reason: 'link to "..", not a file here' },
      ]);
      const reason = "nothing was ever cleaned up here, so nobody knows what it held";
      assertEquals(report.lostLinks, [
        { file: "dangling", target: "nowhere", mend: { kind: "nothing", reason } },
      ]);
      assertEquals(report.exact.length, 1);
    }),
});

permittedTest({
  name: "scanFolder() reports a file that may not be read",
  needs: { ...FILES, sys: ["uid"] },
  skip: mayReadAll() ? "the super-user reads everything" : null,
  fn: () =>
    inFolder({ "a": "one", "b": "one", "closed": "one" }, async ({ root, scan }) => {
      await Deno.chmod(join(root, "closed"), 0);
      const { report } = await scan();
      assertEquals(report.unreadable, [{ file: "closed", reason: "no permission to read it" }]);
      assertEquals(report.exact.map(({ files }) => files), [["a", "b"]]);
    }),
});

permittedTest({
  name: "scanFolder() leaves out files that change or vanish while it looks",
  needs: FILES,
  fn: () =>
    inFolder({ "a": "one", "b": "one", "gone": "one", "late": "one" }, async ({ root, scan }) => {
      let isDone = false;
      const notes: string[] = [];
      const { report } = await scan({
        onNote: (line) => notes.push(line),
        onProgress: ({ filesLeft }) => {
          if (isDone || filesLeft > 0) return;
          isDone = true;
          Deno.removeSync(join(root, "gone"));
          write(join(root, "other"), "another one");
          Deno.renameSync(join(root, "other"), join(root, "late"));
        },
      });
      assertEquals(report.exact.map(({ files }) => files), [["a", "b"]]);
      assertEquals(report.unreadable, [
        { file: "gone", reason: "vanished during the scan" },
        { file: "late", reason: "changed during the scan" },
      ]);
      assertEquals(report.plan?.items.map(({ file }) => file as string), ["b"]);
      assertEquals(notes.length, 1);
    }),
});

permittedTest({
  name: "scanFolder() says why there is no report",
  needs: FILES,
  fn: () =>
    inFolder({ "file": "one" }, async ({ root, scan }) => {
      const code = async (options: Partial<ScanOptions>): Promise<string> =>
        (await assertRejects(() => scan(options), ScanError)).code;
      assertEquals(await code({ root: join(root, "none") }), "FOLDER_MISSING");
      assertEquals(await code({ root: join(root, "file") }), "FOLDER_UNREADABLE");
      assertEquals(await code({ cache: join(root, "file", "below") }), "CACHE_UNUSABLE");
      assertEquals(await code({ signal: AbortSignal.abort() }), "STOPPED");
    }),
});

permittedTest({
  name: "scanFolder() leaves its own cache out when that is in the folder",
  needs: FILES,
  fn: () =>
    inFolder({ "a": "one", "keep/b": "one", "keep/cached": "two" }, async ({ root, scan }) => {
      const cache = join(root, "keep", "cache");
      const first = await scan({ cache });
      assertEquals((await scan({ cache })).report, first.report);
      assertEquals(first.numbers.files, 3);
      assertEquals(first.numbers.albums, 2);
    }),
});

permittedTest({
  name: "scanFolder() says which names it cannot speak",
  needs: { ...FILES, run: ["sh"] },
  skip: Deno.build.os === "linux" ? null : "needs a system where names are bytes",
  fn: () =>
    inFolder({ "a": "one" }, async ({ root, scan }) => {
      const script = `printf one > "$(printf 'caf\\351.jpg')"`;
      await new Deno.Command("sh", { args: ["-c", script], cwd: root }).output();
      const { report } = await scan();
      assertEquals(report.unreadable, [
        { file: "caf\ufffd.jpg", reason: "its name is not text in UTF-8: rename it" },
      ]);
    }),
});

permittedTest({
  name: "scanFolder() stops when it is told to",
  needs: FILES,
  fn: () => {
    const files = Array.from({ length: 400 }, (_, at) => [`${at}.jpg`, `file ${at}`] as const);
    return inFolder(Object.fromEntries(files), async ({ scan }) => {
      const controller = new AbortController();
      const { signal } = controller;
      const stopped = scan({ signal, onProgress: () => controller.abort() });
      assertEquals((await assertRejects(() => stopped, ScanError)).code, "STOPPED");
    });
  },
});

permittedTest({
  name: "scanFolder() groups pictures that show the same, and no others",
  needs: MODEL,
  timeoutMs: 120_000,
  fn: () =>
    inFolder({
      "one.png": sceneryOf({ seed: 0, sidePixels: 200 }),
      "album/one large.png": sceneryOf({ seed: 0, sidePixels: 260, shade: 3 }),
      "album/one copy.png": sceneryOf({ seed: 0, sidePixels: 200 }),
      "two.png": sceneryOf({ seed: 1, sidePixels: 200 }),
      "two darker.png": sceneryOf({ seed: 1, sidePixels: 200, shade: -3 }),
      "three.png": sceneryOf({ seed: 4, sidePixels: 200 }),
      "broken.png": sceneryOf({ seed: 5, sidePixels: 200 }).slice(0, 300),
      "text.jpg": "no picture at all",
    }, async ({ scan }) => {
      const options = { exactOnly: false, tier: "close" } as const;
      const first = await scan(options);
      const { report } = first;
      assertEquals(report.exact.map(({ files }) => files), [["album/one copy.png", "one.png"]]);
      assertEquals(
        report.similar.map(({ files, keeper, why }) => ({ files, keeper, why })),
        [
          {
            files: ["album/one copy.png", "album/one large.png", "one.png"],
            keeper: "album/one large.png",
            why: "more pixels 260x260 over 200x200",
          },
          {
            files: ["two darker.png", "two.png"],
            keeper: report.similar[1]?.keeper ?? "",
            why: report.similar[1]?.why ?? "",
          },
        ],
      );
      assertEquals(report.unreadable, [
        { file: "broken.png", reason: "damaged: the picture cannot be decoded" },
        { file: "text.jpg", reason: "Cannot embed the file as it is no picture: text" },
      ]);
      assertEquals(report.plan?.items.length, 3);
      assert(report.similar.every(({ tier, diameter }) => tier === "close" && diameter > 0));
      const second = await scan(options);
      assertEquals(JSON.stringify(second.report), JSON.stringify(report));
    }),
});

permittedTest({
  name: "scanFolder() keeps the picture with fewer traces of compression, and says so",
  needs: MODEL,
  timeoutMs: 120_000,
  fn: () =>
    inFolder({
      "a saved again.png": sceneryOf({ seed: 0, sidePixels: 300, blocks: 3 }),
      "b.png": sceneryOf({ seed: 0, sidePixels: 300 }),
      "c.png": sceneryOf({ seed: 3, sidePixels: 240 }),
    }, async ({ scan }) => {
      const reports: string[] = [];
      for (const processes of [2, 1]) {
        // deno-lint-ignore no-await-in-loop -- the second finds what the first has measured
        const { report } = await scan({ exactOnly: false, processes });
        const [group] = report.similar;
        assertEquals(group?.keeper, "b.png");
        assertEquals(group?.files, ["a saved again.png", "b.png"]);
        assert(/^fewer traces of compression: 0 over [1-9]$/.test(group?.why ?? ""), group?.why);
        reports.push(JSON.stringify(report));
      }
      assertEquals(reports[0], reports[1]);
    }),
});
