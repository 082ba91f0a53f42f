import { permittedTest } from "@scenekeep/tools/permitted";
import { identifier, type NameStep, type ObjectName } from "@scenekeep/engine/core";
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import {
  linkSync,
  lstatSync,
  mkdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { hashFileSync, readBuffer } from "../hashing/file_hash.ts";
import {
  cleanUp,
  CONTEXT,
  DONE,
  failed,
  folderTest,
  link,
  namesOf,
  textOf,
  wayBack,
} from "../testing/name_fixture.ts";
import type { FileHasher } from "./folder_objects.ts";
import { openSystemNames, type SystemNames } from "./system_names.ts";
import { treeDifferences, treeFacts } from "../testing/tree_facts.ts";

permittedTest(
  folderTest(
    "FolderChanges refuses what would lose content or is not as expected",
    async (place) => {
      const { root, hash } = place;
      const changes = place.changes();
      const base = { action: "replace", path: "y/b.jpg", target: "x/a.jpg", slot: "1" } as const;
      mkdirSync(join(root, "d"));
      symlinkSync("x", join(root, "way"));
      linkSync(join(root, "x/a.jpg"), join(root, "x/same.jpg"));
      const before = treeFacts(root);
      const wrong: readonly (readonly [Partial<NameStep>, string])[] = [
        [{ ...base, expectedHash: hash("y/c.jpg") }, "changed"],
        [{ ...base, path: "z/b.jpg", expectedHash: hash("y/c.jpg") }, "changed"],
        [{ ...base, sameAs: "y/c.jpg" }, "changed"],
        [{ ...base, sameAs: "nowhere" }, "missing"],
        [{ ...base, target: "nowhere" }, "missing"],
        [{ ...base, target: "y/b.jpg" }, "missing"],
        [{ ...base, target: "z/b.jpg" }, "missing"],
        [{ ...base, path: "x/same.jpg" }, "changed"],
        [{ ...base, path: "nowhere" }, "missing"],
        [{ ...base, path: "d" }, "changed"],
        [{ ...base, path: "way/a.jpg" }, "refused"],
        [{ ...base, path: "../outside" }, "refused"],
        [{ ...base, path: ".scenekeep/trash/9" }, "refused"],
        [{ ...base, slot: null }, "refused"],
        [{ action: "discard", path: "y/c.jpg", slot: "2", sameAs: "x/a.jpg" }, "changed"],
        [{ action: "add", path: "y/b.jpg", target: "x/a.jpg" }, "changed"],
        [{ action: "unlink", path: "y/b.jpg" }, "refused"],
        [{ action: "unlink", path: "z/b.jpg", target: "x/a.jpg" }, "changed"],
        [{ action: "restore", path: "y/new.jpg", slot: "7" }, "missing"],
      ];
      for (const [step, error] of wrong) {
        const told = place.reasons.length;
        // deno-lint-ignore no-await-in-loop -- one after the other is easier to read in a failure
        const outcome = await changes.link(link(step), CONTEXT);
        assertEquals(outcome, failed(error), JSON.stringify(step));
        assertEquals(place.reasons.length, told + 1, "it says why");
        assertEquals(treeDifferences(before, treeFacts(root)), [], JSON.stringify(step));
      }
      assertEquals(namesOf(join(root, ".scenekeep/trash")), []);
    },
  ),
);

permittedTest(folderTest(
  "FolderChanges compares bytes, or reads and hashes both sides anew, as it is told",
  async (place) => {
    const { root, hash } = place;
    const expectedHash = hash("y/b.jpg");
    const step = { action: "discard", path: "y/b.jpg", slot: "1", expectedHash } as const;
    const restore = link({ action: "restore", path: "y/b.jpg", slot: "1", expectedHash });
    const read: string[] = [];
    // By this hash all files are alike: only who compares bytes sees that two are not.
    const hasher: FileHasher = {
      hash: (full) => {
        read.push(full.slice(root.length + 1));
        return Promise.resolve({ kind: "hashed", contentHash: expectedHash, sizeBytes: 4 });
      },
    };
    const other = link({ ...step, sameAs: "y/c.jpg" });
    assertEquals(await place.changes({ hasher }).link(other, CONTEXT), failed("changed"));
    assertEquals(read.splice(0), ["y/b.jpg"]);
    const hashing = place.changes({ hasher, verify: "hash" });
    assertEquals(await hashing.link(other, CONTEXT), DONE);
    assertEquals(read, ["y/b.jpg", "y/c.jpg"]);
    const real = place.changes({ verify: "hash" });
    assertEquals(await real.link(restore, CONTEXT), DONE);
    // What stays has other bytes than those that were looked at, or cannot be read.
    assertEquals(await real.link(other, CONTEXT), failed("changed"));
    assertEquals(place.reasons.at(-1), 'y/b.jpg: its bytes are not those of "y/c.jpg"');
    const copy = link({ ...step, sameAs: "x/a.jpg" });
    const blind: FileHasher = {
      hash: (full) =>
        Promise.resolve(
          full.endsWith("a.jpg")
            ? { kind: "failed", error: "ioError" }
            : { kind: "hashed", contentHash: expectedHash, sizeBytes: 4 },
        ),
    };
    const blinded = place.changes({ hasher: blind, verify: "hash" });
    assertEquals(await blinded.link(copy, CONTEXT), failed("corrupt"));
    const reason = "which stays, cannot be compared: the disk could not read it";
    assertEquals(place.reasons.at(-1), `y/b.jpg: "x/a.jpg", ${reason}`);
    assertEquals(await real.link(copy, CONTEXT), DONE);
  },
));

permittedTest(folderTest(
  "FolderChanges takes the steps back that it made when a later one fails",
  async (place) => {
    const { root } = place;
    const changes = place.changes();
    const before = treeFacts(root);
    const bad = { action: "discard", path: "nowhere", slot: "9" } as const;
    const request = link(...cleanUp(place).steps, bad);
    assertEquals(await changes.link(request, CONTEXT), failed("missing"));
    assertEquals(treeDifferences(before, treeFacts(root)), []);
    await changes.link(cleanUp(place), CONTEXT);
    const cleaned = treeFacts(root);
    const back = link(...wayBack(place).steps, { ...bad, action: "restore" });
    assertEquals(await changes.link(back, CONTEXT), failed("missing"));
    assertEquals([...treeFacts(root).keys()], [...cleaned.keys()]);
    assertEquals(readlinkSync(join(root, "y/b.jpg")), "../x/a.jpg");
    assertEquals(await changes.link(wayBack(place), CONTEXT), DONE);
    assertEquals(treeDifferences(before, treeFacts(root)), []);
  },
));

permittedTest(folderTest(
  "FolderChanges restores over a link to nothing, into a folder that is gone, never over bytes",
  async (place) => {
    const { root, hash } = place;
    const changes = place.changes();
    const expectedHash = hash("y/b.jpg");
    const discard = link({ action: "discard", path: "y/b.jpg", slot: "1", expectedHash });
    const restore = link({ action: "restore", path: "y/b.jpg", slot: "1", expectedHash });
    assertEquals(await changes.link(discard, CONTEXT), DONE);
    writeFileSync(join(root, "y/b.jpg"), "mine");
    assertEquals(await changes.link(restore, CONTEXT), failed("changed"));
    assertEquals(textOf(join(root, "y/b.jpg")), "mine");
    rmSync(join(root, "y/b.jpg"));
    symlinkSync("nowhere", join(root, "y/b.jpg"));
    assertEquals(await changes.link(restore, CONTEXT), DONE);
    assertEquals(await changes.link(discard, CONTEXT), DONE);
    rmSync(join(root, "y"), { recursive: true });
    assertEquals(await changes.link(restore, CONTEXT), DONE);
    assertEquals(textOf(join(root, "y/b.jpg")), "copy");
    assertEquals(lstatSync(join(root, "y/b.jpg")).mode & 0o777, 0o640);
  },
));

permittedTest(folderTest(
  "FolderChanges makes nothing behind a link on the way back, and waits for no one",
  async (place) => {
    const { root, hash } = place;
    const changes = place.changes();
    const expectedHash = hash("y/b.jpg");
    const step = { path: "y/b.jpg", slot: "1", expectedHash } as const;
    assertEquals(await changes.link(link({ action: "discard", ...step }), CONTEXT), DONE);
    rmSync(join(root, "y"), { recursive: true });
    mkdirSync(join(root, "elsewhere"));
    symlinkSync("elsewhere", join(root, "y"));
    const restore = link({ action: "restore", ...step });
    assertEquals(await changes.link(restore, CONTEXT), failed("refused"));
    const deep = link({ action: "restore", ...step, path: "y/sub/b.jpg" });
    assertEquals(await changes.link(deep, CONTEXT), failed("refused"));
    assertEquals(namesOf(join(root, "elsewhere")), []);
    rmSync(join(root, "y"));
    writeFileSync(join(root, "y"), "a file");
    assertEquals(await changes.link(restore, CONTEXT), failed("missing"));
    rmSync(join(root, "y"));
    assertEquals(await changes.link(restore, CONTEXT), DONE);
    assertEquals(textOf(join(root, "y/b.jpg")), "copy");
  },
));

permittedTest(folderTest(
  "FolderChanges keeps what somebody else saves under a name at the last moment",
  async (place) => {
    const { root } = place;
    const system = openSystemNames();
    let exchanges = 0;
    // First a new picture is saved under the name, then its stand-in goes away.
    const rushed: SystemNames = {
      ...system,
      exchange: (left, right) => {
        exchanges += 1;
        if (exchanges === 1) {
          rmSync(right);
          writeFileSync(right, "new picture");
        } else if (exchanges === 2) rmSync(right);
        return system.exchange(left, right);
      },
    };
    const changes = place.changes({ system: rushed });
    const { kind } = await changes.link(cleanUp(place), CONTEXT);
    assertEquals(kind, "failed");
    const texts = [...treeFacts(root).keys()].filter((path) => !path.endsWith("/"));
    const isKept = texts.some((path) => {
      const full = join(root, path);
      return lstatSync(full).isFile() && textOf(full) === "new picture";
    });
    assert(isKept || exchanges < 2, "the new picture is gone");
    system.close();
  },
));

permittedTest(folderTest("FolderChanges makes hard links where that is wanted", async (place) => {
  const { root } = place;
  const changes = place.changes({ standIns: "hard" });
  const before = treeFacts(root);
  for (const request of [cleanUp(place), cleanUp(place)]) {
    // deno-lint-ignore no-await-in-loop -- the second time finds it done
    assertEquals(await changes.link(request, CONTEXT), DONE, place.reasons.join());
  }
  const inode = lstatSync(join(root, "x/a.jpg")).ino;
  assertEquals(lstatSync(join(root, "y/b.jpg")).ino, inode);
  assertEquals(lstatSync(join(root, "z/b.jpg")).ino, inode);
  assertEquals(await changes.link(wayBack(place), CONTEXT), DONE, place.reasons.join());
  assertEquals(treeDifferences(before, treeFacts(root)), []);
}));

permittedTest(folderTest("FolderChanges removes for good from the trash alone", async (place) => {
  const changes = place.changes();
  const remove = (object: string) =>
    changes.remove({
      kind: "remove",
      key: identifier("k"),
      object: identifier<ObjectName>(object),
      expectedHash: null,
    }, CONTEXT);
  await changes.link(link({ action: "discard", path: "y/c.jpg", slot: "1.0" }), CONTEXT);
  assertEquals(await remove("folder/.scenekeep/trash/1.0"), DONE);
  assertEquals(await remove("folder/.scenekeep/trash/1.0"), DONE);
  for (const name of ["x/a.jpg", ".scenekeep/library.sqlite", ".scenekeep/trash/../x"]) {
    // deno-lint-ignore no-await-in-loop -- three of them
    assertEquals(await remove(`folder/${name}`), failed("refused"), name);
  }
  assert(namesOf(join(place.root, "x")).includes("a.jpg"));
}));

permittedTest(folderTest(
  "FolderChanges lets a change that nobody waits for end before the next one begins",
  async (place) => {
    let goOn = (): void => {};
    const wait = new Promise<void>((resolve) => goOn = resolve);
    const order: string[] = [];
    const changes = place.changes({
      hasher: {
        hash: async (path) => {
          order.push("begins");
          await wait;
          order.push("ends");
          return hashFileSync(path, readBuffer());
        },
      },
    });
    const expectedHash = place.hash("y/b.jpg");
    const slow = link({ action: "discard", path: "y/b.jpg", slot: "1", expectedHash });
    const first = changes.link(slow, CONTEXT);
    const gone = new AbortController();
    const given = changes.link(slow, { ...CONTEXT, signal: gone.signal });
    gone.abort();
    const back = changes.link(link({ action: "restore", path: "y/b.jpg", slot: "1" }), CONTEXT);
    await Promise.resolve();
    goOn();
    assertEquals([await first, await given, await back], [DONE, failed("timeout"), DONE]);
    assertEquals(order, ["begins", "ends"]);
  },
));
