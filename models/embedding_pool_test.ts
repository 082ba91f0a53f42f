import { assert, assertEquals, assertGreater, assertMatch, assertThrows } from "@std/assert";
import { permittedTest } from "@scenekeep/tools/permitted";
import { join } from "@std/path";
import { contentHash } from "./content_digest.ts";
import { createComparingPool, createEmbeddingPool } from "./embedding_pool.ts";
import type { ComparingPool, EmbeddingPool } from "./photo_pool.ts";
import { drawPicture } from "./testing/drawn_picture.ts";
import { embedded, type EmbeddingSetup, embeddingSetup } from "./testing/embedding_setup.ts";
import { encodeVector } from "./vector.ts";

const NEEDS = { read: true, write: true, run: true, env: true, ffi: true, sys: true } as const;

/** Writes drawn photos; returns their paths. */
async function writePhotos(folder: string, count: number, widthPixels = 320): Promise<string[]> {
  const { default: sharp } = await import("sharp");
  return await Promise.all(Array.from({ length: count }, async (_, subject) => {
    const { pixels, raw } = drawPicture({ subject, widthPixels, heightPixels: 240 });
    const path = join(folder, `photo ${subject} 日本.jpg`);
    await sharp(pixels, { raw }).jpeg().toFile(path);
    return path;
  }));
}

/**
 * Resolves when a process other than `before` has work, with its number; fails after 20 seconds.
 */
