import { identifier, type LibraryId } from "@scenekeep/engine/core";
import { join } from "@std/path";

/** Version of the description; another one is refused. */
const DESCRIPTION_FORMAT = "library-description/1";

/** The name of the description inside the library's own folder. */
const DESCRIPTION_NAME = "library.json";

/**
 * What a library's id looks like: it names a folder, also where letters have no case, so lower-case
 * letters, digits and hyphens, 1 to 63 of them, beginning with a letter or digit.
 */
export const LIBRARY_ID_PATTERN: RegExp = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** The embeddings that a catalog's service gives. Vectors of other models are refused. */
export interface CatalogModel {
  /** Names model and preprocessing. */
  readonly id: string;
  readonly dimensions: number;
  /** Largest distances of the tiers, |A−B|² of int16 vectors of length 32,767. */
  readonly thresholds: {
    readonly close: number;
    readonly similar: number;
    readonly related: number;
  };
}

/** What is said of a library when it is made, and never changes. */
export interface LibraryDescription {
  readonly id: LibraryId;
  readonly kind: "folder" | "catalog";
  readonly name: string;
  readonly limitBytes: number;
  /** Real path of a folder library's root; null for a catalog. */
  readonly folder: string | null;
  /** Null where no similar images are searched, and for folders, which use the default model. */
  readonly model: CatalogModel | null;
}

/** A description that cannot be read. */
export class DescriptionError extends Error {
  override readonly name = "DescriptionError";
  /** Stable name of the problem. */
  readonly code = "LIBRARY_DESCRIPTION_DAMAGED";
}

/** The ids of the libraries in a data directory, in order. */
export async function listLibraryIds(directory: string): Promise<LibraryId[]> {
  const ids: LibraryId[] = [];
  // See [Note: Directories that fail halfway].
  for await (const entry of Deno.readDir(directory)) {
    if (!entry.isDirectory || !LIBRARY_ID_PATTERN.test(entry.name)) continue;
    if (isThere(join(directory, entry.name, DESCRIPTION_NAME))) ids.push(identifier(entry.name));
  }
  return ids.sort();
}

/**
 * Reads the description of a library, or null when there is none.
 *
 * @throws {DescriptionError} When it is damaged or of another format.
 */
export function readDescription(directory: string, id: string): LibraryDescription | null {
  if (!LIBRARY_ID_PATTERN.test(id)) return null;
  const path = join(directory, id, DESCRIPTION_NAME);
  let text: string;
  try {
    text = Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
  try {
    const { format, description } = JSON.parse(text);
    if (format === DESCRIPTION_FORMAT && description.id === id) return description;
  } catch {
    // Falls through to the one error below.
  }
  throw new DescriptionError(
    `Cannot read "${path}": it must be a description of format ${DESCRIPTION_FORMAT}: ` +
      "Put a backup in its place",
  );
}

/** Writes a description so that it is there wholly or not at all. */
export function writeDescription(directory: string, description: LibraryDescription): void {
  const folder = join(directory, description.id);
  Deno.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, DESCRIPTION_NAME);
  const draft = `${path}.new`;
  using file = Deno.openSync(draft, { create: true, write: true, truncate: true });
  const bytes = new TextEncoder().encode(
    JSON.stringify({ format: DESCRIPTION_FORMAT, description }),
  );
  for (let written = 0; written < bytes.length;) {
    written += file.writeSync(bytes.subarray(written));
  }
  file.syncDataSync();
  Deno.renameSync(draft, path);
}

function isThere(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
