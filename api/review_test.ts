import { assertEquals } from "@std/assert";
import { permittedTest } from "@scenekeep/tools/permitted";
import { ApiClient, type Json } from "./testing/api_client.ts";
import { waitFor } from "./testing/wait_for.ts";
import { fillCatalog, HOME, newFile, vectorAt } from "./testing/catalog_content.ts";

const NEEDS = { read: true, write: true } as const;

permittedTest({
  name: "an exact review is frozen, paged, decided and planned",
  needs: NEEDS,
  fn: async () => {
    await using client = await ApiClient.start();
    await fillCatalog(client);
    await client.post(`${HOME}/catalog/files`, {
      files: ["b2", "b3"].map((id) => newFile(id, "B", { bytes: 2000 })),
    });
    const first = await client.post(`${HOME}/reviews`, { id: "r1", tier: "exact", limit: 1 });
    assertEquals([first.total, first.scenes.length, first.next], [2, 1, 1]);
    assertEquals(filesOf(first.scenes[0]), { a1: "keep", a2: "delete" });

    // What comes later is not in it.
    await client.post(`${HOME}/catalog/files`, { files: [newFile("c2", "C")] });
    const second = await client.get(`${HOME}/reviews/r1?after=1`);
    assertEquals([second.total, second.next], [2, null]);
    const [scene] = second.scenes;
    assertEquals(filesOf(scene), { b1: "keep", b2: "delete", b3: "delete" });

    const members = Object.entries({ b1: "delete", b2: "keep", b3: "delete" })
      .map(([file, choice]) => ({ file, choice }));
    const body = { cleanup: "exact", review: "r1", scenes: [{ id: scene.id, members }] };
    const plan = await client.post(`${HOME}/plans`, body);
    const { items } = await client.get(`${HOME}/plans/${plan.id}/items`);
    assertEquals(items.map((item: Json) => [item.file, item.keeper]), [["b1", "b2"], ["b3", "b2"]]);

    const partial = { ...body, scenes: [{ id: scene.id, members: members.slice(1) }] };
    await client.refused(
      { status: 422, code: "DECISIONS_MISMATCH" },
      client.send("POST", `${HOME}/plans`, { body: partial }),
    );
    const all = members.map(({ file }) => ({ file, choice: "delete" }));
    const empty = await client.refused(
      { status: 409, code: "PLAN_REFUSED" },
      client.send("POST", `${HOME}/plans`, {
        body: { ...body, scenes: [{ id: scene.id, members: all }] },
      }),
    );
    assertEquals([empty.refusal.code, empty.refusal.scenes], ["SCENE_EMPTY", [scene.id]]);
    await client.send("DELETE", `${HOME}/reviews/r1`);
    await client.refused(
      { status: 404, code: "UNKNOWN_REVIEW" },
      client.send("GET", `${HOME}/reviews/r1`),
    );
  },
});

permittedTest({
  name: "similar images are found by the vectors that were given, reviewed and cleaned up",
  needs: NEEDS,
  fn: async () => {
    await using client = await ApiClient.start();
    await fillCatalog(client);
    // 0.1 rad apart: cosine distance 0.005. C is far away.
    const embeddings = Object.entries({ A: 0, B: 0.1, C: 1.5 })
      .map(([contentHash, angle]) => ({ contentHash, vector: vectorAt(angle) }));
    await client.post(`${HOME}/catalog/embeddings`, { model: "test-model/1", embeddings });

    const close = await client.post(`${HOME}/reviews`, { tier: "close" });
    assertEquals(close.scenes.map(filesOf), [{ a1: "keep", a2: "delete" }]);
    const review = await client.post(`${HOME}/reviews`, { tier: "similar" });
    assertEquals([review.total, review.scenes[0].members.length], [1, 3]);
    const [{ id }] = review.scenes;
    const members = ["a1", "a2", "b1"]
      .map((file) => ({ file, choice: file === "b1" ? "keep" : "delete" }));
    const plan = await client.post(`${HOME}/plans`, {
      cleanup: "similar",
      review: review.review,
      scenes: [{ id, members }],
    });
    assertEquals([plan.items.total, plan.check], [2, { result: "passed", problems: [] }]);
    await client.post(`${HOME}/plans/${plan.id}/confirm`);
    const { items } = await waitFor(
      () => client.get(`${HOME}/plans/${plan.id}/items?state=toCarryOut`),
      (page) => page.items.length === 2,
    );
    assertEquals(items.map((item: Json) => item.added), [[], [{ album: "winter", file: "b1" }]]);
    const again = await client.get(`${HOME}/reviews/${review.review}`);
    assertEquals(again.scenes[0].members.map((member: Json) => member.name), [
      null,
      null,
      "b1.jpg",
    ]);
  },
});

permittedTest({
  name: "a library without a model has no similar images, and says so",
  needs: NEEDS,
  fn: async () => {
    await using client = await ApiClient.start();
    await client.post("/v1/libraries", { kind: "catalog", id: "home", limitBytes: 10 });
    await client.refused(
      { status: 409, code: "EMBEDDINGS_UNAVAILABLE" },
      client.send("POST", `${HOME}/reviews`, { body: { tier: "similar" } }),
    );
  },
});

function filesOf(scene: Json): Json {
  return Object.fromEntries(scene.members.map(({ file, choice }: Json) => [file, choice]));
}
