import {
  identifier,
  type Link,
  type NameStep,
  type ObjectName,
  type Outcome,
} from "@scenekeep/engine/core";
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { lstatSync, readdirSync } from "node:fs";
import { permittedTest } from "@scenekeep/tools/permitted";
import { hashFileSync, readBuffer } from "../hashing/file_hash.ts";
import type { PortContext } from "../runtime/ports.ts";
import { systemError, watchedSystem } from "../testing/broken_system.ts";
import { treeDifferences, treeFacts } from "../testing/tree_facts.ts";
import { FolderChanges, type FolderChangesOptions } from "./folder_changes.ts";
import { openSystemNames, RUNTIME_NAMES, type SystemNames } from "./system_names.ts";

const NEEDS = { read: true, write: true, ffi: true } as const;
const CONTEXT: PortContext = { effectId: identifier("e"), signal: new AbortController().signal };
const DONE = { kind: "done", result: { kind: "acknowledged" } } as const;
const LONG_AGO = new Date(981_173_106_000);

/** Both ways of changing names: with the system's own calls, and with those of the runtime alone. */
const SYSTEM = openSystemNames();
const SYSTEMS: readonly (readonly [string, SystemNames])[] = [
  ["of Linux", SYSTEM],
  ["of the runtime", RUNTIME_NAMES],
];

interface Place {
  readonly root: string;
  readonly changes: (options?: Partial<FolderChangesOptions>) => FolderChanges;
  readonly hash: (path: string) => string;
  readonly reasons: string[];
}

