import { dirname, join } from "@std/path";
import { md5Pair, sha1Pair } from "./colliding_pairs.ts";

/** Names that trip programs up; each is another name to the file system. */
export const ODD_NAMES: readonly string[] = [
  "new\nline.jpg",
  " space .jpg",
  "-dash.jpg",
  "quote'\".jpg",
  "$(cmd) `tick`.jpg",
  "tab\tand\\slash.jpg",
  "Ä.jpg",
  "A\u0308.jpg",
  "UPPER.jpg",
  "upper.jpg",
  "[bracket],comma;.jpg",
  "\u202egpj.txt",
  "😀.jpg",
];

/** Sizes around what readers take at once: pages, chunks and the size from which tails are read. */
const SIZES: readonly number[] = [1, 2, 4095, 4096, 4097, 65_536, 262_144, 262_145, 1_048_577];

/**
 * Writes a tree of everything that a search for copies may stumble over: copies near and far, twins
 * of equal head and tail, collisions of MD5 and SHA-1, hard links inside the tree and out of it,
 * links to files, to parents and to nothing, odd names, empty and sparse files. Times lie in the
 * past. The same seed gives the same tree.
 *
 * @param outside A folder beside the tree, for the other end of links that leave it.
 */
export function makeOddTree(root: string, outside: string, seed: number): void {
  const draw = drawing(seed);
  const folders = ["", "a", "a/b", "a/b/deep", "c c", "ü"].map((name) => join(root, name));
  for (const folder of [...folders, outside]) Deno.mkdirSync(folder, { recursive: true });
  const anywhere = (): string => folders[draw(folders.length)] ?? root;
  const written: string[] = [];
  let number = 0;
  const write = (bytes: Uint8Array, name = `${number}.bin`): void => {
    const path = join(anywhere(), name);
    if (written.includes(path)) return;
    Deno.writeFileSync(path, bytes);
    written.push(path);
    number += 1;
  };
  for (let original = 0; original < 24; original += 1) {
    const size = SIZES[draw(SIZES.length)] ?? 1;
    const bytes = contentOf(size, draw(1 << 20));
    const oddName = (): string | undefined => draw(2) === 0 ? undefined : ODD_NAMES[draw(13)];
    write(bytes, oddName());
    for (let copies = draw(3); copies > 0; copies -= 1) write(bytes, oddName());
    if (draw(3) > 0) continue;
    const twin = bytes.slice();
    const at = draw(size);
    twin[at] = (twin[at] ?? 0) ^ 1;
    write(twin);
    if (draw(2) === 0) write(twin);
  }
  for (const bytes of md5Pair()) write(bytes);
  const collision = sha1Pair();
  for (const bytes of [...collision, collision[draw(2)] ?? collision[0]]) write(bytes);
  for (let empty = draw(3); empty >= 0; empty -= 1) write(new Uint8Array());
  for (let sparse = draw(3); sparse >= 0; sparse -= 1) {
    const path = join(anywhere(), `sparse${number}.mov`);
    Deno.writeFileSync(path, new Uint8Array());
    Deno.truncateSync(path, 3_000_000 + draw(2));
    number += 1;
  }
  for (let links = 0; links < 6; links += 1) {
    const target = written[draw(written.length)] ?? root;
    Deno.linkSync(target, join(anywhere(), `hard${links}.jpg`));
    Deno.symlinkSync(target, join(anywhere(), `soft${links}.jpg`));
  }
  Deno.linkSync(written[0] ?? root, join(outside, "hard.jpg"));
  Deno.symlinkSync("..", join(root, "a", "parent"));
  Deno.symlinkSync(root, join(root, "a", "b", "root"));
  Deno.symlinkSync("nothing", join(root, "dangling.jpg"));
  Deno.symlinkSync(dirname(outside), join(root, "c c", "out"));
}

function contentOf(size: number, seed: number): Uint8Array {
  const draw = drawing(seed);
  // One head for all: only what follows, if anything, tells them apart.
  return new Uint8Array(size).map((_, index) => index < 4096 ? index & 255 : draw(256));
}

/** Draws whole numbers below a bound (xorshift, 32 bits). */
function drawing(seed: number): (below: number) => number {
  let state = (Math.imul(seed + 1, 2_654_435_761) >>> 0) || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % below;
  };
}
