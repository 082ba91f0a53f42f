import { assertEquals } from "@std/assert";
import { identifier } from "@scenekeep/engine/core";
import { permittedTest } from "@scenekeep/tools/permitted";
import { ApiClient, type Json } from "./testing/api_client.ts";
import { waitFor } from "./testing/wait_for.ts";
import { fillCatalog, HOME, newFile } from "./testing/catalog_content.ts";

const NEEDS = { read: true, write: true } as const;

permittedTest({
  name: "a catalog is cleaned of exact copies, carried out item by item, and undone",
  needs: NEEDS,
  fn: async () => {
    await using client = await ApiClient.start();
    await fillCatalog(client);
    const before = await client.get(`${HOME}/storage`);
    assertEquals(before.usageBytes, 5040);
    assertEquals(before.couldWin.exactCopies, { files: 1, bytes: 1010 });

    const plan = await client.post(`${HOME}/plans`, { cleanup: "exact" }, "plan-1");
    assertEquals([plan.phase, plan.items.total, plan.check.result], ["proposed", 1, "passed"]);
    assertEquals(plan.bytes.toTrash, 1010);
    const path = `${HOME}/plans/${plan.id}`;
    const { certificate } = await client.get(`${path}/certificate`);
    assertEquals(certificate.removed.map((row: Json) => [row.file, row.keeper]), [["a2", "a1"]]);
    const document = await client.get(`${path}/document`);
    assertEquals([document.format, document.items.length], ["plan/1", 1]);

    assertEquals((await client.post(`${path}/confirm`)).phase, "applying");
    const todo = await itemsToCarryOut(client, path);
    assertEquals(todo.map((item: Json) => [item.file, item.action, item.added]), [
      ["a2", "trashFile", [{ album: "winter", file: "a1" }]],
    ]);
    const reports = { reports: [{ index: 0, outcome: "done" }] };
    assertEquals((await client.post(`${path}/items/reports`, reports)).phase, "finished");

    const after = await client.get(`${HOME}/storage`);
    assertEquals([after.usageBytes, after.trashBytes, after.files], [5040, 1010, 3]);
    assertEquals((await client.get(`${HOME}/trash`)).records[0].file, "a2");

    await client.post(`${path}/undo`);
    const undone = await waitForPhase(client, path, "undone");
    assertEquals(undone.items.undone, 1);
    assertEquals((await client.get(`${HOME}/storage`)).liveBytes, before.liveBytes);
    const state = await client.registry.use(identifier("home"), ({ state }) => state);
    assertEquals([...state.files.get(identifier("a1"))?.entries.keys() ?? []], ["summer"]);
  },
});

permittedTest({
  name: "an item that the service could not carry out is taken back",
  needs: NEEDS,
  fn: async () => {
    await using client = await ApiClient.start();
    await fillCatalog(client);
    const plan = await client.post(`${HOME}/plans`, { cleanup: "exact" });
    await client.post(`${HOME}/plans/${plan.id}/confirm`);
    await itemsToCarryOut(client, `${HOME}/plans/${plan.id}`);
    const reports = { reports: [{ index: 0, outcome: "failed" }] };
    const ended = await client.post(`${HOME}/plans/${plan.id}/items/reports`, reports);
    assertEquals([ended.phase, ended.items.skipped], ["finished", 1]);
    const { items } = await client.get(`${HOME}/plans/${plan.id}/items?state=skipped`);
    assertEquals(items[0].reason, "physicalFailure");
    assertEquals((await client.get(`${HOME}/storage`)).trashBytes, 0);
  },
});

permittedTest({
  name: "the trash is restored, deleted for good and emptied up to what the user saw",
  needs: NEEDS,
  fn: async () => {
    await using client = await ApiClient.start();
    await fillCatalog(client);
    await client.post(`${HOME}/trash`, { files: ["b1", "c1"] });
    const { records } = await client.get(`${HOME}/trash?limit=1`);
    const page = await client.get(`${HOME}/trash?after=${records[0].sequence}`);
    assertEquals([records[0].file, page.records[0].file, page.next], ["b1", "c1", null]);

    const sequences = [records[0].sequence];
    assertEquals((await client.post(`${HOME}/trash/restore`, { sequences })).files, ["b1"]);
    const again = await client.send("POST", `${HOME}/trash/restore`, { body: { sequences } });
    assertEquals([again.status, again.body.code], [404, "UNKNOWN_TRASH"]);

    await client.post(`${HOME}/trash`, { files: ["b1"] });
    const seen = page.records[0].sequence;
    assertEquals(await client.post(`${HOME}/trash/empty`, { upTo: seen }), {
      purged: [seen],
      held: [],
    });
    const left = (await client.get(`${HOME}/trash`)).records;
    assertEquals(left.map((record: Json) => record.file), ["b1"]);
    const last = { sequences: [left[0].sequence] };
    assertEquals((await client.post(`${HOME}/trash/delete`, last)).purged, last.sequences);

    const removals = await waitFor(
      () => client.get(`${HOME}/catalog/removals`),
      (found) => found.removals.length === 4,
    );
    const named = removals.removals.map((each: Json) => `${each.file}/${each.role}`).sort();
    assertEquals(named, ["b1/original", "b1/thumbnail", "c1/original", "c1/thumbnail"]);
    const upTo = removals.removals.at(-1).sequence;
    await client.post(`${HOME}/catalog/removals/acknowledge`, { upTo });
    assertEquals((await client.get(`${HOME}/catalog/removals`)).removals, []);
    assertEquals((await client.get(`${HOME}/storage`)).usageBytes, 2020);
  },
});

