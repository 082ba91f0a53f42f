import type { Plan } from "@scenekeep/engine/core";
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import {
  lstatSync,
  lutimesSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { permittedTest } from "@scenekeep/tools/permitted";
import { scanFolder } from "../scan/scan_folder.ts";
import { quickFolder } from "../testing/quick_folder.ts";
import { treeDifferences, type TreeFacts, treeFacts } from "../testing/tree_facts.ts";
import { applyPlan } from "./apply_plan.ts";
import { deleteTrash, listTrash, restoreTrash } from "./folder_trash.ts";
import { proposeRepair, repairLinks, type RepairResult } from "./repair_links.ts";
import { undoPlan } from "./undo_plan.ts";

const NEEDS = { read: true, write: true, env: true, ffi: true, sys: true } as const;

interface Place {
  readonly root: string;
  readonly cache: string;
  readonly plan: Plan;
  readonly at: (path: string) => string;
  readonly lost: () => Promise<string[]>;
  readonly repair: () => Promise<RepairResult>;
}

/** `a/one.jpg`, cleaned of its copies: `b/two.jpg` and `c/d/three.jpg` are links to it. */
async function inFolder(use: (place: Place) => Promise<void>): Promise<void> {
  const beside = await quickFolder("scenekeep-repair-");
  const [root, cache] = [join(beside, "photos"), join(beside, "cache")];
  const at = (path: string): string => join(root, path);
  for (const path of ["a/one.jpg", "b/two.jpg", "c/d/three.jpg"]) {
    mkdirSync(join(at(path), ".."), { recursive: true });
    writeFileSync(at(path), "one picture");
  }
  try {
    const { report } = await scanFolder({ root, cache, exactOnly: true });
    assert(report.plan !== null);
    await applyPlan({ root, cache, plan: report.plan });
    assertEquals(readlinkSync(at("b/two.jpg")), "../a/one.jpg");
    const lost = async (): Promise<string[]> => {
      const facts = (): TreeFacts => new Map([...treeFacts(root), ...treeFacts(at(".scenekeep"))]);
      const before = facts();
      const links = (await scanFolder({ root, cache, exactOnly: true })).report.lostLinks;
      assertEquals(links, await proposeRepair({ root, cache }));
      const quick = await scanFolder({ root, cache, exactOnly: true, plans: false });
      assertEquals(links, quick.report.lostLinks);
      assertEquals(treeDifferences(before, facts()), []);
      return links.map(({ file, mend, target }) =>
        `${file} -> ${target}: ` + (mend.kind === "nothing" ? mend.reason : JSON.stringify(mend))
      );
    };
    const repair = (): Promise<RepairResult> => repairLinks({ root, cache });
    await use({ root, cache, plan: report.plan, at, lost, repair });
  } finally {
    await Deno.remove(beside, { recursive: true });
  }
}

permittedTest({
  name: "a file that was moved by hand is found, its links lead to it, and undo gives all back",
  needs: NEEDS,
  fn: () =>
    inFolder(async ({ root, plan, at, lost, repair }) => {
      mkdirSync(at("moved"));
      renameSync(at("a/one.jpg"), at("moved/here.jpg"));
      const before = lstatSync(at("b/two.jpg"), { bigint: true }).mtimeNs;
      const mend = '{"kind":"copy","file":"moved/here.jpg"}';
      assertEquals(await lost(), [
        `b/two.jpg -> ../a/one.jpg: ${mend}`,
        `c/d/three.jpg -> ../../a/one.jpg: ${mend}`,
      ]);
      const { mended, stays } = await repair();
      assertEquals([mended.length, stays], [2, []]);
      assertEquals(readlinkSync(at("b/two.jpg")), "../moved/here.jpg");
      assertEquals(readlinkSync(at("c/d/three.jpg")), "../../moved/here.jpg");
      assertEquals(lstatSync(at("b/two.jpg"), { bigint: true }).mtimeNs, before);
      assertEquals([await lost(), (await repair()).mended], [[], []]);
      // It is the same file for the library: an undo misses nothing.
      assertEquals(await undoPlan({ root, plan }), { undone: 2, stays: [] });
      for (const path of ["b/two.jpg", "c/d/three.jpg", "moved/here.jpg"]) {
        assert(lstatSync(at(path)).isFile(), path);
      }
      assertEquals(await listTrash({ root }), []);
    }),
});

permittedTest({
  name: "a file that was moved stays what copies in the trash are held against",
  needs: NEEDS,
  fn: () =>
    inFolder(async ({ root, at, repair }) => {
      renameSync(at("a"), at("renamed"));
      await repair();
      const { done, stays } = await deleteTrash({ root }, { upTo: 99 });
      assertEquals([done.length, stays], [2, []]);
    }),
});

permittedTest({
  name: "a file that was deleted by hand comes back from the trash, and the other links lead there",
  needs: NEEDS,
  fn: () =>
    inFolder(async ({ root, plan, at, lost, repair }) => {
      rmSync(at("a/one.jpg"));
      const number = await numberOf(root, "b/two.jpg");
      const mend = `{"kind":"trash","number":${number},"file":"b/two.jpg"}`;
      assertEquals(await lost(), [
        `b/two.jpg -> ../a/one.jpg: ${mend}`,
        `c/d/three.jpg -> ../../a/one.jpg: ${mend}`,
      ]);
      const { mended, stays } = await repair();
      assertEquals([mended.length, stays], [2, []]);
      assert(lstatSync(at("b/two.jpg")).isFile());
      assertEquals(readlinkSync(at("c/d/three.jpg")), "../../b/two.jpg");
      assertEquals(readFileSync(at("c/d/three.jpg"), "utf8"), "one picture");
      assertEquals((await listTrash({ root })).map(({ file }) => file), ["c/d/three.jpg"]);
      const undone = await undoPlan({ root, plan });
      assert(undone.stays.some((line) => line.includes("restored or purged since")));
      assert(lstatSync(at("c/d/three.jpg")).isFile());
      assertEquals(await lost(), []);
    }),
});

permittedTest({
  name: "a link is mended also when another command has heard of the loss before",
  needs: NEEDS,
  fn: () =>
    inFolder(async ({ root, plan, at, lost, repair }) => {
      writeFileSync(at("a/gone.jpg"), "another");
      renameSync(at("a/one.jpg"), at("b/moved.jpg"));
      // Whoever asks for one thing back tells the library what has become of the rest.
      await restoreTrash({ root }, [await numberOf(root, "c/d/three.jpg")]);
      assertEquals(await lost(), [
        'b/two.jpg -> ../a/one.jpg: {"kind":"copy","file":"b/moved.jpg"}',
      ]);
      assertEquals((await repair()).mended.length, 1);
      assertEquals(readlinkSync(at("b/two.jpg")), "moved.jpg");
      // The link is no entry, as its directory has the file itself: an undo leaves it, and says so.
      const [stays] = (await undoPlan({ root, plan })).stays;
      assert(stays?.includes("something else has its name by now"), stays);
      rmSync(at("b/two.jpg"));
      await undoPlan({ root, plan });
      assert(lstatSync(at("b/two.jpg")).isFile());
    }),
});

permittedTest({
  name: "a link that was moved with its directory is known by what it says",
  needs: NEEDS,
  fn: () =>
    inFolder(async ({ at, lost, repair }) => {
      mkdirSync(at("deeper"));
      renameSync(at("b"), at("deeper/b"));
      assertEquals(await lost(), [
        'deeper/b/two.jpg -> ../a/one.jpg: {"kind":"copy","file":"a/one.jpg"}',
      ]);
      await repair();
      assertEquals(readlinkSync(at("deeper/b/two.jpg")), "../../a/one.jpg");
    }),
});

permittedTest({
  name: "links of others, other bytes and hidden copies mend nothing, and are named",
  needs: NEEDS,
  fn: () =>
    inFolder(async ({ root, at, lost, repair }) => {
      await deleteTrash({ root }, { upTo: 99 });
      mkdirSync(at(".hidden"));
      renameSync(at("a/one.jpg"), at(".hidden/one.jpg"));
      writeFileSync(at("a/same size.jpg"), "two picture");
      symlinkSync("nothing.jpg", at("a/own.jpg"));
      symlinkSync("/nothing/at/all.jpg", at("a/far.jpg"));
      symlinkSync("round.jpg", at("a/round.jpg"));
      symlinkSync("../b/two.jpg", at("a/next.jpg"));
      symlinkSync("/", at("a/root"));
      lutimesSync(at("b/two.jpg"), 1, 1);
      const before = treeFacts(root);
      const unknown = "the library does not know what it held";
      const nowhere = "what it held is neither in the folder nor in its trash";
      assertEquals(await lost(), [
        `a/far.jpg -> /nothing/at/all.jpg: ${unknown}`,
        'a/next.jpg -> ../b/two.jpg: {"kind":"link","file":"b/two.jpg"}',
        `a/own.jpg -> nothing.jpg: ${unknown}`,
        `a/round.jpg -> round.jpg: ${unknown}`,
        `b/two.jpg -> ../a/one.jpg: ${nowhere}`,
        `c/d/three.jpg -> ../../a/one.jpg: ${nowhere}`,
      ]);
      const { mended, stays } = await repair();
      assertEquals([mended, stays.length], [[], 6]);
      assertEquals(treeDifferences(before, treeFacts(root)), []);
      // What leads to a link is mended with that one.
      renameSync(at(".hidden/one.jpg"), at("a/again.jpg"));
      assertEquals((await repair()).mended.map(({ file }) => file), [
        "a/next.jpg",
        "b/two.jpg",
        "c/d/three.jpg",
      ]);
      assertEquals(lstatSync(at("b/two.jpg")).mtimeMs, 1000);
    }),
});

permittedTest({
  name: "a folder that was never cleaned up stays without a library, and its links are named",
  needs: NEEDS,
  fn: async () => {
    const root = await quickFolder("scenekeep-repair-");
    try {
      symlinkSync("gone.jpg", join(root, "own.jpg"));
      writeFileSync(join(root, "a.jpg"), "a");
      const { mended, stays } = await repairLinks({ root, cache: join(root, ".cache") });
      assertEquals([mended, stays.length], [[], 1]);
      assertEquals(await isThere(join(root, ".scenekeep")), false);
    } finally {
      await Deno.remove(root, { recursive: true });
    }
  },
});

permittedTest({
  name: "where the journal cannot be read nothing mends a link, and a scan says why",
  needs: NEEDS,
  fn: () =>
    inFolder(async ({ root, at, cache, lost }) => {
      rmSync(at("b/two.jpg"));
      renameSync(at("a/one.jpg"), at("a/moved.jpg"));
      writeFileSync(at(".scenekeep/library.sqlite"), "no journal");
      const reason = "the library does not know what it held";
      assertEquals(await lost(), [`c/d/three.jpg -> ../../a/one.jpg: ${reason}`]);
      const notes: string[] = [];
      await scanFolder({ root, cache, exactOnly: true, onNote: (line) => notes.push(line) });
      assert(notes[0]?.startsWith("What links held is not known: "), notes.join());
    }),
});

async function numberOf(root: string, path: string): Promise<number> {
  return (await listTrash({ root })).find(({ file }) => file === path)?.number ?? 0;
}

async function isThere(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(() => true, () => false);
}
