import {
  type Compute,
  type ContentHash,
  type EngineJob,
  type EngineResult,
  identifier,
  type ObjectName,
  type Outcome,
} from "@scenekeep/engine/core";
import type { EmbeddingFaultCode, EmbeddingOutcome, ImageFacts } from "@scenekeep/models";
import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { permittedTest } from "@scenekeep/tools/permitted";
import { openCacheFile } from "../cache/cache_file.ts";
import { EmbeddingCache } from "../cache/embedding_cache.ts";
import type { PortContext } from "../runtime/ports.ts";
import { EmbeddingCompute } from "./embedding_compute.ts";

const CONTEXT: PortContext = { effectId: identifier("e"), signal: new AbortController().signal };
const HASH = identifier<ContentHash>("hash");
const VECTOR = Int16Array.of(32_767, 0);

const PRINTS = { whole: Int16Array.of(0, 32_767), inside: null };
const FACTS: ImageFacts = {
  format: "jpeg",
  widthPixels: 40,
  heightPixels: 30,
  frameCount: 1,
  isPreview: false,
  isDamaged: false,
  isBlank: false,
  isGrey: false,
  clippedSteps: 0,
  isBare: false,
  borderTenths: 0,
  sharpness: 12,
  capturedAtLocal: null,
  capturedOffset: null,
  camera: null,
};

/** A compute over an embedder that answers as told, and what it was asked. */
interface Place {
  readonly compute: (job: EngineJob) => Promise<Outcome<EngineResult>>;
  readonly asked: readonly string[];
  readonly problems: EmbeddingCompute["problems"];
  readonly unavailable: readonly string[];
}

