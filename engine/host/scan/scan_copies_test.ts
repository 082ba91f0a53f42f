import { assert, assertEquals, assertRejects } from "@std/assert";
import { createHash } from "node:crypto";
import { join } from "@std/path";
import { permittedTest } from "@scenekeep/tools/permitted";
import { makeOddTree } from "../testing/odd_tree.ts";
import { ScanError } from "./scan_error.ts";
import { scanFolder, type ScanResult } from "./scan_folder.ts";

const NEEDS = { read: true, write: true } as const;

interface Place {
  readonly root: string;
  readonly scan: (options?: { plans?: boolean; signal?: AbortSignal }) => Promise<ScanResult>;
}

async function inTree(seed: number, use: (place: Place) => Promise<void>): Promise<void> {
  const place = await Deno.makeTempDir({ prefix: "scenekeep-copies-" });
  try {
    const root = join(place, "tree");
    makeOddTree(root, join(place, "outside"), seed);
    const cache = join(place, "cache");
    await use({
      root,
      scan: (options) => scanFolder({ root, cache, exactOnly: true, plans: false, ...options }),
    });
  } finally {
    await Deno.remove(place, { recursive: true });
  }
}

/** The parts that are the same with and without a plan. */
function comparable({ report, numbers }: ScanResult): unknown {
  return {
    exact: report.exact.map(({ sizeBytes, keeper, why, files }) => ({
      sizeBytes,
      keeper,
      why,
      files,
    })),
    unreadable: report.unreadable,
    numbers: { ...numbers, elapsedMs: 0 },
  };
}

permittedTest({
  name: "scanFolder() without a plan finds the groups, keepers and numbers of the plan",
  needs: NEEDS,
  timeoutMs: 120_000,
  fn: async () => {
    for (let seed = 100; seed < 106; seed += 1) {
      // deno-lint-ignore no-await-in-loop -- one tree after the other
      await inTree(seed, async ({ root, scan }) => {
        writeShots(root);
        const quick = await scan();
        const planned = await scan({ plans: true });
        assert(planned.report.plan !== null);
        assertEquals(quick.report.plan, null);
        assertEquals(comparable(quick), comparable(planned), `tree ${seed}`);
      });
    }
  },
});

permittedTest({
  name: "scanFolder() without a plan sees every change of a folder that it remembers",
  needs: NEEDS,
  fn: () =>
    inTree(7, async ({ root, scan }) => {
      settle(root);
      const first = await scan();
      assertEquals(comparable(await scan()), comparable(first));
      const [group] = first.report.exact;
      assert(group !== undefined);
      const copy = group.files.find((file) => file !== group.keeper) ?? "";
      spoil(join(root, copy));
      const changed = await scan();
      const isThere = changed.report.exact.some(({ files }) => files.includes(copy));
      assertEquals(isThere, false);
      await Deno.writeTextFile(join(root, "new"), "one more");
      assertEquals((await scan()).numbers.files, first.numbers.files + 1);
    }),
});

permittedTest({
  name: "scanFolder() without a plan stops when it is told to",
  needs: NEEDS,
  fn: () =>
    inTree(8, async ({ scan }) => {
      const stopped = (): Promise<unknown> => scan({ signal: AbortSignal.abort() });
      assertEquals((await assertRejects(stopped, ScanError)).code, "STOPPED");
    }),
});

permittedTest({
  name: "scanFolder() without a plan gives a known folder its known report: else change RULES",
  needs: NEEDS,
  fn: () =>
    inTree(1, async ({ scan }) => {
      const text = JSON.stringify((await scan()).report.exact);
      const digest = createHash("sha256").update(text).digest("hex").slice(0, 16);
      assertEquals(digest, "ebca6d7213b4e6da");
    }),
});

/** Shots of two files, of which one, or both, have a copy. */
function writeShots(root: string): void {
  for (const folder of ["shots", "shots/copies"]) {
    Deno.mkdirSync(join(root, folder), { recursive: true });
    Deno.writeTextFileSync(join(root, folder, "IMG_1.CR2"), "raw of one");
    Deno.writeTextFileSync(join(root, folder, "IMG_1.JPG"), "picture of one");
    Deno.writeTextFileSync(join(root, folder, "IMG_2.JPG"), "picture of two");
  }
  Deno.writeTextFileSync(join(root, "shots", "IMG_2.CR2"), "raw of two, alone");
}

/** Other bytes of equal length, with the old time of modification: the time of change tells. */
function spoil(path: string): void {
  const { mtime, atime } = Deno.statSync(path);
  const bytes = Deno.readFileSync(path);
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 255;
  Deno.writeFileSync(path, bytes);
  Deno.utimeSync(path, atime ?? 0, mtime ?? 0);
}

/** Waits until what is written is older than the clocks of file systems are coarse. */
function settle(root: string): void {
  const changedMs = (): number => Deno.statSync(root).ctime?.getTime() ?? 0;
  const untilMs = changedMs() + 3_100;
  while (Date.now() < untilMs) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
}
