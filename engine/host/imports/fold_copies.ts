import type { ExportedItem, ExportedMetadata } from "./exported_item.ts";

/** A content of an export: one file of the library to be, whatever the number of its copies. */
export interface ImportedFile {
  /** `image:video` for a live photo. */
  readonly contentHash: string;
  /** All its copies in the export, in order of path; the first is the one to take. */
  readonly copies: readonly ExportedItem[];
  /** Every album that has it, in order of name; none for what was only in year folders. */
  readonly albums: readonly string[];
  readonly metadata: ExportedMetadata | null;
}

/**
 * Folds copies of one content into one file each: albums are united, and so is what the copies say.
 * A favourite if one is; archived or in the trash only if all are; the earliest time; the first
 * place; descriptions line by line, each once (as R6 merges copies of a library).
 *
 * @param hashOf The content hash of a file, or null: items that could not be read are left out.
 */
export function foldCopies(
  items: readonly ExportedItem[],
  hashOf: (path: string) => string | null,
): ImportedFile[] {
  const byContent = new Map<string, ExportedItem[]>();
  for (const item of [...items].sort((left, right) => left.path < right.path ? -1 : 1)) {
    const still = hashOf(item.path);
    const video = item.video === null ? null : hashOf(item.video);
    if (still === null || (item.video !== null && video === null)) continue;
    const content = video === null ? still : `${still}:${video}`;
    const known = byContent.get(content);
    if (known === undefined) byContent.set(content, [item]);
    else known.push(item);
  }
  return [...byContent].map(([contentHash, copies]) => ({
    contentHash,
    copies,
    albums: [...new Set(copies.flatMap(({ album }) => album ?? []))].sort(),
    metadata: mergedMetadata(copies.flatMap(({ metadata }) => metadata ?? [])),
  }));
}

function mergedMetadata(all: readonly ExportedMetadata[]): ExportedMetadata | null {
  const [first] = all;
  if (first === undefined) return null;
  const times = all.flatMap(({ takenAtMs }) => takenAtMs ?? []);
  const lines = all.flatMap(({ description }) => description.split("\n"))
    .filter((line) => line.trim() !== "");
  return {
    title: all.find(({ title }) => title !== null)?.title ?? null,
    takenAtMs: times.length === 0 ? null : Math.min(...times),
    description: [...new Set(lines)].join("\n"),
    location: all.find(({ location }) => location !== null)?.location ?? null,
    favorite: all.some(({ favorite }) => favorite),
    archived: all.every(({ archived }) => archived),
    trashed: all.every(({ trashed }) => trashed),
    people: [...new Set(all.flatMap(({ people }) => people))].sort(),
  };
}
