import { join } from "@std/path";
import { createCipheriv } from "node:crypto";

/** What tree to make. */
export interface ExactTree {
  readonly files: number;
  /** Of all files together, about. */
  readonly bytes: number;
  /** Share of the files that are copies of an earlier one, 0 to 1. */
  readonly copies: number;
  /** The same seed gives the same tree. */
  readonly seed: number;
}

/** Files of one folder. */
const FILES_PER_FOLDER = 250;

/** Every 25th original gets a twin that differs in one byte in the middle alone. */
const TWIN_EVERY = 25;

/**
 * Writes a tree like a photo library below `root`: log-normal sizes, copies in other folders, and
 * some files of equal size, head and tail that differ in the middle. Times lie in the past, as
 * those of photos do. Returns the bytes that it wrote.
 */
export function makeExactTree(root: string, tree: ExactTree): number {
  const noise = new Noise(tree.seed);
  const mean = tree.bytes / tree.files;
  const spread = 0.6;
  const originals: { path: string; seed: number; size: number }[] = [];
  let written = 0;
  for (let index = 0; index < tree.files; index += 1) {
    const event = Math.floor(index / FILES_PER_FOLDER);
    const folder = join(root, `${2005 + (event % 17)}`, `${event}`);
    if (index % FILES_PER_FOLDER === 0) Deno.mkdirSync(folder, { recursive: true });
    const isCopy = noise.fraction() < tree.copies && originals.length > 0;
    const source = isCopy ? originals[Math.floor(noise.fraction() * originals.length)] : undefined;
    const path = join(folder, `${source === undefined ? "IMG" : "copy"}_${index}.jpg`);
    const size = source?.size ??
      Math.max(1, Math.round(mean * Math.exp(spread * noise.normal() - spread * spread / 2)));
    const seed = source?.seed ?? tree.seed * 1_000_003 + index;
    const bytes = bytesOf(seed, size);
    const isTwin = source !== undefined && index % TWIN_EVERY === 0;
    const middle = size >> 1;
    if (isTwin) bytes[middle] = (bytes[middle] ?? 0) ^ 0x55;
    Deno.writeFileSync(path, bytes);
    written += size;
    if (source === undefined) originals.push({ path, seed, size });
  }
  return written;
}

function bytesOf(seed: number, size: number): Uint8Array {
  const key = new Uint8Array(16);
  new DataView(key.buffer).setFloat64(0, seed);
  const cipher = createCipheriv("aes-128-ctr", key, new Uint8Array(16));
  return new Uint8Array(cipher.update(new Uint8Array(size)));
}

/** Draws for sizes and places; a small generator is enough (Numerical Recipes, 32 bits). */
class Noise {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  fraction(): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return this.#state / 2 ** 32;
  }

  /** Normal, mean 0 and deviation 1 (Box and Muller). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.fraction()));
    return radius * Math.cos(2 * Math.PI * this.fraction());
  }
}
