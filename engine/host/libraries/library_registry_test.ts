import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { identifier, LIBRARIAN, type LibraryId } from "@scenekeep/engine/core";
import { permittedTest } from "@scenekeep/tools/permitted";
import { JournalError } from "../journal/journal_error.ts";
import { ManualClock } from "../testing/manual_clock.ts";
import type { LibraryDescription } from "./library_description.ts";
import { LibraryRegistry, type RegistryOptions } from "./library_registry.ts";
import { RegistryError } from "./registry_error.ts";

const NEEDS = { read: true, write: true } as const;
const HOUR_MS = 3_600_000;

function describe(id: string): LibraryDescription {
  return {
    id: identifier<LibraryId>(id),
    kind: "catalog",
    name: id,
    limitBytes: 1000,
    folder: null,
    model: null,
  };
}

async function withRegistry(
  options: Omit<RegistryOptions, "directory">,
  test: (registry: LibraryRegistry, directory: string) => Promise<void>,
): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "scenekeep-registry-" });
  const registry = new LibraryRegistry({ ...options, directory });
  try {
    await test(registry, directory);
  } finally {
    await registry.close();
    await Deno.remove(directory, { recursive: true });
  }
}

async function setLimit(registry: LibraryRegistry, id: string, limitBytes: number): Promise<void> {
  const commandId = identifier<never>(`test/${limitBytes}`);
  const outcome = await registry.use(
    identifier<LibraryId>(id),
    (library) => library.request({ kind: "setLimit", limitBytes }, { commandId, to: LIBRARIAN }),
  );
  assertEquals(outcome, { kind: "reply", body: { kind: "accepted" } });
}

function limitOf(registry: LibraryRegistry, id: string): Promise<number> {
  return registry.use(identifier<LibraryId>(id), ({ state }) => state.usage.limitBytes);
}

permittedTest({
  name: "LibraryRegistry puts an unused library to sleep and wakes it as it was",
  needs: NEEDS,
  fn: () => {
    const clock = new ManualClock();
    return withRegistry({ clock, idleCloseMs: 1000 }, async (registry) => {
      registry.create(describe("one"));
      await setLimit(registry, "one", 7);
      clock.advance(999);
      assertEquals(registry.openCount, 1);
      await limitOf(registry, "one");
      clock.advance(999);
      assertEquals(registry.openCount, 1);
      clock.advance(1);
      assertEquals(registry.openCount, 0);
      assertEquals(await limitOf(registry, "one"), 7);
    });
  },
});

permittedTest({
  name: "LibraryRegistry keeps a library open while it is used",
  needs: NEEDS,
  fn: () => {
    const clock = new ManualClock();
    return withRegistry({ clock, idleCloseMs: 1000 }, async (registry) => {
      registry.create(describe("one"));
      const release = Promise.withResolvers<void>();
      const started = Promise.withResolvers<void>();
      const using = registry.use(identifier<LibraryId>("one"), () => {
        started.resolve();
        return release.promise;
      });
      await started.promise;
      await limitOf(registry, "one");
      clock.advance(5000);
      assertEquals(registry.openCount, 1);
      release.resolve();
      await using;
      clock.advance(1000);
      assertEquals(registry.openCount, 0);
    });
  },
});

permittedTest({
  name: "LibraryRegistry wakes sleeping libraries so that their timers fire",
  needs: NEEDS,
  fn: () => {
    const clock = new ManualClock();
    const options = { clock, idleCloseMs: 1000, wakeIntervalMs: 6 * HOUR_MS };
    return withRegistry(options, async (registry) => {
      registry.create(describe("one"));
      const before = await registry.use(identifier<LibraryId>("one"), ({ state }) => state.clock);
      clock.advance(1000);
      clock.advance(6 * HOUR_MS);
      for (let turn = 0; turn < 200 && registry.openCount === 0; turn += 1) {
        // deno-lint-ignore no-await-in-loop -- it looks until it is so
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      assertEquals(registry.openCount, 1);
      const after = await registry.use(identifier<LibraryId>("one"), ({ state }) => state.clock);
      assert(after.monotonicMs > before.monotonicMs);
    });
  },
});

permittedTest({
  name: "LibraryRegistry makes room by closing an unused library, and says when it cannot",
  needs: NEEDS,
  fn: () =>
    withRegistry({ openMax: 2 }, async (registry) => {
      for (const id of ["one", "two", "three"]) registry.create(describe(id));
      await limitOf(registry, "one");
      await limitOf(registry, "two");
      await limitOf(registry, "three");
      assertEquals(registry.openCount, 2);
      await registry.use(identifier<LibraryId>("two"), () =>
        registry.use(identifier<LibraryId>("three"), async () => {
          const refused = await assertRejects(() =>
            limitOf(registry, "one"), RegistryError);
          assertEquals(refused.code, "TOO_MANY_OPEN");
        }));
      assertEquals(await limitOf(registry, "one"), 1000);
    }),
});

permittedTest({
  name: "LibraryRegistry leaves a library to the process that holds it",
  needs: NEEDS,
  fn: () =>
    withRegistry({}, async (registry, directory) => {
      registry.create(describe("one"));
      await setLimit(registry, "one", 8);
      const rival = new LibraryRegistry({ directory });
      const busy = await assertRejects(() => limitOf(rival, "one"), JournalError);
      assertEquals(busy.code, "LIBRARY_BUSY");
      await registry.close();
      assertEquals(await limitOf(rival, "one"), 8);
      await rival.close();
    }),
});

permittedTest({
  name: "LibraryRegistry tells what is wrong with an id, a description and a closed registry",
  needs: NEEDS,
  fn: () =>
    withRegistry({}, async (registry, directory) => {
      registry.create(describe("one"));
      registry.create(describe("one"));
      const other = { ...describe("one"), limitBytes: 1 };
      assertEquals(
        assertThrows(() => registry.create(other), RegistryError).code,
        "LIBRARY_EXISTS",
      );
      for (const id of ["none", "..", "../one", "ONE"]) {
        // deno-lint-ignore no-await-in-loop -- one after the other
        const unknown = await assertRejects(() => limitOf(registry, id), RegistryError);
        assertEquals(unknown.code, "UNKNOWN_LIBRARY");
      }
      await Deno.writeTextFile(`${directory}/one/library.json`, "{");
      const damaged = await assertRejects(() => limitOf(registry, "one"), Error);
      assert(damaged.message.includes("must be a description"));
      assertEquals([...await registry.list()], ["one"]);
      await registry.close();
      await Deno.remove(`${directory}/one`, { recursive: true });
      const closed = await assertRejects(() => limitOf(registry, "one"), RegistryError);
      assertEquals(closed.code, "REGISTRY_CLOSED");
    }),
});
