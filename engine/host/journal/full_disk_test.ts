import { permittedTest } from "@scenekeep/tools/permitted";
import { assert, assertEquals } from "@std/assert";
import type { FillerReport } from "../testing/disk_filler.ts";
import { type Program, startProgram } from "../testing/program.ts";
import { commandMissing, SMALL_DISK } from "../testing/small_disk.ts";

/** Runs its arguments so that a write past 1 MiB of any file is an error, and no signal. */
const SHORT_FILES = ["sh", "-c", `trap '' XFSZ; ulimit -S -f 2048; exec "$0" "$@"`] as const;

const NEEDS = { read: true, write: true, run: true } as const;

permittedTest({
  name: "SqliteStore refuses with diskFull on a full disk, keeps every turn, and goes on",
  needs: NEEDS,
  skip: commandMissing([...SMALL_DISK, "/tmp", "true"], "a small disk of its own"),
  fn: inFolder(async (folder) => {
    const [full, end] = await fillDisk({ folder, wrapper: [...SMALL_DISK, folder] });
    assertEquals(full?.reason, "diskFull");
    assertEquals(full?.newLibrary, "JOURNAL_FULL");
    checkEnd(full, end);
  }),
});

permittedTest({
  name: "SqliteStore refuses with ioError when a write fails, keeps every turn, and goes on",
  needs: NEEDS,
  skip: commandMissing([...SHORT_FILES, "prlimit", "--version"], "prlimit"),
  fn: inFolder(async (folder) => {
    const lift = async (program: Program) => {
      const args = ["--pid", String(program.pid), "--fsize=unlimited"];
      const { success } = await new Deno.Command("prlimit", { args }).output();
      assert(success);
    };
    const [full, end] = await fillDisk({ folder, wrapper: SHORT_FILES, lift });
    assertEquals(full?.reason, "ioError");
    checkEnd(full, end);
  }),
});

function checkEnd(full: FillerReport | undefined, end: FillerReport | undefined): void {
  assert(full !== undefined && end !== undefined);
  assert(full.committed > 10, `Only ${full.committed} turns before the disk was full`);
  assertEquals(end.committed, full.committed + 1);
  assertEquals(end.found, end.committed);
  assertEquals(end.integrity, "ok");
}

async function fillDisk(
  disk: {
    readonly folder: string;
    readonly wrapper: readonly string[];
    readonly lift?: (program: Program) => Promise<void>;
  },
): Promise<FillerReport[]> {
  const program = startProgram({
    file: "disk_filler.ts",
    args: [disk.folder],
    flags: ["--allow-read", `--allow-write=${disk.folder}`],
    wrapper: disk.wrapper,
  });
  const full = await program.nextLine();
  await disk.lift?.(program);
  program.say("There is room now");
  const end = await program.nextLine();
  program.say("Thank you");
  assertEquals(await program.ended(), 0);
  return [full, end].map((line) => JSON.parse(line ?? "null"));
}

function inFolder(body: (folder: string) => Promise<void>): () => Promise<void> {
  return async () => {
    const folder = await Deno.makeTempDir();
    try {
      await body(folder);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  };
}