permittedTest({
  name: "the purge of a removed copy finds its keeper in the catalog and goes through",
  needs: NEEDS,
  fn: async () => {
    await using client = await ApiClient.start();
    await fillCatalog(client);
    const { id } = await client.post(`${HOME}/plans`, { cleanup: "exact" });
    await client.post(`${HOME}/plans/${id}/confirm`);
    await itemsToCarryOut(client, `${HOME}/plans/${id}`);
    const reports = { reports: [{ index: 0, outcome: "done" }] };
    await client.post(`${HOME}/plans/${id}/items/reports`, reports);
    await client.post(`${HOME}/trash/empty`, { upTo: 1 });
    const isEmpty = (storage: Json) => storage.trashBytes === 0;
    const storage = await waitFor(() => client.get(`${HOME}/storage`), isEmpty);
    assertEquals([storage.usageBytes, storage.purgedBytes], [4030, 1010]);
  },
});

permittedTest({
  name: "what was told survives a restart, and so does the answer to an idempotency key",
  needs: NEEDS,
  fn: async () => {
    await using client = await ApiClient.start();
    await fillCatalog(client);
    const plan = await client.post(`${HOME}/plans`, { cleanup: "exact" }, "the-plan");
    await client.post(`${HOME}/plans/${plan.id}/confirm`, undefined, "the-confirm");
    await itemsToCarryOut(client, `${HOME}/plans/${plan.id}`);
    const storage = await client.get(`${HOME}/storage`);
    const paths = [`${HOME}/storage`, `${HOME}/trash`, `${HOME}/plans`, "/v1/libraries"];
    const before = await Promise.all(paths.map((path) => client.get(path)));

    await client.restart();
    assertEquals(await Promise.all(paths.map((path) => client.get(path))), before);
    const again = await client.post(`${HOME}/plans`, { cleanup: "exact" }, "the-plan");
    assertEquals(again.id, plan.id);
    await client.post(`${HOME}/plans/${plan.id}/confirm`, undefined, "the-confirm");
    assertEquals(await client.get(`${HOME}/storage`), storage);
    assertEquals(again.check, { result: "passed", problems: [] });
  },
});

permittedTest({
  name: "an idempotency key does nothing twice and is not taken for another request",
  needs: NEEDS,
  fn: async () => {
    await using client = await ApiClient.start();
    await fillCatalog(client);
    const restoreKey = "restore-1";
    await client.post(`${HOME}/trash`, { files: ["c1"] });
    const body = { sequences: [1] };
    const first = await client.post(`${HOME}/trash/restore`, body, restoreKey);
    assertEquals(await client.post(`${HOME}/trash/restore`, body, restoreKey), first);
    const headers = { "Idempotency-Key": restoreKey };
    await client.refused(
      { status: 422, code: "IDEMPOTENCY_KEY_REUSED" },
      client.send("POST", `${HOME}/trash/restore`, { body: { sequences: [2] }, headers }),
    );
    // At the same moment, too.
    const files = { files: [newFile("d1", "D")] };
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => client.post(`${HOME}/catalog/files`, files, "files-1")),
    );
    assertEquals(new Set(answers.map((answer) => JSON.stringify(answer))).size, 1);
    assertEquals((await client.get(`${HOME}/storage`)).files, 5);
  },
});

permittedTest({
  name: "a plan whose certificate failed its check is not confirmed",
  needs: NEEDS,
  fn: async () => {
    await using client = await ApiClient.start();
    await fillCatalog(client);
    const problem = { code: "BYTES_WRONG", detail: "planted" } as const;
    const place = { item: null, album: null, scene: null, file: null };
    await client.registry.use(identifier("home"), ({ service }) => {
      service.putPlanCheck(identifier("stale"), [{ ...problem, ...place }]);
    });
    const plan = await client.post(`${HOME}/plans`, { cleanup: "exact", id: "stale" });
    assertEquals(plan.check, { result: "failed", problems: [{ ...problem, ...place }] });
    await client.refused(
      { status: 409, code: "CERTIFICATE_FAILED" },
      client.send("POST", `${HOME}/plans/stale/confirm`),
    );
  },
});

async function itemsToCarryOut(client: ApiClient, path: string): Promise<Json[]> {
  const page = `${path}/items?state=toCarryOut`;
  return (await waitFor(() => client.get(page), ({ items }) => items.length > 0)).items;
}

async function waitForPhase(client: ApiClient, path: string, phase: string): Promise<Json> {
  return await waitFor(() => client.get(path), (plan) => plan.phase === phase);
}
