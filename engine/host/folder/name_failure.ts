import type { PortError } from "@scenekeep/engine/core";

/** A change of a name that cannot be made; nothing of the step is left. Caught inside the port. */
export class NameFailure extends Error {
  override readonly name = "NameFailure";
  readonly error: PortError;
  /** Below the root. */
  readonly path: string;
  /** What is wrong, in words a person reads. */
  readonly reason: string;

  constructor(error: PortError, path: string, reason: string) {
    super(`Cannot change "${path}": ${reason}`);
    this.error = error;
    this.path = path;
    this.reason = reason;
  }
}

/** Codes of the system that say that asking again is no use, and what they mean here. */
const REFUSALS: Readonly<Record<string, string>> = {
  EACCES: "no permission",
  EPERM: "no permission, or the file system has no such links",
  EROFS: "it is read-only",
  EXDEV: "it is on another device",
  ENAMETOOLONG: "its name is too long",
  ELOOP: "there are links on the way",
  EMLINK: "it has too many names",
  ENOTSUP: "the file system cannot do it",
  EOPNOTSUPP: "the file system cannot do it",
  ENOSYS: "the file system cannot do it",
  EINVAL: "the file system cannot do it",
};

/** What an error of the runtime means for the name at `path`. */
export function nameFailure(error: unknown, path: string): NameFailure {
  if (error instanceof NameFailure) return error;
  const code = codeOf(error);
  if (code === "ENOENT" || code === "ENOTDIR") {
    return new NameFailure("missing", path, "it is not there");
  }
  if (code === "EEXIST" || code === "EISDIR") {
    return new NameFailure("changed", path, "something else is there");
  }
  if (code === "ENOSPC" || code === "EDQUOT") {
    return new NameFailure("diskFull", path, "the disk is full");
  }
  if (code === "EIO") {
    return new NameFailure("ioError", path, "the disk could not read or write it");
  }
  const refusal = REFUSALS[code];
  if (refusal !== undefined) return new NameFailure("refused", path, refusal);
  if (error instanceof Deno.errors.NotCapable) {
    return new NameFailure("refused", path, "this program was not given the permission");
  }
  return new NameFailure("ioError", path, error instanceof Error ? error.message : String(error));
}

/** The code that the system gave, for instance `ENOENT`; empty where there is none. */
export function codeOf(error: unknown): string {
  const code = error instanceof Error ? (error as { code?: unknown }).code : undefined;
  if (typeof code === "string") return code;
  if (error instanceof Deno.errors.NotFound) return "ENOENT";
  if (error instanceof Deno.errors.NotADirectory) return "ENOTDIR";
  if (error instanceof Deno.errors.AlreadyExists) return "EEXIST";
  return error instanceof Deno.errors.PermissionDenied ? "EACCES" : "";
}
