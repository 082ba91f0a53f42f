import { assert, assertEquals } from "@std/assert";
import { permittedTest, photosDev, photosMissing } from "@scenekeep/tools/permitted";
import { ApiClient, type Json } from "./testing/api_client.ts";
import { HOME } from "./testing/catalog_content.ts";
import { eventsOf } from "./testing/events_of.ts";
import { waitFor } from "./testing/wait_for.ts";

const NEEDS = { read: true, write: true } as const;

async function folderClient(): Promise<{ client: ApiClient; root: string }> {
  const root = await Deno.realPath(await Deno.makeTempDir({ prefix: "scenekeep-photos-" }));
  await Deno.mkdir(`${root}/summer`);
  await Deno.writeTextFile(`${root}/summer/a.jpg`, "one");
  await Deno.writeTextFile(`${root}/b.jpg`, "one");
  await Deno.writeTextFile(`${root}/c.jpg`, "other");
  await Deno.writeTextFile(`${root}/empty.jpg`, "");
  const cache = `${root}-cache`;
  return { root, client: await ApiClient.start({ foldersUnder: root, cache }) };
}

async function scanned(client: ApiClient, body: Json = { exactOnly: true }): Promise<Json> {
  const started = await client.send("POST", `${HOME}/scans`, { body });
  assertEquals(started.status, 202, JSON.stringify(started.body));
  return await waitFor(
    () => client.get(`${HOME}/scans/current`),
    ({ phase }) => phase === "finished" || phase === "failed",
  );
}

permittedTest({
  name: "a folder is scanned, its copies are planned, and nothing in it can be changed",
  needs: NEEDS,
  fn: async () => {
    const { client, root } = await folderClient();
    await using _ = client;
    try {
      await client.post("/v1/libraries", { kind: "folder", id: "home", folder: root });
      const none = client.send("GET", `${HOME}/scans/current`);
      await client.refused({ status: 404, code: "NO_SCAN" }, none);
      const scan = await scanned(client);
      assertEquals([scan.phase, scan.filesTotal, scan.filesLeft], ["finished", 3, 0]);
      assertEquals(scan.unreadable, [{ path: "empty.jpg", reason: "empty file" }]);
      const review = await client.post(`${HOME}/reviews`, { tier: "exact" });
      const names = review.scenes[0].members.map((member: Json) => member.file);
      assertEquals([review.total, names], [1, ["b.jpg", "summer/a.jpg"]]);

      const plan = await client.post(`${HOME}/plans`, { cleanup: "exact" });
      assertEquals([plan.items.total, plan.check.result], [1, "passed"]);
      const wrong = { status: 409, code: "WRONG_LIBRARY_KIND" };
      await client.refused(wrong, client.send("POST", `${HOME}/plans/${plan.id}/confirm`));
      const files = { body: { files: ["b.jpg"] } };
      await client.refused(wrong, client.send("POST", `${HOME}/trash`, files));
      const told = { body: { albums: [{ id: "x", name: "x" }] } };
      await client.refused(wrong, client.send("POST", `${HOME}/catalog/albums`, told));
      await client.refused(
        { status: 409, code: "EMBEDDINGS_UNAVAILABLE" },
        client.send("POST", `${HOME}/reviews`, { body: { tier: "similar" } }),
      );

      // The state outlives the server; the next scan sees what has changed.
      await client.restart();
      assertEquals((await client.get(`${HOME}/plans`)).plans.length, 1);
      await Deno.writeTextFile(`${root}/d.jpg`, "other");
      await Deno.remove(`${root}/b.jpg`);
      assertEquals((await scanned(client)).filesTotal, 3);
      assertEquals((await client.get(`${HOME}/plans`)).plans, []);
      const again = await client.post(`${HOME}/reviews`, { tier: "exact" });
      assertEquals(again.scenes[0].members.map((member: Json) => member.file), ["c.jpg", "d.jpg"]);
      const left = await Array.fromAsync(Deno.readDir(root));
      assertEquals(left.map(({ name }) => name).sort(), ["c.jpg", "d.jpg", "empty.jpg", "summer"]);
    } finally {
      await removeFolders(root);
    }
  },
});

