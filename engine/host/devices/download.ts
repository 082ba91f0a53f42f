import { CleanUpError } from "../clean_up/clean_up_error.ts";
import { NameFailure } from "../folder/name_failure.ts";
import { readAs } from "./device_items.ts";
import type { LeftOutItem } from "./device_units.ts";
import type { LibrarySession } from "./library_session.ts";
import { type DeviceOptions, openDevice } from "./open_device.ts";
import type { ReceiptLine } from "./receipts_log.ts";

/** A file that was freed and has not come back. */
export interface FreedFile {
  /** The line of the log that says so: stays the same until it comes back. */
  readonly number: number;
  /** Where it was on the device. */
  readonly file: string;
  readonly sizeBytes: number;
  readonly removedAt: string;
}

/** What came back. */
export interface DownloadResult {
  readonly device: string;
  readonly returned: readonly FreedFile[];
  /** Those of them that lack some of what the user attached to them. */
  readonly withoutAttributes: readonly string[];
  readonly stays: readonly (FreedFile & LeftOutItem)[];
}

/** Files that were freed from a device and have not come back, in the order in which they went. */
export async function listFreed(options: DeviceOptions): Promise<FreedFile[]> {
  const { record: { name }, session } = await openDevice(options);
  await using held = session;
  return [...freedLines(held, name).values()].map(({ freed }) => freed);
}

/**
 * Brings freed files back to where they were, with their times. What has the name of one meanwhile
 * stays. The next backup knows them.
 *
 * @param which Their numbers, or all.
 * @throws {CleanUpError} `REFUSED` when there is no such number, and others as for a free-up.
 */
export async function download(
  options: DeviceOptions,
  which: readonly number[] | "all",
): Promise<DownloadResult> {
  const { items, record: { name }, session } = await openDevice(options);
  await using held = session;
  const { place, workers } = held;
  const freed = freedLines(held, name);
  const wanted = which === "all" ? [...freed.keys()] : which;
  const lines = wanted.map((number) => {
    const line = freed.get(number);
    if (line !== undefined) return line;
    throw new CleanUpError("REFUSED", `No freed file has the number ${number}`);
  });
  const stored = await held.contents(new Set(lines.map(({ line }) => line.sizeBytes)));
  const pathOf = new Map([...stored.contentAt].map(([path, content]) => [content, path]));
  const returned: FreedFile[] = [];
  const withoutAttributes: string[] = [];
  const stays: (FreedFile & LeftOutItem)[] = [];
  for (const { freed, line } of lines) {
    held.checkStopped();
    options.onProgress?.({ done: returned.length + stays.length, total: lines.length });
    try {
      const path = pathOf.get(line.contentHash);
      if (path === undefined) throw new NameFailure("missing", freed.file, gone(held, line));
      // deno-lint-ignore no-await-in-loop -- one file after the other
      await readAs(line.contentHash, { place, path, hasher: workers });
      const { action: _action, aside: _aside, at: _at, ...facts } = line;
      // deno-lint-ignore no-await-in-loop -- as above
      const back = await items.bringBack({ ...facts, library: path }, place.pathTo(path));
      returned.push(freed);
      if (!back.keepsAttributes) withoutAttributes.push(freed.file);
    } catch (error) {
      if (!(error instanceof NameFailure)) throw error;
      stays.push({ ...freed, reason: error.reason });
    }
  }
  return { device: name, returned, withoutAttributes, stays };
}

function gone({ kept }: LibrarySession, { contentHash }: ReceiptLine): string {
  for (const { contentHash: trashed, sequence } of kept.state.trash.values()) {
    if (trashed === contentHash) return `it is in the trash of the library, as number ${sequence}`;
  }
  return "the library does not hold it any more";
}

function freedLines(
  { log }: LibrarySession,
  name: string,
): Map<number, { readonly freed: FreedFile; readonly line: ReceiptLine }> {
  const found = new Map<number, { freed: FreedFile; line: ReceiptLine }>();
  for (const { line, number } of log.latest(name)) {
    if (line.action !== "removed") continue;
    const { at, file, sizeBytes } = line;
    found.set(number, { freed: { number, file, sizeBytes, removedAt: at }, line });
  }
  return found;
}
