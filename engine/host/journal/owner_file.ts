/** Who holds a library: read by the process that finds it held. */
export interface LibraryOwner {
  /** Number of the process. */
  readonly pid: number;
  /** When it took the library: ISO 8601, UTC. */
  readonly since: string;
}

/**
 * Writes who holds the library at `path`, beside it. Says nothing about the lock itself: that is on
 * the library file, and the operating system releases it with the process, however that ends. The
 * note is a courtesy: a disk without room for it does not keep the library from being used.
 */
export function writeOwner(path: string, owner: LibraryOwner): void {
  try {
    Deno.writeTextFileSync(ownerPath(path), JSON.stringify(owner));
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
  }
}

/** Who wrote last that it holds the library, or null when nobody did so legibly. */
export function readOwner(path: string): LibraryOwner | null {
  try {
    const owner: unknown = JSON.parse(Deno.readTextFileSync(ownerPath(path)));
    return isOwner(owner) ? owner : null;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof SyntaxError) return null;
    throw error;
  }
}

/**
 * Takes the note away, where that can be. One that stays, as on a disk that has turned read-only,
 * keeps nobody out: the lock does that, and the note only says who holds it.
 */
export function removeOwner(path: string): void {
  try {
    Deno.removeSync(ownerPath(path));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
  }
}

function ownerPath(path: string): string {
  return `${path}-owner`;
}

function isOwner(value: unknown): value is LibraryOwner {
  if (typeof value !== "object" || value === null) return false;
  const { pid, since } = value as Partial<Record<keyof LibraryOwner, unknown>>;
  return typeof pid === "number" && typeof since === "string";
}
