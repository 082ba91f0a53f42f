import { assert, assertEquals } from "@std/assert";
import { LibraryRegistry } from "@scenekeep/engine/host";
import { permittedTest } from "@scenekeep/tools/permitted";
import { createApp } from "./app.ts";
import { ApiClient, type Json } from "./testing/api_client.ts";
import { fillCatalog, HOME, newFile, vectorAt } from "./testing/catalog_content.ts";

const NEEDS = { read: true, write: true } as const;
const INVALID = { status: 422, code: "INVALID_REQUEST" };

permittedTest({
  name: "problems: bodies that are no JSON, of another type, absent or too large",
  needs: NEEDS,
  fn: async () => {
    await using client = await ApiClient.start();
    const send = (body: string | undefined, type?: string) =>
      client.send("POST", "/v1/libraries", {
        body,
        ...(type === undefined ? {} : { headers: { "Content-Type": type } }),
      });
    await client.refused({ status: 400, code: "MALFORMED_JSON" }, send("{"));
    await client.refused({ status: 400, code: "MALFORMED_JSON" }, send(""));
    await client.refused({ status: 415, code: "UNSUPPORTED_MEDIA_TYPE" }, send("{}", "text/plain"));
    const absent = await client.send("POST", "/v1/libraries");
    assert([415, 422].includes(absent.status), `${absent.status}`);
    const huge = send(`{"name":"${"x".repeat(9 * 1024 * 1024)}"}`);
    await client.refused({ status: 413, code: "BODY_TOO_LARGE" }, huge);
    assertEquals(client.failures, []);
  },
});

permittedTest({
  name: "problems: hostile values are refused with the place of each, and nothing is made",
  needs: NEEDS,
  fn: async () => {
    await using client = await ApiClient.start();
    const make = (body: Json) => client.send("POST", "/v1/libraries", { body });
    const good = { kind: "catalog", id: "home", limitBytes: 10 };
    const wrong: Json[] = [
      "[".repeat(200_000) + "]".repeat(200_000),
      { ...good, limitBytes: "10" },
      { ...good, limitBytes: -1 },
      { ...good, limitBytes: 1.5 },
      '{"kind":"catalog","id":"home","limitBytes":9007199254740993}',
      '{"kind":"catalog","id":"home","limitBytes":1e400}',
      { ...good, more: 1 },
      { ...good, kind: "other" },
      { ...good, id: "../etc" },
      { ...good, id: "Home" },
      { ...good, id: "a".repeat(64) },
      { ...good, model: { id: "m", dimensions: 5000, thresholds: {} } },
      {
        ...good,
        model: { id: "m", dimensions: 8, thresholds: { close: 1, similar: 0.5, related: 0.7 } },
      },
      '{"kind":"catalog","id":"home","limitBytes":1,"__proto__":{"polluted":1}}',
      null,
      [],
    ];
    for (const body of wrong) {
      // deno-lint-ignore no-await-in-loop -- one after the other
      const problem = await client.refused(INVALID, make(body === null ? "null" : body));
      assert(problem.errors.length > 0 && problem.errors.length <= 20);
    }
    assertEquals((await client.get("/v1/libraries")).libraries, []);
    assertEquals(({} as Json).polluted, undefined);
    assertEquals(client.failures, []);
  },
});

