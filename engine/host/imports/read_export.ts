import { join, resolve } from "@std/path";
import { walkFolder } from "../folder/walk_folder.ts";
import { ReadingPool } from "../reading/reading_pool.ts";
import { listedFiles } from "../reading/staged_files.ts";
import { StagedReading } from "../reading/staged_reading.ts";
import type { ExportListing, ReadExport } from "./exported_item.ts";
import { foldCopies, type ImportedFile } from "./fold_copies.ts";
import { readEnteExport } from "./read_ente_export.ts";
import { readTakeout } from "./read_takeout.ts";

/** More threads than this wait for one disk, or for memory. */
const THREADS_MAX = 4;

/** An export with the contents of its files. */
export interface ExportContents extends ReadExport {
  /** One for each content, in order of the first path. */
  readonly files: readonly ImportedFile[];
  /** Files whose bytes could not be read, and why. */
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[];
}

/** What kind of export a listing is: Ente puts descriptions in folders of their own. */
export function exportKind(paths: readonly string[]): ReadExport["kind"] {
  const isEnte = paths.some((path) =>
    /(^|\/)(metadata|\.meta)\/[^/]+\.json$/.test(path) || /(^|\/)export_status\.json$/.test(path)
  );
  return isEnte ? "ente" : "takeout";
}

/** Reads a listing as the kind of export that it is. */
export function readListing(listing: ExportListing): ReadExport {
  return exportKind(listing.paths) === "ente" ? readEnteExport(listing) : readTakeout(listing);
}

/**
 * Reads an unpacked export from the disk, with the hash of every file. Changes nothing.
 *
 * @throws {Deno.errors.NotFound} When there is no such folder.
 */
export async function readExport(source: string): Promise<ExportContents> {
  const root = resolve(source);
  const { entries, unreadable } = await walkFolder(root);
  const files = entries.filter(({ kind, sizeBytes }) => kind === "file" && sizeBytes > 0);
  const read = readListing({
    paths: files.map(({ path }) => path),
    textOf: (path) => textOf(join(root, path)),
  });
  const wanted = new Set(read.items.flatMap(({ path, video }) => [path, ...video ? [video] : []]));
  const hashes = new Map<string, string>();
  const failed: { path: string; reason: string }[] = [...unreadable];
  const pool = new ReadingPool(Math.max(1, Math.min(THREADS_MAX, navigator.hardwareConcurrency)));
  const asked = files.filter(({ path }) => wanted.has(path));
  const reading = new StagedReading({
    root,
    files: listedFiles(asked, () => true),
    cache: null,
    verifies: false,
    pool: () => pool,
    nowMs: () => Date.now(),
    onResults: (results) => {
      for (const { place, contentHash, failure } of results) {
        const path = asked[place]?.path ?? "";
        if (contentHash !== null) hashes.set(path, contentHash);
        else failed.push({ path, reason: failure ?? "not read" });
      }
    },
  });
  await reading.run().finally(() => pool.close());
  const folded = foldCopies(read.items, (path) => hashes.get(path) ?? null);
  return { ...read, files: folded, unreadable: failed };
}

function textOf(path: string): string | null {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    // Missing, or not to be read: whoever asks treats it as a description that says nothing.
    return null;
  }
}
