import { assertEquals, assertThrows } from "@std/assert";
import { identifier } from "@scenekeep/engine/core";
import { permittedTest } from "@scenekeep/tools/permitted";
import { ServiceFile, ServiceFileError } from "./service_file.ts";

const DAY_MS = 86_400_000;

permittedTest({
  name: "ServiceFile keeps what was first, over a restart, and forgets old commands",
  needs: { read: true, write: true },
  fn: async () => {
    const folder = await Deno.makeTempDir();
    try {
      const path = `${folder}/service.sqlite`;
      const first = ServiceFile.open(path, 0);
      assertEquals(first.claimCommand("k", { fingerprint: "a", wallMs: 0 }), true);
      first.putVectors([{ contentHash: "A", vector: Int16Array.of(1, -2) }]);
      first.putVectors([{ contentHash: "A", vector: Int16Array.of(3, 4) }]);
      first.putRemoval("effect/1", "catalog/a/original");
      first.putRemoval("effect/1", "catalog/a/original");
      first.putRemoval("effect/2", "catalog/b/original");
      first.putPlanCheck(identifier("p"), []);
      first.close();

      const second = ServiceFile.open(path, 90 * DAY_MS);
      assertEquals(second.claimCommand("k", { fingerprint: "b", wallMs: 1 }), false);
      assertEquals(second.claimCommand("k", { fingerprint: "a", wallMs: 1 }), true);
      assertEquals(second.vector("A"), Int16Array.of(1, -2));
      assertEquals(second.vector("B"), null);
      assertEquals(second.planCheck(identifier("p")), []);
      assertEquals(second.planCheck(identifier("q")), null);
      const [one, two] = second.removals(0, 10);
      assertEquals([one?.object, two?.object], ["catalog/a/original", "catalog/b/original"]);
      second.acknowledgeRemovals(one?.sequence ?? 0);
      assertEquals(second.removals(0, 10), two === undefined ? [] : [two]);
      second.eraseVectors(["A"]);
      assertEquals(second.vector("A"), null);
      second.close();

      const third = ServiceFile.open(path, 91 * DAY_MS);
      assertEquals(third.claimCommand("k", { fingerprint: "b", wallMs: 1 }), true);
      third.close();
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

permittedTest({
  name: "ServiceFile refuses the file of another program",
  needs: { read: true, write: true },
  fn: async () => {
    const folder = await Deno.makeTempDir();
    try {
      const { DatabaseSync } = await import("node:sqlite");
      const path = `${folder}/other.sqlite`;
      const other = new DatabaseSync(path);
      other.exec("PRAGMA user_version = 7");
      other.close();
      assertThrows(() => ServiceFile.open(path, 0), ServiceFileError);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