permittedTest({
  name: "problems: folders are refused unless they are inside the allowed one",
  needs: NEEDS,
  fn: async () => {
    const allowed = await Deno.realPath(await Deno.makeTempDir());
    const outside = await Deno.makeTempDir();
    try {
      await Deno.mkdir(`${allowed}/photos`);
      await Deno.symlink(outside, `${allowed}/link`);
      await using closed = await ApiClient.start();
      await using open = await ApiClient.start({ foldersUnder: allowed });
      const make = (client: ApiClient, folder: string) =>
        client.send("POST", "/v1/libraries", { body: { kind: "folder", folder } });
      const forbidden = { status: 403, code: "FOLDER_NOT_ALLOWED" };
      await closed.refused(forbidden, make(closed, `${allowed}/photos`));
      for (
        const folder of [
          outside,
          `${allowed}/..`,
          `${allowed}/photos/../../etc`,
          `${allowed}/link`,
          `${allowed}/none`,
          "/etc",
        ]
      ) {
        // deno-lint-ignore no-await-in-loop -- one after the other
        await open.refused(forbidden, make(open, folder));
      }
      const unusable = { status: 422, code: "FOLDER_UNUSABLE" };
      await open.refused(unusable, make(open, "photos"));
      await open.refused(unusable, make(open, "/tmp/a\0b"));
      assertEquals((await make(open, `${allowed}/photos`)).status, 201);
    } finally {
      await Deno.remove(allowed, { recursive: true });
      await Deno.remove(outside, { recursive: true });
    }
  },
});

permittedTest({
  name: "problems: what is not there is told apart by its code",
  needs: NEEDS,
  fn: async () => {
    await using client = await ApiClient.start();
    await fillCatalog(client);
    const missing: [string, string, string, Json?][] = [
      ["GET", "/nowhere", "NOT_FOUND"],
      ["GET", "/v1/nowhere", "NOT_FOUND"],
      ["PUT", HOME, "NOT_FOUND"],
      ["GET", "/v1/libraries/none", "UNKNOWN_LIBRARY"],
      ["GET", "/v1/libraries/none/storage", "UNKNOWN_LIBRARY"],
      ["GET", "/v1/libraries/none/events", "UNKNOWN_LIBRARY"],
      ["GET", `${HOME}/plans/none`, "UNKNOWN_PLAN"],
      ["GET", `${HOME}/plans/none/certificate`, "UNKNOWN_PLAN"],
      ["POST", `${HOME}/plans/none/confirm`, "UNKNOWN_PLAN"],
      ["GET", `${HOME}/reviews/none`, "UNKNOWN_REVIEW"],
      ["POST", `${HOME}/trash`, "UNKNOWN_FILE", { files: ["none"] }],
      ["POST", `${HOME}/catalog/entries`, "UNKNOWN_ALBUM", { add: [{ album: "x", file: "a1" }] }],
    ];
    for (const [method, path, code, body] of missing) {
      // deno-lint-ignore no-await-in-loop -- one after the other
      await client.refused({ status: 404, code }, client.send(method, path, { body }));
    }
    const paths = ["/v1/libraries/..%2fhome", "/v1/libraries/HOME", `${HOME}/plans/a%2Fb`];
    for (const path of paths) {
      // deno-lint-ignore no-await-in-loop -- one after the other
      await client.refused(INVALID, client.send("GET", path));
    }
    assertEquals(client.failures, []);
  },
});

permittedTest({
  name: "problems: batches that are too large, and values that no file can have",
  needs: NEEDS,
  fn: async () => {
    await using client = await ApiClient.start();
    await fillCatalog(client);
    const files = Array.from({ length: 1001 }, (_, index) => newFile(`f${index}`, `H${index}`));
    const post = (path: string, body: Json) =>
      client.send("POST", `${HOME}/catalog/${path}`, { body });
    await client.refused(INVALID, post("files", { files }));
    await client.refused(INVALID, post("files", { files: [] }));
    const odd: Json[] = [
      { ...newFile("x", "X"), sizes: { original: 2 ** 53 } },
      { ...newFile("x", "X"), id: "a\nb" },
      { ...newFile("x", "X"), id: "" },
      { ...newFile("x", "X"), albums: [] },
      { ...newFile("x", "X"), contentHash: "no hash!" },
      { ...newFile("x", "X"), metadata: { rating: 6 } },
    ];
    for (const file of odd) {
      // deno-lint-ignore no-await-in-loop -- one after the other
      await client.refused(INVALID, post("files", { files: [newFile("y", "Y"), file] }));
    }
    const lost = { files: [{ ...newFile("x", "X"), albums: ["none"] }] };
    await client.refused({ status: 422, code: "INVALID" }, post("files", lost));
    assertEquals((await client.get(`${HOME}/storage`)).files, 4);

    const page = await client.send("GET", `${HOME}/trash?limit=1001`);
    assertEquals([page.status, page.body.code], [422, "INVALID_REQUEST"]);
    const key = { headers: { "Idempotency-Key": "a/b" }, body: { limitBytes: 1 } };
    await client.refused(INVALID, client.send("PUT", `${HOME}/storage/limit`, key));
  },
});