permittedTest({
  name: "a scan that fails says why, and a second one waits for the first",
  needs: NEEDS,
  fn: async () => {
    const { client, root } = await folderClient();
    await using _ = client;
    try {
      await client.post("/v1/libraries", { kind: "folder", id: "home", folder: `${root}/summer` });
      const start = () => client.send("POST", `${HOME}/scans`, { body: { exactOnly: true } });
      assertEquals((await start()).status, 202);
      await client.refused({ status: 409, code: "SCAN_RUNNING" }, start());
      const isOver = ({ phase }: Json) => phase === "finished";
      await waitFor(() => client.get(`${HOME}/scans/current`), isOver);
      await Deno.remove(`${root}/summer`, { recursive: true });
      const failed = await scanned(client);
      assertEquals([failed.phase, failed.problem.code], ["failed", "FOLDER_MISSING"]);
      // What the scan before found is still there.
      assertEquals((await client.get(`${HOME}/storage`)).files, 1);
      const catalog = { kind: "catalog", id: "other", limitBytes: 1 };
      await client.post("/v1/libraries", catalog);
      await client.refused(
        { status: 409, code: "WRONG_LIBRARY_KIND" },
        client.send("POST", "/v1/libraries/other/scans", { body: {} }),
      );
    } finally {
      await removeFolders(root);
    }
  },
});

permittedTest({
  name: "the events of a folder go on from one scan to the next",
  needs: NEEDS,
  fn: async () => {
    const { client, root } = await folderClient();
    await using _ = client;
    try {
      await client.post("/v1/libraries", { kind: "folder", id: "home", folder: root });
      const response = await client.app.request(`http://127.0.0.1${HOME}/events`);
      const events = eventsOf(response);
      assertEquals((await events.next()).value?.files, 0);
      await scanned(client);
      const isDone = (event: Json) => event.files === 3 && event.scan?.phase === "finished";
      for await (const event of events) if (isDone(event)) break;
    } finally {
      await removeFolders(root);
    }
  },
});

permittedTest({
  name: "a folder of real photos is scanned with the model and has scenes of similar images",
  needs: { ...NEEDS, run: true, env: true, sys: true, ffi: true },
  skip: photosMissing(),
  timeoutMs: 240_000,
  fn: async () => {
    const photos = await Deno.realPath(`${photosDev() ?? ""}/images`);
    await using client = await ApiClient.start({ foldersUnder: photos });
    await client.post("/v1/libraries", { kind: "folder", id: "home", folder: photos });
    assertEquals((await client.send("POST", `${HOME}/scans`, { body: {} })).status, 202);
    const scan = await waitFor(
      () => client.get(`${HOME}/scans/current`),
      ({ phase }) => phase === "finished" || phase === "failed",
      200_000,
    );
    assertEquals([scan.phase, scan.problem], ["finished", null]);
    const [exact, similar] = [await reviewOf(client, "exact"), await reviewOf(client, "similar")];
    assert(exact.total > 0 && similar.total > exact.total, `${exact.total} ${similar.total}`);
    const scenes = similar.scenes.slice(0, 5).map(({ id, members }: Json) => ({
      id,
      members: members.map(({ file, choice }: Json) => ({ file, choice })),
    }));
    const body = { cleanup: "similar", review: similar.review, scenes };
    assertEquals((await client.post(`${HOME}/plans`, body)).check.result, "passed");
  },
});

/** A review: while pictures are still compared the answer is to ask again, which a client does. */
async function reviewOf(client: ApiClient, tier: string): Promise<Json> {
  const options = { body: { tier }, headers: { "Idempotency-Key": `review-${tier}` } };
  const { body, status } = await waitFor(
    () => client.send("POST", `${HOME}/reviews`, options),
    ({ status }) => status !== 503,
    100_000,
  );
  assertEquals(status, 201, JSON.stringify(body));
  return body;
}

async function removeFolders(root: string): Promise<void> {
  await Deno.remove(root, { recursive: true });
  await Deno.remove(`${root}-cache`, { recursive: true }).catch(() => {});
}
