import { assertEquals, assertRejects } from "@std/assert";
import { permittedTest } from "@scenekeep/tools/permitted";
import type { Embedder } from "./embedder.ts";
import { type EmbeddingOutcome, fault } from "./embedding_outcome.ts";
import type { ProcessMessage } from "./embedding_protocol.ts";
import { writeJob } from "./embedding_protocol.ts";

/** The libraries of the program need these as soon as it is imported. */
const NEEDS = { read: true, env: true, ffi: true, sys: true } as const;

/** An embedder whose photos end when the test says so. */
class SteeredEmbedder implements Embedder {
  readonly started = new Map<string, (outcome: EmbeddingOutcome) => void>();

  embed(photo: string | Uint8Array): Promise<EmbeddingOutcome> {
    return new Promise((resolve) => this.started.set(String(photo), resolve));
  }

  dispose(): Promise<void> {
    return Promise.resolve();
  }
}

async function settle(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
}

permittedTest({
  name: "serveJobs() never has more photos at once than it may, and loses none",
  needs: NEEDS,
  fn: async () => {
    const { serveJobs } = await import("./embedding_process.ts");
    const embedder = new SteeredEmbedder();
    const sent: ProcessMessage[] = [];
    let linesTaken = 0;
    async function* jobs(): AsyncGenerator<string> {
      for (let id = 1; id <= 5; id++) {
        linesTaken++;
        yield writeJob({ id, task: "embed", path: `/${id}`, expectedHash: null });
        // deno-lint-ignore no-await-in-loop -- the next line comes when the test got its turn
        await settle();
      }
    }
    const served = serveJobs(embedder, 2, {
      jobs: jobs(),
      send: (message) => sent.push(message),
    });
    const done = fault("EMPTY", "Nothing");
    const finish = async (path: string): Promise<void> => {
      embedder.started.get(path)!(done);
      embedder.started.delete(path);
      await settle();
      await settle();
    };
    await settle();
    await settle();
    assertEquals([...embedder.started.keys()], ["/1", "/2"]);
    assertEquals(linesTaken, 2);
    await finish("/2");
    assertEquals([...embedder.started.keys()], ["/1", "/3"]);
    await finish("/1");
    await finish("/3");
    await finish("/4");
    await finish("/5");
    await served;
    const ids = sent.map((message) => message.kind === "result" ? message.id : 0);
    assertEquals(ids, [2, 1, 3, 4, 5]);
    assertEquals(sent[0], { kind: "result", id: 2, outcome: done });
  },
});

permittedTest({
  name: "serveJobs() throws on a line that is no job: it does not guess",
  needs: NEEDS,
  fn: async () => {
    const { serveJobs } = await import("./embedding_process.ts");
    const jobs = ReadableStream.from(['{"id":"x"}']);
    await assertRejects(
      () => serveJobs(new SteeredEmbedder(), 1, { jobs, send: () => {} }),
      TypeError,
      "Cannot read a job",
    );
  },
});