async function withAnswers(
  answers: readonly EmbeddingOutcome[],
  use: (place: Place) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "scenekeep-compute-" });
  try {
    using database = openCacheFile(join(folder, "scan.sqlite"));
    const cache = new EmbeddingCache(database, { model: "m", preprocessing: "p" });
    const left = [...answers];
    const asked: string[] = [];
    const unavailable: string[] = [];
    const compute = new EmbeddingCompute({
      cache,
      embedder: () => ({
        embed: (path, { expectedHash }) => {
          asked.push(`${path} ${expectedHash}`);
          return Promise.resolve(left.shift() ?? failed("CORRUPT", "no answer left"));
        },
      }),
      pathOf: (object) => object.startsWith("folder/") ? `/photos/${object.slice(7)}` : null,
      onUnavailable: (reason) => unavailable.push(reason),
    });
    await use({
      compute: (job) => compute.compute(request(job), CONTEXT),
      asked,
      problems: compute.problems,
      unavailable,
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function request(job: EngineJob): Compute<EngineJob> {
  return { kind: "compute", key: identifier("k"), job };
}

function embed(object = "folder/a.jpg"): EngineJob {
  return { kind: "embed", contentHash: HASH, object: identifier<ObjectName>(object) };
}

function embedded(facts: Partial<ImageFacts> = {}): EmbeddingOutcome {
  return { kind: "embedded", vector: VECTOR, prints: PRINTS, facts: { ...FACTS, ...facts } };
}

function failed(code: EmbeddingFaultCode, reason: string): EmbeddingOutcome {
  return { kind: "failed", code, reason };
}

const NEEDS = { read: true, write: true } as const;

permittedTest({
  name: "EmbeddingCompute embeds a content once and remembers all that was told of it",
  needs: NEEDS,
  fn: () =>
    withAnswers([embedded()], async ({ asked, compute }) => {
      const result: EngineResult = {
        kind: "embedding",
        vector: VECTOR,
        sharpness: 12,
        measured: {
          widthPixels: 40,
          heightPixels: 30,
          takenAtMs: null,
          losses: {
            metadata: true,
            colour: false,
            clippedSteps: 0,
            words: false,
            borderTenths: 0,
          },
        },
      };
      assertEquals(await compute(embed()), { kind: "done", result });
      assertEquals(await compute(embed("folder/copy.jpg")), { kind: "done", result });
      assertEquals(asked, ["/photos/a.jpg hash"]);
      assertEquals(await compute({ kind: "storeVector", contentHash: HASH, vector: VECTOR }), {
        kind: "done",
        result: { kind: "vectorStored" },
      });
    }),
});

permittedTest({
  name: "EmbeddingCompute loads vectors in the order asked, and erases them",
  needs: NEEDS,
  fn: () =>
    withAnswers([embedded()], async ({ compute }) => {
      const none = identifier<ContentHash>("none");
      const load = { kind: "loadVectors", contentHashes: [none, HASH] } as const;
      await compute(embed());
      assertEquals(await compute(load), {
        kind: "done",
        result: { kind: "vectors", vectors: [null, VECTOR] },
      });
      await compute({ kind: "eraseVectors", contentHashes: [HASH] });
      assertEquals(await compute(load), {
        kind: "done",
        result: { kind: "vectors", vectors: [null, null] },
      });
      assertEquals(await compute({ kind: "storeVector", contentHash: HASH, vector: VECTOR }), {
        kind: "failed",
        error: "missing",
      });
    }),
});

permittedTest({
  name: "EmbeddingCompute never lets blank pictures be alike",
  needs: NEEDS,
  fn: () =>
    withAnswers([embedded({ isBlank: true })], async ({ compute, problems }) => {
      assertEquals(await compute(embed()), {
        kind: "done",
        result: { kind: "notEmbeddable", reason: "blank" },
      });
      assertEquals(problems.get(HASH)?.code, "BLANK");
    }),
});

permittedTest({
  name: "EmbeddingCompute never takes a damaged picture for another one",
  needs: NEEDS,
  fn: () =>
    withAnswers([embedded({ isDamaged: true })], async ({ compute, problems }) => {
      assertEquals(await compute(embed()), {
        kind: "done",
        result: {
          kind: "notEmbeddable",
          reason: "damaged in part: never taken for another picture",
        },
      });
      assertEquals(problems.get(HASH)?.code, "DAMAGED");
    }),
});

permittedTest({
  name: "EmbeddingCompute remembers what is wrong with the bytes, and asks again for the rest",
  needs: NEEDS,
  fn: () =>
    withAnswers([
      failed("TIMED_OUT", "Too slow"),
      failed("TRUNCATED", "Cannot decode the jpeg file as its end is missing: whatever"),
      embedded(),
    ], async ({ asked, compute }) => {
      const refused = (reason: string): Outcome<EngineResult> => ({
        kind: "done",
        result: { kind: "notEmbeddable", reason },
      });
      assertEquals(await compute(embed()), refused("decoding it took too long"));
      assertEquals(await compute(embed()), refused("damaged: the picture cannot be decoded"));
      assertEquals(await compute(embed()), refused("damaged: the picture cannot be decoded"));
      assertEquals(asked.length, 2);
    }),
});

permittedTest({
  name: "EmbeddingCompute tries again when it is busy, and tells when there is no model",
  needs: NEEDS,
  fn: () =>
    withAnswers([
      failed("BUSY", "1024 wait"),
      failed("MODEL_UNAVAILABLE", "Cannot embed any photo"),
    ], async ({ compute, problems, unavailable }) => {
      assertEquals(await compute(embed()), { kind: "failed", error: "failed" });
      assertEquals(unavailable, []);
      assertEquals(await compute(embed()), { kind: "failed", error: "failed" });
      assertEquals(unavailable, ["Cannot embed any photo"]);
      assertEquals(problems.size, 0);
    }),
});

permittedTest({
  name: "EmbeddingCompute reads no object that is not in the folder",
  needs: NEEDS,
  fn: () =>
    withAnswers([], async ({ asked, compute }) => {
      assertEquals(await compute(embed("elsewhere/a.jpg")), {
        kind: "done",
        result: { kind: "notEmbeddable", reason: "cannot be read" },
      });
      assertEquals(asked, []);
    }),
});