async function workingProcess(pool: EmbeddingPool, before?: number): Promise<number> {
  for (let look = 0; look < 10_000; look++) {
    const busy = pool.status().processes.find(({ processId, working }) => {
      return working > 0 && processId !== before;
    });
    if (busy !== undefined) return busy.processId;
    // deno-lint-ignore no-await-in-loop -- looks again after a moment
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  throw new Error(`No process has work: ${JSON.stringify(pool.status())}`);
}

permittedTest({
  name: "createEmbeddingPool() gives the same vectors with one process, two, and again",
  needs: NEEDS,
  fn: async () => {
    await using setup = await embeddingSetup();
    const photos = await writePhotos(setup.photos, 12);
    const run = async (processes: number): Promise<string[]> => {
      await using pool = createEmbeddingPool({
        processes,
        roots: [setup.photos],
        model: setup.model,
      });
      const outcomes = await Promise.all(photos.map((path) => pool.embed(path)));
      assertEquals(pool.status().processes.length, processes);
      return outcomes.map((outcome) => encodeVector(embedded(outcome).vector));
    };
    const one = await run(1);
    assertEquals(new Set(one).size, 12);
    assertEquals(await run(2), one);
    assertEquals(await run(1), one);
  },
});

async function hashOf(path: string): Promise<string> {
  return contentHash(await Deno.readFile(path));
}

async function checkComparing(pool: ComparingPool, setup: EmbeddingSetup): Promise<string[]> {
  const photos = await writePhotos(setup.photos, 2);
  const described = await Promise.all(photos.map((path) => pool.describe(path)));
  const [one, other] = described.map((outcome) => {
    assert(outcome.kind === "described", JSON.stringify(outcome));
    return outcome.features;
  });
  const outcome = await pool.compare(one!, [other!, one!]);
  assert(outcome.kind === "compared");
  const [apart, same] = outcome.fits;
  assert(same!.agreeing > 7 && same!.isSpread, JSON.stringify(outcome.fits));
  assert(apart!.agreeing < same!.agreeing, JSON.stringify(outcome.fits));
  const measured = await pool.measure(photos[0]!);
  assert(measured.kind === "measured" && measured.compressionSteps !== null);
  assertMatch(measured.imageData!, /^[0-9a-f]{64}$/);
  const digested = await pool.pixels(photos[0]!, { expectedHash: await hashOf(photos[0]!) });
  assert(digested.kind === "pixelsDigested");
  assertMatch(digested.pixels!, /^[0-9a-f]{64}$/);
  const changed = await pool.pixels(photos[0]!, { expectedHash: await hashOf(photos[1]!) });
  assertEquals(changed.kind === "failed" && changed.code, "CHANGED");
  const gone = await pool.describe(`${setup.photos}/gone.jpg`);
  assertEquals(gone.kind === "failed" && gone.code, "NOT_FOUND");
  return photos;
}

permittedTest({
  name: "createEmbeddingPool() describes photos and compares them",
  needs: NEEDS,
  fn: async () => {
    await using setup = await embeddingSetup();
    await using pool = createEmbeddingPool({
      processes: 1,
      roots: [setup.photos],
      model: setup.model,
    });
    const photos = await checkComparing(pool, setup);
    assertEquals((await pool.embed(photos[0]!)).kind, "embedded");
  },
});

permittedTest({
  name: "createComparingPool() describes photos and compares them, without a model",
  needs: NEEDS,
  fn: async () => {
    await using setup = await embeddingSetup();
    await using pool = createComparingPool({ processes: 1, roots: [setup.photos] });
    await checkComparing(pool, setup);
  },
});

permittedTest({
  name: "createEmbeddingPool() replaces a process that was killed and loses no photo",
  needs: NEEDS,
  fn: async () => {
    await using setup = await embeddingSetup();
    const photos = await writePhotos(setup.photos, 10, 2000);
    await using pool = createEmbeddingPool({
      processes: 1,
      roots: [setup.photos],
      model: setup.model,
    });
    const outcomes = photos.map((path) => pool.embed(path));
    const killed = await workingProcess(pool);
    Deno.kill(killed, "SIGKILL");
    for (const outcome of await Promise.all(outcomes)) assertEquals(outcome.kind, "embedded");
    const [process] = pool.status().processes;
    assert(process !== undefined && process.processId !== killed);
  },
});

permittedTest({
  name: "createEmbeddingPool() reports a photo whose process was killed each time, and goes on",
  needs: NEEDS,
  fn: async () => {
    await using setup = await embeddingSetup();
    const [photo] = await writePhotos(setup.photos, 1, 4000);
    await using pool = createEmbeddingPool({
      processes: 1,
      roots: [setup.photos],
      model: setup.model,
    });
    const outcome = pool.embed(photo!);
    const first = await workingProcess(pool);
    // Stopped before it is killed, so that it cannot be done first.
    Deno.kill(first, "SIGSTOP");
    Deno.kill(first, "SIGKILL");
    const second = await workingProcess(pool, first);
    Deno.kill(second, "SIGKILL");
    const result = await outcome;
    assertEquals(result.kind === "failed" && result.code, "PROCESS_DIED");
    assert(result.kind === "failed" && result.reason.includes("SIGKILL"));
    assertEquals((await pool.embed(photo!)).kind, "embedded");
  },
});

permittedTest({
  name: "createEmbeddingPool() ends a process that hangs, and embeds its photo in another",
  needs: NEEDS,
  fn: async () => {
    await using setup = await embeddingSetup();
    const [photo, other] = await writePhotos(setup.photos, 2);
    await using pool = createEmbeddingPool({
      processes: 1,
      roots: [setup.photos],
      model: setup.model,
      jobMsMax: 3000,
    });
    assertEquals((await pool.embed(other!)).kind, "embedded");
    const [process] = pool.status().processes;
    Deno.kill(process!.processId, "SIGSTOP");
    assertEquals((await pool.embed(photo!)).kind, "embedded");
    assert(pool.status().processes[0]!.processId !== process!.processId);
  },
});

permittedTest({
  name: "createEmbeddingPool() reads the given folders only, and checks the hash it is given",
  needs: NEEDS,
  fn: async () => {
    await using setup = await embeddingSetup();
    await using elsewhere = await embeddingSetup();
    const [photo] = await writePhotos(setup.photos, 1);
    const [secret] = await writePhotos(elsewhere.photos, 1);
    await using pool = createEmbeddingPool({
      processes: 1,
      roots: [setup.photos],
      model: setup.model,
    });
    const code = async (path: string, expectedHash?: string): Promise<string> => {
      const options = expectedHash === undefined ? {} : { expectedHash };
      const outcome = await pool.embed(path, options);
      return outcome.kind === "failed" ? outcome.code : outcome.kind;
    };
    assertEquals(await code(secret!), "NOT_READABLE");
    assertEquals(await code(photo!, contentHash(await Deno.readFile(photo!))), "embedded");
    assertEquals(await code(photo!, contentHash(new Uint8Array())), "CHANGED");
    await Deno.remove(photo!);
    assertEquals(await code(photo!), "NOT_FOUND");
  },
});

permittedTest({
  name: "createEmbeddingPool() says what is wrong with a model that cannot be loaded",
  needs: NEEDS,
  fn: async () => {
    await using setup = await embeddingSetup();
    const { model } = setup;
    await using pool = createEmbeddingPool({
      processes: 1,
      roots: [setup.photos],
      model: { ...model, description: { ...model.description, dimensions: 7 } },
    });
    const outcome = await pool.embed(join(setup.photos, "any.jpg"));
    assertEquals(outcome.kind === "failed" && outcome.code, "MODEL_UNAVAILABLE");
    assert(outcome.kind === "failed" && outcome.reason.includes("got [1,576]"));
  },
});

permittedTest({
  name: "createEmbeddingPool() wants absolute paths",
  needs: NEEDS,
  fn: async () => {
    await using setup = await embeddingSetup();
    const options = { processes: 1, model: setup.model };
    assertThrows(
      () => createEmbeddingPool({ ...options, roots: ["photos"] }),
      TypeError,
      "absolute",
    );
  },
});

/** What the descriptions of the files allow, by their word for it. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  "decodes": ["embedded"],
  "photo with JSON beside it": ["embedded", "NOT_AN_IMAGE"],
  "preview or metadata": ["embedded"],
  "decodes-if-HEVC": ["embedded", "UNSUPPORTED_FORMAT"],
  "unsupported is fine": ["embedded", "UNSUPPORTED_FORMAT"],
  "sidecar": ["NOT_AN_IMAGE"],
  "names only": ["EMPTY", "NOT_AN_IMAGE"],
  // The picture is HEIC, which decodes; the film beside it is no picture.
  "pair": ["embedded", "UNSUPPORTED_FORMAT", "NOT_AN_IMAGE"],
  "error": ["EMPTY", "NOT_AN_IMAGE", "TRUNCATED", "CORRUPT"],
  "error or partial": ["TRUNCATED", "embedded"],
  "refuse or survive": ["TOO_LARGE", "embedded"],
  "must not stop the scan": ["CORRUPT", "embedded"],
  "skip or decode": ["embedded"],
  "see note": ["embedded"],
};

const FORMATS = new URL("../../shared/photos/formats/", import.meta.url);

/**
 * The descriptions of odd and broken files beside the checkout, or null when they are not there.
 */
function describedFiles(): { file: string; expect: string }[] | null {
  const list = new URL("formats.json", FORMATS);
  if (Deno.permissions.querySync({ name: "read", path: list }).state !== "granted") return null;
  try {
    return JSON.parse(Deno.readTextFileSync(list)).files;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

const DESCRIBED = describedFiles();

permittedTest({
  name: "createEmbeddingPool() gets through odd and broken files one by one, in one process",
  needs: NEEDS,
  skip: DESCRIBED === null ? "needs the files of ../shared/photos/formats" : null,
  fn: async () => {
    await using setup = await embeddingSetup();
    const root = await Deno.realPath(FORMATS);
    await using pool = createEmbeddingPool({ processes: 1, roots: [root], model: setup.model });
    await pool.embed(join(root, "nothing"));
    const [process] = pool.status().processes;
    const results = await Promise.all(DESCRIBED!.map(async ({ file, expect }) => {
      const outcome = await pool.embed(join(root, file));
      return { file, expect, found: outcome.kind === "failed" ? outcome.code : outcome.kind };
    }));
    const wrong = results.filter(({ expect, found }) => !ALLOWED[expect]!.includes(found));
    assertEquals(wrong, []);
    assertGreater(results.filter(({ found }) => found === "embedded").length, 50);
    assertEquals(pool.status().processes[0]!.processId, process!.processId);
  },
});
