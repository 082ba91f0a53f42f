import { basename } from "@std/path";
import { CleanUpError } from "../clean_up/clean_up_error.ts";
import { NameFailure } from "../folder/name_failure.ts";
import { folderPair } from "./device_folder.ts";
import { DeviceItems, readAs } from "./device_items.ts";
import { deviceName, readDeviceRecord } from "./device_record.ts";
import type { LeftOutItem } from "./device_units.ts";
import { neverBackedUp } from "./free_up.ts";
import { LibrarySession, type TransferOptions } from "./library_session.ts";
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

/** Which device, and of which library. */
export interface DownloadOptions extends TransferOptions {
  readonly device: string;
  /** What the device is called. @default the name of its folder */
  readonly name?: string | undefined;
}

/** What came back. */
export interface DownloadResult {
  readonly device: string;
  readonly returned: readonly FreedFile[];
  readonly stays: readonly (FreedFile & LeftOutItem)[];
}

/** Files that were freed from a device and have not come back, in the order in which they went. */
export async function listFreed(options: DownloadOptions): Promise<FreedFile[]> {
  const { session, name } = await openFor(options);
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
  options: DownloadOptions,
  which: readonly number[] | "all",
): Promise<DownloadResult> {
  const { items, name, session } = await openFor(options);
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
      await items.bringBack({ ...facts, library: path }, place.pathTo(path));
      returned.push(freed);
    } catch (error) {
      if (!(error instanceof NameFailure)) throw error;
      stays.push({ ...freed, reason: error.reason });
    }
  }
  return { device: name, returned, stays };
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
  const latest = log.latest(name);
  const found = new Map<number, { freed: FreedFile; line: ReceiptLine }>();
  for (const [index, line] of log.lines.entries()) {
    if (line.action !== "removed" || latest.get(line.file) !== line) continue;
    const { at, file, sizeBytes } = line;
    const number = index + 1;
    found.set(number, { freed: { number, file, sizeBytes, removedAt: at }, line });
  }
  return found;
}

/** Opens a device and its library, and ends what was begun with its items before. */
async function openFor(
  options: DownloadOptions,
): Promise<{ session: LibrarySession; name: string; items: DeviceItems }> {
  const pair = await folderPair(options.device, options.root, "device");
  const name = deviceName(options.name ?? basename(pair.source));
  if (readDeviceRecord(pair.library, name) === null) throw neverBackedUp(name, pair.library);
  const session = await LibrarySession.open({ ...options, root: pair.library, makes: false });
  try {
    const { log, system, workers } = session;
    const items = new DeviceItems(pair.source, { log, system, hasher: workers });
    items.settle(log.latest(name));
    return { session, name, items };
  } catch (error) {
    await session[Symbol.asyncDispose]();
    throw error;
  }
}
