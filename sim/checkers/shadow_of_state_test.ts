import {
  encodeLibrary,
  identifier,
  LIBRARIAN,
  LIBRARIAN_ACTOR,
  type LibraryState,
  type ObjectName,
} from "@scenekeep/engine/core";
import { assert, assertEquals } from "@std/assert";
import { permittedTest } from "@scenekeep/tools/permitted";
import { photoWorld } from "../library/photo_world.ts";
import { readScenario } from "../cli/read_scenario.ts";
import type { ShadowFile } from "./shadow_records.ts";
import { ShadowLibrary } from "./shadow_library.ts";
import { shadowOf } from "./shadow_of_state.ts";

/** Scenarios in which everything happens that a library remembers, of each kind of library. */
const SCENARIOS = ["everyday-life", "folder-life", "forty-days", "catalog-item-fails"];

/** Events after which the library is saved: in the middle of work, and at its end. */
const LOOKS = [200, 900, 2_000, Number.MAX_SAFE_INTEGER];

for (const id of SCENARIOS) {
  permittedTest({
    name: `shadowOf() a snapshot is what folding every event makes: ${id}`,
    needs: { read: ["scenarios"] },
    fn: async () => {
      const { watch, world } = photoWorld(await readScenario(`scenarios/${id}.json`));
      const seen = { files: 0, trash: 0, plans: 0 };
      for (const untilEvent of LOOKS) {
        world.run({ untilEvent });
        const state = world.state(LIBRARIAN) as LibraryState;
        const saved = JSON.parse(JSON.stringify(encodeLibrary(state)));
        const made = new ShadowLibrary();
        shadowOf(LIBRARIAN_ACTOR.decode(saved), made);
        assertEquals(told(made), told(watch.shadow));
        seen.files += made.files.size;
        seen.trash += made.trash.size;
        seen.plans += made.plans.size;
      }
      assert(Object.values(seen).every((count) => count > 0), JSON.stringify(seen));
    },
  });
}

/** All that a model holds, but for true times, and for what no snapshot has. */
function told(shadow: ShadowLibrary): unknown {
  const { libraryKind, owner, limitBytes, purgedBytes, reservedBytes } = shadow;
  return {
    sums: { libraryKind, owner, limitBytes, purgedBytes, reservedBytes, ...shadow.objects.sums },
    files: sorted(shadow.files, file),
    albums: sorted(shadow.albums, (album) => ({ ...album, files: [...album.files].sort() })),
    filesByHash: sorted(shadow.filesByHash, (files) => [...files].sort()),
    liveByStill: sorted(shadow.liveByStill, (files) => [...files].sort()),
    trash: [...shadow.trash.values()].map(({ trueAtMs: _trueAtMs, record, ...kept }) => ({
      ...kept,
      record: { ...file(record), albums: [] },
    })),
    trashByHash: sorted(shadow.trashByHash, (count) => count),
    trashedFiles: sorted(shadow.trashedFiles, (sequence) => sequence),
    purgesHeld: sorted(shadow.purgesHeld, (reason) => reason),
    reservations: sorted(shadow.reservations, ({ record }) => record),
    objects: sorted(shadow.objects.objects, ({ name: _name, reason: _reason, ...rest }) => rest),
    openReceipts: [...shadow.openReceipts].sort(),
    plans: sorted(shadow.plans, (plan) => plan.phase === "discarded" ? null : plan),
    // The librarian forgets it of a content that is purged.
    embedded: sorted(shadow.embedded, (outcome) => outcome)
      .filter(([hash]) => shadow.filesByHash.has(identifier(hash))),
    notDuplicates: sorted(shadow.notDuplicates, (others) => [...others].sort()),
  };
}

function file({ names, objects, ...record }: ShadowFile): object {
  return {
    ...record,
    albums: [...record.albums].sort(),
    names: [...names ?? []].sort(),
    objects: objects.map(({ name, role, sizeBytes }): [ObjectName, string, number] => [
      name,
      role,
      sizeBytes,
    ]),
  };
}

function sorted<Key extends string | number, Value, Told>(
  map: ReadonlyMap<Key, Value>,
  tell: (value: Value) => Told,
): [string, Told][] {
  return [...map].map(([key, value]): [string, Told] => [`${key}`, tell(value)])
    .filter(([, value]) => value !== null)
    .sort(([left], [right]) => left < right ? -1 : 1);
}
