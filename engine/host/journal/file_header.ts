import { corruptError } from "./journal_error.ts";
import { foreignError } from "./sqlite_failure.ts";
import { APPLICATION_ID, FORMAT_VERSION, newerError } from "./format_version.ts";

/** Every SQLite file begins with these 16 bytes; see https://www.sqlite.org/fileformat2.html. */
const MAGIC = "SQLite format 3\u0000";
const HEADER_SIZE_BYTES = 100;
const USER_VERSION_AT = 60;
const APPLICATION_ID_AT = 68;

/**
 * Looks at the first bytes of the file at `path` before SQLite does, which may change a file by
 * merely opening it. Passes when the file is absent, empty, or one of ours of a known format.
 *
 * @throws {JournalError} `JOURNAL_FOREIGN` or `JOURNAL_NEWER`.
 */
export function checkFileHeader(path: string): void {
  // A creation that was cut short: SQLite takes the file back to what it was before.
  if (sizeOf(`${path}-journal`) > 0) return;
  const size = sizeOf(path);
  if (size === 0) return;
  if (size < HEADER_SIZE_BYTES) throw foreignError(path, "it is not a SQLite file");
  const header = readHeader(path);
  const magic = new TextDecoder("latin1").decode(header.subarray(0, MAGIC.length));
  const view = new DataView(header.buffer);
  const ours = view.getUint32(APPLICATION_ID_AT) === APPLICATION_ID;
  if (magic !== MAGIC) {
    throw ours
      ? corruptError(path, "its first bytes are wrong")
      : foreignError(path, "it is not a SQLite file");
  }
  if (!ours) throw foreignError(path, "it is a SQLite file of another program");
  const version = view.getUint32(USER_VERSION_AT);
  if (version > FORMAT_VERSION) throw newerError(path, { what: "the file", format: version });
}

function sizeOf(path: string): number {
  try {
    return Deno.statSync(path).size;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}

function readHeader(path: string): Uint8Array<ArrayBuffer> {
  const header = new Uint8Array(HEADER_SIZE_BYTES);
  using file = Deno.openSync(path, { read: true });
  let filled = 0;
  while (filled < header.length) {
    const count = file.readSync(header.subarray(filled));
    if (count === null) break;
    filled += count;
  }
  return header;
}
