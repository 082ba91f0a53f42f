import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { permittedTest } from "@scenekeep/tools/permitted";
import { makeOddTree } from "../testing/odd_tree.ts";
import { scanFolder } from "./scan_folder.ts";

/** Trees that are compared, each of a seed of its own. */
const TREES = 12;

/** Groups of files of equal bytes: each the sorted inodes of its files, all sorted. */
type Partition = readonly string[];

function missing(program: string): string | null {
  const path = ["/usr/bin", "/usr/local/bin"].map((folder) => `${folder}/${program}`);
  const isThere = (name: string): boolean => {
    try {
      return Deno.statSync(name).isFile;
    } catch {
      return false;
    }
  };
  return path.some(isThere) ? null : `${program} is not installed: apt-get install ${program}`;
}

/** Hard links count once, and empty files not at all: the programs disagree on both. */
function partition(groups: readonly (readonly string[])[]): Partition {
  return groups.flatMap((paths) => {
    const inodes = new Set<number>();
    for (const path of paths) {
      const { size, ino } = Deno.lstatSync(path);
      if (size > 0 && ino !== null) inodes.add(ino);
    }
    return inodes.size < 2 ? [] : [[...inodes].sort((left, right) => left - right).join(" ")];
  }).sort();
}

async function output(command: string, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(command, { args: [...args] }).output();
  assert(code === 0, `${command}: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}

/** jdupes compares byte by byte. It ends each name with a zero, and each group with one more. */
async function byJdupes(root: string): Promise<Partition> {
  const text = await output("jdupes", ["-r", "-q", "-0", root]);
  return partition(
    text.split("\0\0").map((group) => group.split("\0").filter((path) => path !== "")),
  );
}

/**
 * rdfind compares checksums: SHA-1 unless it is told otherwise, by which two files of the tree that
 * differ are one. Its lines name the inode, so that odd names do not matter.
 */
async function byRdfind(
  root: string,
  place: string,
  checksum: "sha1" | "sha256" = "sha256",
): Promise<Partition> {
  const results = join(place, "rdfind.txt");
  const options = ["-dryrun", "true", "-checksum", checksum, "-outputname", results];
  await output("rdfind", [...options, root]);
  const groups = new Map<string, Set<string>>();
  for (const line of (await Deno.readTextFile(results)).split("\n")) {
    const found = /^DUPTYPE_\w+ (-?\d+) \d+ \d+ \d+ (\d+) \d+ /.exec(line);
    const id = found?.[1]?.replace("-", "");
    const inode = found?.[2];
    if (id === undefined || inode === undefined) continue;
    const known = groups.get(id);
    if (known === undefined) groups.set(id, new Set([inode]));
    else known.add(inode);
  }
  return [...groups.values()].filter((inodes) => inodes.size > 1)
    .map((inodes) => [...inodes].map(Number).sort((left, right) => left - right).join(" "))
    .sort();
}

async function byScan(root: string, cache: string, verifies: boolean): Promise<Partition> {
  const { report } = await scanFolder({ root, cache, exactOnly: true, verifies });
  return partition(report.exact.map(({ files }) => files.map((file) => join(root, file))));
}

async function onTree(
  seed: number,
  use: (tree: { place: string; root: string; cache: string }) => Promise<void>,
): Promise<void> {
  const place = await Deno.makeTempDir({ prefix: "scenekeep-agree-" });
  try {
    const root = join(place, "tree");
    makeOddTree(root, join(place, "outside"), seed);
    await use({ place, root, cache: join(place, "cache") });
  } finally {
    await Deno.remove(place, { recursive: true });
  }
}

permittedTest({
  name: "two files of one SHA-1 are one for who goes by that, as rdfind does, and two for a scan",
  needs: { read: true, write: true, run: ["rdfind"] },
  skip: missing("rdfind"),
  fn: () =>
    onTree(0, async ({ place, root, cache }) => {
      const filesOf = (found: Partition): number => found.join(" ").split(" ").length;
      const bySha1 = await byRdfind(root, place, "sha1");
      assertEquals(filesOf(bySha1) - filesOf(await byScan(root, cache, false)), 1);
    }),
});

for (const program of ["jdupes", "rdfind"] as const) {
  permittedTest({
    name: `scanFolder() finds the very groups that ${program} finds, on ${TREES} odd trees`,
    needs: { read: true, write: true, run: [program] },
    skip: missing(program),
    timeoutMs: 240_000,
    fn: async () => {
      for (let seed = 0; seed < TREES; seed += 1) {
        // deno-lint-ignore no-await-in-loop -- one tree after the other
        await onTree(seed, async ({ place, root, cache }) => {
          const theirs = await (program === "jdupes" ? byJdupes(root) : byRdfind(root, place));
          assert(theirs.length > 3, `tree ${seed} has groups`);
          assertEquals(await byScan(root, cache, false), theirs, `tree ${seed}`);
          assertEquals(await byScan(root, cache, true), theirs, `tree ${seed}, verified`);
        });
      }
    },
  });
}
