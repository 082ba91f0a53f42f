import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { EmbeddingFault, ImageFacts } from "@scenekeep/models";

/** Prints of a picture: of all of it, and without its border. */
export interface CachedPrints {
  readonly whole: Int16Array | null;
  readonly inside: Int16Array | null;
}

/** What is known of one content under one model. */
export type CachedEmbedding =
  | {
    readonly kind: "embedded";
    readonly vector: Int16Array;
    readonly prints: CachedPrints;
    readonly facts: ImageFacts;
  }
  | { readonly kind: "failed"; readonly code: EmbeddingFault["code"]; readonly reason: string };

/** Names what made a vector: vectors of different makers are never compared. */
export interface EmbeddingMaker {
  /** SHA-256 of the model file, in hexadecimal. */
  readonly model: string;
  /** How a photo becomes what the model takes in, as the model's description names it. */
  readonly preprocessing: string;
}

/** Faults that say something of the bytes themselves; others may pass and are not remembered. */
const LASTING_FAULTS: ReadonlySet<EmbeddingFault["code"]> = new Set<EmbeddingFault["code"]>([
  "EMPTY",
  "TRUNCATED",
  "CORRUPT",
  "UNSUPPORTED_FORMAT",
  "NOT_AN_IMAGE",
  "TOO_LARGE",
]);

/**
 * Remembers embeddings by content hash, model and preprocessing. What was recorded first stays: the
 * vector of a content under one model never changes on one machine.
 */
export class EmbeddingCache {
  readonly #maker: EmbeddingMaker;
  readonly #find: StatementSync;
  readonly #findVector: StatementSync;
  readonly #findPrints: StatementSync;
  readonly #findFacts: StatementSync;
  readonly #put: StatementSync;
  readonly #erase: StatementSync;
  readonly #eraseFits: StatementSync;
  readonly #eraseTraces: StatementSync;
  readonly #eraseDigests: StatementSync;

  constructor(database: DatabaseSync, maker: EmbeddingMaker) {
    this.#maker = maker;
    this.#find = database.prepare(
      "SELECT outcome, vector, print, inside_print, facts FROM embeddings " +
        "WHERE content_hash = ? AND model = ? AND preprocessing = ?",
    );
    this.#findVector = database.prepare(
      "SELECT vector FROM embeddings " +
        "WHERE content_hash = ? AND model = ? AND preprocessing = ? AND outcome = 'embedded'",
    );
    this.#findPrints = database.prepare(
      "SELECT print, inside_print FROM embeddings " +
        "WHERE content_hash = ? AND model = ? AND preprocessing = ? AND outcome = 'embedded'",
    );
    this.#findFacts = database.prepare(
      "SELECT facts FROM embeddings " +
        "WHERE content_hash = ? AND model = ? AND preprocessing = ? AND outcome = 'embedded'",
    );
    this.#put = database.prepare(
      "INSERT OR IGNORE INTO embeddings VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    );
    this.#erase = database.prepare("DELETE FROM embeddings WHERE content_hash = ?");
    this.#eraseFits = database.prepare("DELETE FROM fits WHERE first = ? OR second = ?");
    this.#eraseTraces = database.prepare("DELETE FROM traces WHERE content_hash = ?");
    this.#eraseDigests = database.prepare("DELETE FROM digests WHERE content_hash = ?");
  }

  /** What is recorded, or null. */
  find(contentHash: string): CachedEmbedding | null {
    const row = this.#find.get(contentHash, this.#maker.model, this.#maker.preprocessing);
    if (row === undefined) return null;
    const { outcome, vector, print, inside_print: inside, facts } = row;
    if (outcome === "embedded" && vector instanceof Uint8Array && typeof facts === "string") {
      const prints = { whole: numbersOf(print), inside: numbersOf(inside) };
      return { kind: "embedded", vector: vectorOf(vector), prints, facts: JSON.parse(facts) };
    }
    if (outcome === "failed" && typeof facts === "string") {
      return { kind: "failed", ...JSON.parse(facts) };
    }
    return null;
  }

  /**
   * The vector of a content, or null: a fifth of what {@linkcode EmbeddingCache.find} reads, which
   * counts where thousands are gone through.
   */
  findVector(contentHash: string): Int16Array | null {
    const { model, preprocessing } = this.#maker;
    return numbersOf(this.#findVector.get(contentHash, model, preprocessing)?.["vector"]);
  }

  /** The prints of a content that has a vector, or null. */
  findPrints(contentHash: string): CachedPrints | null {
    const { model, preprocessing } = this.#maker;
    const row = this.#findPrints.get(contentHash, model, preprocessing);
    if (row === undefined) return null;
    return { whole: numbersOf(row["print"]), inside: numbersOf(row["inside_print"]) };
  }

  /** What is known of a content that has a vector besides that, or null. */
  findFacts(contentHash: string): ImageFacts | null {
    const { model, preprocessing } = this.#maker;
    const facts = this.#findFacts.get(contentHash, model, preprocessing)?.["facts"];
    return typeof facts === "string" ? JSON.parse(facts) : null;
  }

  /** Records an outcome. Passing faults are not recorded. */
  put(contentHash: string, embedding: CachedEmbedding): void {
    if (embedding.kind === "failed" && !LASTING_FAULTS.has(embedding.code)) return;
    const { model, preprocessing } = this.#maker;
    if (embedding.kind === "failed") {
      const fault = JSON.stringify({ code: embedding.code, reason: embedding.reason });
      this.#put.run(contentHash, model, preprocessing, "failed", null, null, null, fault);
      return;
    }
    const facts = JSON.stringify(embedding.facts);
    const { vector, prints } = embedding;
    const [bytes, print, inside] = [vector, prints.whole, prints.inside].map((one) =>
      one === null ? null : bytesOf(one)
    );
    this.#put.run(
      contentHash,
      model,
      preprocessing,
      "embedded",
      bytes ?? null,
      print ?? null,
      inside ?? null,
      facts,
    );
  }

  /** Forgets a content under every model, how it fits others, and what was found on it. */
  erase(contentHash: string): void {
    this.#eraseDigests.run(contentHash);
    this.#eraseTraces.run(contentHash);
    this.#eraseFits.run(contentHash, contentHash);
    this.#erase.run(contentHash);
  }
}

/** Little-endian, as everywhere in this project. */
function bytesOf(vector: Int16Array): Uint8Array {
  const bytes = new Uint8Array(vector.length * 2);
  const view = new DataView(bytes.buffer);
  for (const [index, value] of vector.entries()) view.setInt16(index * 2, value, true);
  return bytes;
}

function numbersOf(value: unknown): Int16Array | null {
  return value instanceof Uint8Array ? vectorOf(value) : null;
}

function vectorOf(bytes: Uint8Array): Int16Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const vector = new Int16Array(bytes.byteLength / 2);
  for (let index = 0; index < vector.length; index += 1) {
    vector[index] = view.getInt16(index * 2, true);
  }
  return vector;
}
