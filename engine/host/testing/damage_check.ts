/**
 * Scans a folder of real pictures and many damaged ones, and says what went wrong: `deno task
 * damage-test [COUNT [SEED]]`.
 *
 * @module
 */

import { join } from "@std/path";
import { scanFolder } from "../scan/scan_folder.ts";
import { recordFolder } from "../scan/record_folder.ts";
import { damagedPicture } from "./damaged_picture.ts";
import { sceneryOf } from "./picture.ts";

/** What came of a check. */
export interface DamageOutcome {
  /** Nothing where all is well. */
  readonly problems: readonly string[];
  readonly damaged: number;
  /** Damaged files that can still be shown. */
  readonly shown: number;
  /** Damaged files that the report names with a reason. */
  readonly named: number;
}

/** What to damage, and how much of it. */
export interface DamageOptions {
  readonly count: number;
  readonly seed: number;
  /** Different pictures: the whole files that must stay by themselves. */
  readonly originals: readonly Uint8Array[];
}

/** Different pictures that are drawn, where there are no real ones. */
export function drawnOriginals(): Uint8Array[] {
  return Array.from({ length: 6 }, (_, seed) => sceneryOf({ seed: seed + 1, sidePixels: 160 }));
}

/** Damages pictures and scans them beside the whole ones, in a folder of its own. */
export async function checkDamage(options: DamageOptions): Promise<DamageOutcome> {
  const place = await Deno.makeTempDir({ prefix: "scenekeep-damaged-" });
  try {
    const root = join(place, "photos");
    const source = await writeFolder(root, options);
    const cache = join(place, "cache");
    const { report } = await scanFolder({ root, cache });
    const embedded = await recordFolder({ root, cache }, ({ files }) => {
      return Promise.resolve(
        new Set(files.filter((one) => one.isEmbedded).map(({ path }) => path)),
      );
    });
    const named = new Map(report.unreadable.map(({ file, reason }) => [file, reason]));
    const problems: string[] = [];
    for (const [file, { how, original }] of source) {
      if (original === null && !embedded.has(file)) problems.push(`${file}: whole, but not shown`);
      if (original !== null && !embedded.has(file) && !(named.get(file) ?? "").length) {
        problems.push(`${file}: ${how}: neither shown nor named`);
      }
    }
    for (const { files } of [...report.similar, ...report.exact]) {
      problems.push(...wronglyTogether(files, source));
    }
    return {
      problems,
      damaged: options.count,
      shown: [...source].filter(([file, { original }]) => original !== null && embedded.has(file))
        .length,
      named: named.size,
    };
  } finally {
    await Deno.remove(place, { recursive: true });
  }
}

/** How a file came to be; the number of the picture that it was, null for a whole one. */
interface Made {
  readonly how: string;
  readonly original: readonly number[] | null;
  readonly number: number;
}

async function writeFolder(
  root: string,
  { count, originals, seed }: DamageOptions,
): Promise<Map<string, Made>> {
  await Deno.mkdir(root);
  const made = new Map<string, Made>();
  for (const [number, bytes] of originals.entries()) {
    made.set(`whole-${number}.jpg`, { how: "whole", original: null, number });
    // deno-lint-ignore no-await-in-loop -- small files
    await Deno.writeFile(join(root, `whole-${number}.jpg`), bytes);
  }
  for (let at = 0; at < count; at += 1) {
    const first = (at * 7 + seed) % originals.length;
    const second = (first + 1 + at % (originals.length - 1)) % originals.length;
    const picture = damagedPicture(seed * 100_003 + at, [originals[first]!, originals[second]!]);
    const name = `damaged-${at}.jpg`;
    made.set(name, { how: picture.how, original: [first, second], number: first });
    // deno-lint-ignore no-await-in-loop -- small files
    await Deno.writeFile(join(root, name), picture.bytes);
  }
  return made;
}

/** Whole pictures that are with others than what was made of them. */
function wronglyTogether(
  files: readonly string[],
  source: ReadonlyMap<string, Made>,
): string[] {
  const whole = files.filter((file) => source.get(file)?.original === null);
  if (whole.length > 1) return [`${whole.join(" and ")} are in one group`];
  const [only] = whole;
  if (only === undefined) return [];
  const { number } = source.get(only)!;
  return files.filter((file) => file !== only && !source.get(file)?.original?.includes(number))
    .map((file) => `${only} is with ${file}, which was ${source.get(file)?.number}`);
}
