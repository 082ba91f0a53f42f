import type { PortError } from "@scenekeep/engine/core";
import { NameFailure } from "./name_failure.ts";

/**
 * What it means that a file of a folder could not be read. A disk says that it cannot only after it
 * has tried for itself; whoever asks again waits for minutes, at each of perhaps thousands of
 * files, and hears the same. So that is damage, and nothing that passes.
 */
export function readError(error: PortError): PortError {
  return error === "ioError" ? "corrupt" : error;
}

/** The same for the name at `path`, with the reason in words. */
export function readFailure(error: PortError, path: string): NameFailure {
  switch (error) {
    case "missing":
      return new NameFailure(error, path, "it is not there any more");
    case "refused":
      return new NameFailure(error, path, "no permission to read it");
    case "changed":
      return new NameFailure(error, path, "it changed while it was read");
    default:
      return new NameFailure(readError(error), path, "the disk could not read it");
  }
}