/** `x/a.jpg` and `y/b.jpg` are copies, `y/c.jpg` is not, and `z/b.jpg` leads to `y/b.jpg`. */
async function inFolder(use: (place: Place) => Promise<void>): Promise<void> {
  const root = await Deno.realPath(await Deno.makeTempDir({ prefix: "scenekeep-changes-" }));
  const reasons: string[] = [];
  const hashed = (path: string) => hashFileSync(path, readBuffer());
  try {
    for (const name of ["x", "y", "z"]) Deno.mkdirSync(join(root, name));
    for (const [path, text] of [["x/a.jpg", "copy"], ["y/b.jpg", "copy"], ["y/c.jpg", "own"]]) {
      Deno.writeTextFileSync(join(root, path ?? ""), text ?? "");
      Deno.utimeSync(join(root, path ?? ""), LONG_AGO, LONG_AGO);
    }
    Deno.chmodSync(join(root, "y/b.jpg"), 0o640);
    Deno.symlinkSync("../y/b.jpg", join(root, "z/b.jpg"));
    await use({
      root,
      reasons,
      hash: (path) => {
        const outcome = hashed(join(root, path));
        return outcome.kind === "hashed" ? outcome.contentHash : "";
      },
      changes: (options = {}) =>
        new FolderChanges({
          root,
          hasher: { hash: (path) => Promise.resolve(hashed(path)) },
          system: SYSTEM,
          onRefused: ({ path, reason }) => reasons.push(`${path}: ${reason}`),
          ...options,
        }),
    });
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

function link(...steps: Partial<NameStep>[]): Link {
  return {
    kind: "link",
    key: identifier("k"),
    steps: steps.map((step) => ({
      action: "discard",
      path: "",
      target: null,
      slot: null,
      expectedHash: null,
      sameAs: null,
      ...step,
    })),
  };
}

/** What a clean-up asks of `y/b.jpg`: its link first, then its bytes. */
function cleanUp({ hash }: Place): Link {
  const expectedHash = hash("x/a.jpg");
  return link(
    { action: "replace", path: "z/b.jpg", target: "x/a.jpg", slot: "1.1", expectedHash },
    {
      action: "replace",
      path: "y/b.jpg",
      target: "x/a.jpg",
      slot: "1.0",
      expectedHash,
      sameAs: "x/a.jpg",
    },
  );
}

/** What an undo asks for. */
function wayBack({ hash }: Place): Link {
  return link(
    {
      action: "restore",
      path: "y/b.jpg",
      target: "x/a.jpg",
      slot: "1.0",
      expectedHash: hash("x/a.jpg"),
    },
    { action: "restore", path: "z/b.jpg", target: "x/a.jpg", slot: "1.1" },
  );
}

function failed(error: string): Outcome<never> {
  return { kind: "failed", error: error as "changed" };
}

function assertNothingAside(root: string): void {
  assertEquals(namesOf(join(root, ".scenekeep/aside")), []);
  assertEquals(namesOf(join(root, ".scenekeep/rescued")), []);
}

function namesOf(directory: string): string[] {
  try {
    return readdirSync(directory).sort();
  } catch {
    return [];
  }
}

for (const [which, system] of SYSTEMS) {
  permittedTest({
    name: `FolderChanges puts a link in the place of a copy and the copy back (calls ${which})`,
    needs: NEEDS,
    fn: () =>
      inFolder(async (place) => {
        const { root } = place;
        const changes = place.changes({ system });
        const before = treeFacts(root);
        const inode = lstatSync(join(root, "y/b.jpg")).ino;
        for (let time = 0; time < 2; time += 1) {
          // deno-lint-ignore no-await-in-loop -- the second time finds it done
          assertEquals(await changes.link(cleanUp(place), CONTEXT), DONE, place.reasons.join());
          assertEquals(Deno.readLinkSync(join(root, "y/b.jpg")), "../x/a.jpg");
          assertEquals(Deno.readLinkSync(join(root, "z/b.jpg")), "../x/a.jpg");
          assertEquals(lstatSync(join(root, "y/b.jpg")).mtimeMs, LONG_AGO.getTime());
          assertEquals(lstatSync(join(root, ".scenekeep/trash/1.0")).ino, inode);
        }
        for (let time = 0; time < 2; time += 1) {
          // deno-lint-ignore no-await-in-loop -- as above
          assertEquals(await changes.link(wayBack(place), CONTEXT), DONE, place.reasons.join());
          assertEquals(treeDifferences(before, treeFacts(root)), []);
          assertEquals(namesOf(join(root, ".scenekeep/trash")), []);
        }
        assertNothingAside(root);
      }),
  });

  permittedTest({
    name: `FolderChanges finishes what a crash cut off at any call (calls ${which})`,
    needs: NEEDS,
    fn: async () => {
      for (const direction of ["there", "back"] as const) {
        let isOver = false;
        for (let at = 1; !isOver; at += 1) {
          // deno-lint-ignore no-await-in-loop -- one crash after the other
          await inFolder(async (place) => {
            const { root } = place;
            const before = treeFacts(root, { directoryTimes: false });
            const good = place.changes({ system });
            if (direction === "back") await good.link(cleanUp(place), CONTEXT);
            const request = direction === "there" ? cleanUp(place) : wayBack(place);
            const dying = watchedSystem(system, (number) => {
              // Nothing that comes after it happens, either.
              if (number >= at) throw systemError("EIO");
            });
            const cut = await place.changes({ system: dying }).link(request, CONTEXT);
            if (cut.kind === "done") {
              assert(at > 12, `only ${at} calls`);
              isOver = true;
              return;
            }
            // What is there at this moment leads to the content under every name.
            for (const name of ["x/a.jpg", "y/b.jpg", "z/b.jpg"]) {
              assertEquals(Deno.readTextFileSync(join(root, name)), "copy", `${name} at ${at}`);
            }
            const outcome = await place.changes({ system }).link(request, CONTEXT);
            assertEquals(outcome, DONE, `${direction} ${at}: ${place.reasons.join()}`);
            if (direction === "there") {
              assertEquals(await good.link(wayBack(place), CONTEXT), DONE);
            }
            assertEquals(
              treeDifferences(before, treeFacts(root, { directoryTimes: false })),
              [],
              `${direction} ${at}`,
            );
            assertNothingAside(root);
            assertEquals(namesOf(join(root, ".scenekeep/trash")), []);
          });
        }
      }
    },
  });

  permittedTest({
    name: `FolderChanges leaves nothing of a change that fails at any call (calls ${which})`,
    needs: NEEDS,
    fn: async () => {
      for (const code of ["EIO", "ENOSPC", "EROFS"]) {
        let isOver = false;
        for (let at = 1; !isOver; at += 1) {
          // deno-lint-ignore no-await-in-loop -- one failure after the other
          await inFolder(async (place) => {
            const { root } = place;
            const before = treeFacts(root);
            isOver = true;
            const failing = watchedSystem(system, (number, call) => {
              if (number === at) isOver = false;
              if (number === at && call !== "setModified") throw systemError(code);
            });
            const outcome = await place.changes({ system: failing }).link(cleanUp(place), CONTEXT);
            const after = treeFacts(root);
            if (outcome.kind === "done") {
              assertEquals(Deno.readLinkSync(join(root, "y/b.jpg")), "../x/a.jpg");
            } else if (outcome.error !== "failed") {
              assertEquals(treeDifferences(before, after), [], `${code} ${at}`);
              assertEquals(namesOf(join(root, ".scenekeep/trash")), [], `${code} ${at}`);
            } else {
              await place.changes({ system }).link(cleanUp(place), CONTEXT);
            }
            assertNothingAside(root);
          });
        }
      }
    },
  });

  permittedTest({
    name: `FolderChanges gives way to whoever changes a file at the last moment (calls ${which})`,
    needs: NEEDS,
    fn: async () => {
      const moments = which === "of Linux" ? ["link", "symlink", "exchange"] : ["link", "symlink"];
      for (const moment of moments) {
        // deno-lint-ignore no-await-in-loop -- one after the other
        await inFolder(async (place) => {
          const { root } = place;
          const request = link({
            action: "replace",
            path: "y/b.jpg",
            target: "x/a.jpg",
            slot: "1",
            expectedHash: place.hash("x/a.jpg"),
          });
          let isOver = false;
          const raced = watchedSystem(system, (_number, call) => {
            if (call !== moment || isOver) return;
            isOver = true;
            Deno.writeTextFileSync(join(root, "y/new"), "new");
            Deno.linkSync(join(root, "y/new"), join(root, "other"));
            Deno.renameSync(join(root, "y/new"), join(root, "y/b.jpg"));
          });
          const outcome = await place.changes({ system: raced }).link(request, CONTEXT);
          assertEquals(outcome, failed("changed"), moment);
          assertEquals(Deno.readTextFileSync(join(root, "y/b.jpg")), "new");
        });
      }
    },
  });
}

permittedTest({
  name: "FolderChanges refuses what would lose content or is not as expected",
  needs: NEEDS,
  fn: () =>
    inFolder(async (place) => {
      const { root, hash } = place;
      const changes = place.changes();
      const base = { action: "replace", path: "y/b.jpg", target: "x/a.jpg", slot: "1" } as const;
      Deno.mkdirSync(join(root, "d"));
      Deno.symlinkSync("x", join(root, "way"));
      Deno.linkSync(join(root, "x/a.jpg"), join(root, "x/same.jpg"));
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
    }),
});

permittedTest({
  name: "FolderChanges takes the steps back that it made when a later one fails",
  needs: NEEDS,
  fn: () =>
    inFolder(async (place) => {
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
      assertEquals(Deno.readLinkSync(join(root, "y/b.jpg")), "../x/a.jpg");
      assertEquals(await changes.link(wayBack(place), CONTEXT), DONE);
      assertEquals(treeDifferences(before, treeFacts(root)), []);
    }),
});

permittedTest({
  name:
    "FolderChanges restores over a link to nothing, into a folder that is gone, never over bytes",
  needs: NEEDS,
  fn: () =>
    inFolder(async (place) => {
      const { root, hash } = place;
      const changes = place.changes();
      const expectedHash = hash("y/b.jpg");
      const discard = link({ action: "discard", path: "y/b.jpg", slot: "1", expectedHash });
      const restore = link({ action: "restore", path: "y/b.jpg", slot: "1", expectedHash });
      assertEquals(await changes.link(discard, CONTEXT), DONE);
      Deno.writeTextFileSync(join(root, "y/b.jpg"), "mine");
      assertEquals(await changes.link(restore, CONTEXT), failed("changed"));
      assertEquals(Deno.readTextFileSync(join(root, "y/b.jpg")), "mine");
      Deno.removeSync(join(root, "y/b.jpg"));
      Deno.symlinkSync("nowhere", join(root, "y/b.jpg"));
      assertEquals(await changes.link(restore, CONTEXT), DONE);
      assertEquals(await changes.link(discard, CONTEXT), DONE);
      Deno.removeSync(join(root, "y"), { recursive: true });
      assertEquals(await changes.link(restore, CONTEXT), DONE);
      assertEquals(Deno.readTextFileSync(join(root, "y/b.jpg")), "copy");
      assertEquals(lstatSync(join(root, "y/b.jpg")).mode & 0o777, 0o640);
    }),
});

permittedTest({
  name: "FolderChanges makes hard links where that is wanted",
  needs: NEEDS,
  fn: () =>
    inFolder(async (place) => {
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
    }),
});

permittedTest({
  name: "FolderChanges removes for good from the trash alone",
  needs: NEEDS,
  fn: () =>
    inFolder(async (place) => {
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
    }),
});

permittedTest({
  name: "FolderChanges lets a change that nobody waits for end before the next one begins",
  needs: NEEDS,
  fn: () =>
    inFolder(async (place) => {
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
    }),
});