permittedTest({
  name: "problems: vectors of another model, length or content are refused and none is kept",
  needs: NEEDS,
  fn: async () => {
    await using client = await ApiClient.start();
    await fillCatalog(client);
    const give = (contentHash: string, vector: string, model = "test-model/1") =>
      client.send("POST", `${HOME}/catalog/embeddings`, {
        body: {
          model,
          embeddings: [{ contentHash: "A", vector: vectorAt(0) }, { contentHash, vector }],
        },
      });
    const short = new Uint8Array(16).toBase64();
    await client.refused({ status: 409, code: "MODEL_MISMATCH" }, give("B", vectorAt(0), "other"));
    await client.refused({ status: 404, code: "UNKNOWN_FILE" }, give("Z", vectorAt(0)));
    const problem = await client.refused(INVALID, give("B", short));
    assertEquals(problem.errors[0].path, "embeddings.1.vector");
    await client.refused(INVALID, give("B", vectorAt(0, 9)));
    await client.refused(INVALID, give("B", "not base64!"));
    const missing = await client.get(`${HOME}/catalog/missing-embeddings`);
    assertEquals(missing.contentHashes, ["A", "B", "C"]);
    assertEquals((await give("B", vectorAt(0.1))).status, 200);
    assertEquals((await client.get(`${HOME}/catalog/missing-embeddings`)).contentHashes, ["C"]);
  },
});

permittedTest({
  name: "problems: a plan that cannot be made says why, and phases are kept",
  needs: NEEDS,
  fn: async () => {
    await using client = await ApiClient.start();
    await fillCatalog(client);
    const make = (body: Json) => client.send("POST", `${HOME}/plans`, { body });
    const empty = { cleanup: "exact", scope: { kind: "album", album: "summer" } };
    const refused = await client.refused({ status: 409, code: "PLAN_REFUSED" }, make(empty));
    assertEquals(refused.refusal.code, "NOTHING_TO_DO");
    await client.refused(INVALID, make({ cleanup: "similar" }));
    const { id } = await client.post(`${HOME}/plans`, { cleanup: "exact" });
    const path = `${HOME}/plans/${id}`;
    await client.refused(
      { status: 409, code: "PLAN_PHASE" },
      client.send("POST", `${path}/undo`),
    );
    const reports = { reports: [{ index: 7, outcome: "done" }] };
    await client.refused(
      { status: 422, code: "INVALID" },
      client.send("POST", `${path}/items/reports`, { body: reports }),
    );
    assertEquals((await client.send("DELETE", path)).status, 200);
    await client.refused({ status: 404, code: "UNKNOWN_PLAN" }, client.send("GET", path));
  },
});

permittedTest({
  name: "problems: a library that another holder has is busy, and another id is taken",
  needs: NEEDS,
  fn: async () => {
    await using client = await ApiClient.start();
    await fillCatalog(client);
    const other = { kind: "catalog", id: "home", limitBytes: 5 };
    await client.refused(
      { status: 409, code: "LIBRARY_EXISTS" },
      client.send("POST", "/v1/libraries", { body: other }),
    );
    // A second server on the same directory.
    const rival = new LibraryRegistry({ directory: client.directory });
    try {
      const app = createApp({ registry: rival, foldersUnder: null, cache: null, token: null });
      const answer = await app.request(`http://127.0.0.1${HOME}/storage`);
      assertEquals([answer.status, answer.headers.get("retry-after")], [503, "1"]);
      const problem = await answer.json();
      assertEquals(problem.code, "LIBRARY_BUSY");
      assert(problem.detail.includes("held by"));
    } finally {
      await rival.close();
    }
  },
});
