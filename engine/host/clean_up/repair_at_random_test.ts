import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import {
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { permittedTest } from "@scenekeep/tools/permitted";
import { isHiddenPath } from "../folder/folder_entry.ts";
import { scanFolder } from "../scan/scan_folder.ts";
import { problemsAtRest } from "../testing/clean_up_tree.ts";
import { quickFolder } from "../testing/quick_folder.ts";
import { randomNumbers } from "../testing/random_numbers.ts";
import { treeFacts } from "../testing/tree_facts.ts";
import { applyPlan } from "./apply_plan.ts";
import { repairLinks } from "./repair_links.ts";
import { undoPlan } from "./undo_plan.ts";

const NEEDS = { read: true, write: true, env: true, ffi: true, sys: true } as const;

/** Folders, each of a seed of its own. */
const SEEDS = 16;

const ALBUMS = [".", "a", "a/b", "c c", ".hidden", ".hidden/d"] as const;

type Draw = (below: number) => number;

permittedTest({
  name: `whatever a user does to a folder, a repair leads no link astray, on ${SEEDS} folders`,
  needs: NEEDS,
  timeoutMs: 240_000,
  fn: async () => {
    let mended = 0;
    let restored = 0;
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      // deno-lint-ignore no-await-in-loop -- one folder after the other
      const result = await tryFolder(seed);
      mended += result.mended.length;
      restored += result.mended.filter(({ mend }) => mend.kind === "trash").length;
    }
    // Each kind must have been met, or the test has shown nothing.
    assert(mended - restored > SEEDS && restored > 2, `${mended} mended, ${restored} by the trash`);
  },
});

async function tryFolder(seed: number): ReturnType<typeof repairLinks> {
  const numbers = randomNumbers(seed);
  const draw: Draw = (below) => numbers() % below;
  const beside = await quickFolder("scenekeep-repair-random-");
  try {
    const [root, cache] = [join(beside, "photos"), join(beside, "cache")];
    const contents = writeCopies(root, draw);
    const { report } = await scanFolder({ root, cache, exactOnly: true });
    assert(report.plan !== null);
    await applyPlan({ root, cache, plan: report.plan });
    const held = linksOf(root);
    const deleted = disturb(root, draw);
    const before = lookAt(root);
    const result = await repairLinks({ root, cache });
    const where = `seed ${seed}`;
    checkRepair(root, { before, held, where });
    assertEquals(await problemsAtRest({ root, shown: [] }), [], where);
    const again = await repairLinks({ root, cache });
    assertEquals([again.mended, again.stays], [[], result.stays], where);
    await undoPlan({ root, plan: report.plan });
    assertEquals(await problemsAtRest({ root, shown: [] }), [], `${where}, undone`);
    const there = new Set([...lookAt(root).values()].flatMap(({ text }) => text ?? []));
    for (const content of contents) {
      assert(there.has(content) || deleted.has(content), `${where}: ${content} is lost`);
    }
    return result;
  } finally {
    await Deno.remove(beside, { recursive: true });
  }
}

/** Contents of one size, so that only hashes tell them apart, each in several directories. */
function writeCopies(root: string, draw: Draw): Set<string> {
  const contents = new Set<string>();
  for (let number = 0; number < 8; number += 1) {
    const content = `picture ${number}`;
    contents.add(content);
    for (let copy = draw(3) + 1; copy >= 0; copy -= 1) {
      const album = ALBUMS[draw(ALBUMS.length)] ?? ".";
      mkdirSync(join(root, album), { recursive: true });
      writeFileSync(join(root, album, `${number}-${copy}.jpg`), content);
    }
  }
  writeFileSync(join(root, "twin-1.jpg"), "twin");
  mkdirSync(join(root, "e"), { recursive: true });
  writeFileSync(join(root, "e/twin-2.jpg"), "twin");
  return contents;
}

interface Look {
  readonly kind: "file" | "link";
  /** What the name leads to; null for nothing. */
  readonly text: string | null;
  readonly target: string | null;
}

function lookAt(root: string): Map<string, Look> {
  const looks = new Map<string, Look>();
  for (const path of treeFacts(root).keys()) {
    const full = join(root, path);
    const facts = lstatSync(full);
    if (facts.isDirectory()) continue;
    const isLink = facts.isSymbolicLink();
    looks.set(path, {
      kind: isLink ? "link" : "file",
      text: existsSync(full) ? readFileSync(full, "utf8") : null,
      target: isLink ? readlinkSync(full) : null,
    });
  }
  return looks;
}

/** What each link leads to, by what it says and the last part of its name. */
function linksOf(root: string): Map<string, string | null> {
  const held = new Map<string, string | null>();
  for (const [path, { kind, target, text }] of lookAt(root)) {
    if (kind === "link") held.set(keyOf(path, target), text);
  }
  return held;
}

function keyOf(path: string, target: string | null): string {
  return `${path.slice(path.lastIndexOf("/") + 1)} ${target}`;
}

/** Moves, deletes, changes and copies things as somebody with a file manager may. */
function disturb(root: string, draw: Draw): Set<string> {
  const deleted = new Set<string>();
  for (let step = 0; step < 6; step += 1) {
    const looks = [...lookAt(root)];
    const files = looks.filter(([, { kind }]) => kind === "file");
    const [path, look] = files[draw(files.length)] ?? ["", null];
    const full = join(root, path);
    const to = join(root, ALBUMS[draw(ALBUMS.length)] ?? ".", `moved-${step}.jpg`);
    mkdirSync(join(to, ".."), { recursive: true });
    switch (draw(6)) {
      case 0:
      case 1:
        renameSync(full, to);
        break;
      case 2:
        rmSync(full);
        deleted.add(look?.text ?? "");
        break;
      case 3:
        copyFileSync(full, to);
        break;
      case 4:
        deleted.add(look?.text ?? "");
        writeFileSync(full, `edited ${step}!`);
        break;
      default: {
        const album = join(root, ALBUMS[1 + draw(ALBUMS.length - 1)] ?? "a");
        mkdirSync(join(root, "z"), { recursive: true });
        if (existsSync(album)) renameSync(album, join(root, "z", `album-${step}`));
      }
    }
  }
  return deleted;
}

function checkRepair(
  root: string,
  made: {
    readonly before: ReadonlyMap<string, Look>;
    readonly held: ReadonlyMap<string, string | null>;
    readonly where: string;
  },
): void {
  const after = lookAt(root);
  for (const [path, was] of made.before) {
    const now = after.get(path);
    const where = `${made.where}: ${path} -> ${was.target}`;
    // What led somewhere, or was bytes, is as it was.
    if (was.text !== null) assertEquals(now, was, where);
    else if (now?.text !== null) {
      assertEquals(now?.text, made.held.get(keyOf(path, was.target)), where);
      const leadsTo = realpathSync(join(root, path)).slice(realpathSync(root).length + 1);
      assertEquals(isHiddenPath(leadsTo), isHiddenPath(path), where);
    }
  }
}
