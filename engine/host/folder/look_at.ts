import type { PortError } from "@scenekeep/engine/core";
import type { FolderEntry } from "./folder_entry.ts";
import { codeOf } from "./name_failure.ts";

/** What a look at one name found. */
export type Look =
  | { readonly kind: "entry"; readonly entry: FolderEntry }
  | { readonly kind: "unreadable"; readonly error: PortError; readonly reason: string };

/**
 * Looks at one name without opening it. Links are not followed.
 *
 * @param full Where the name is, absolute.
 * @param path The same below the root, as the entry has it.
 */
export function lookAt(full: string, path: string): Promise<Look> {
  return Promise.resolve(lookAtNow(full, path));
}

/**
 * The same at once. A look takes some microseconds; handing it to another thread takes ten times as
 * long. Whoever looks at many lets others have their turn now and then.
 */
export function lookAtNow(full: string, path: string): Look {
  try {
    const facts = Deno.lstatSync(full);
    if (!facts.isFile && !facts.isSymlink) {
      return { kind: "unreadable", error: "refused", reason: "not a regular file" };
    }
    const entry: FolderEntry = {
      path,
      kind: facts.isSymlink ? "link" : "file",
      sizeBytes: facts.size,
      device: facts.dev,
      inode: facts.ino ?? 0,
      linkCount: facts.nlink ?? 1,
      modifiedMs: facts.mtime?.getTime() ?? 0,
      changedMs: facts.ctime?.getTime() ?? 0,
      target: facts.isSymlink ? Deno.readLinkSync(full) : null,
    };
    return { kind: "entry", entry };
  } catch (error) {
    return { kind: "unreadable", error: portErrorOf(error), reason: reasonOf(error, path) };
  }
}

/** What stands in a name for bytes that are no text. */
const REPLACEMENT = "\ufffd";

/** Why the name at `path` could not be looked at. */
export function reasonOf(error: unknown, path: string): string {
  const code = codeOf(error);
  if (code === "ENOENT") {
    // The runtime knows names as text only, so there is no way to ask for the real one.
    return path.includes(REPLACEMENT)
      ? "its name is not text in UTF-8: rename it"
      : "vanished during the scan";
  }
  if (code === "EACCES" || code === "EPERM") return "no permission to read it";
  if (code === "EIO") return "the disk cannot read it (input/output error)";
  return error instanceof Error ? error.message : String(error);
}

function portErrorOf(error: unknown): PortError {
  if (error instanceof Deno.errors.NotFound) return "missing";
  if (error instanceof Deno.errors.NotADirectory) return "missing";
  if (error instanceof Deno.errors.PermissionDenied) return "refused";
  return "ioError";
}
