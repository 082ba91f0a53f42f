import {
  DescriptionError,
  JournalError,
  RegistryError,
  ServiceFileError,
} from "@scenekeep/engine/host";
import { HTTPException } from "hono/http-exception";
import { ApiProblem, type ProblemCode } from "./problem.ts";

/** The one place where errors of the engine and of the framework become problems of the API. */
export function problemOfError(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  if (error instanceof HTTPException) return problemOfStatus(error);
  if (error instanceof RegistryError) {
    return new ApiProblem(REGISTRY_CODES[error.code], error.message);
  }
  if (error instanceof JournalError) return new ApiProblem(journalCode(error), error.message);
  if (error instanceof DescriptionError || error instanceof ServiceFileError) {
    return new ApiProblem("LIBRARY_DAMAGED", error.message);
  }
  // What it says may name paths and more: it is for the log, not for clients.
  return new ApiProblem("INTERNAL", "Look for the request id in the log of the server");
}

const REGISTRY_CODES: Readonly<Record<RegistryError["code"], ProblemCode>> = {
  UNKNOWN_LIBRARY: "UNKNOWN_LIBRARY",
  LIBRARY_EXISTS: "LIBRARY_EXISTS",
  TOO_MANY_OPEN: "BUSY",
  REGISTRY_CLOSED: "STOPPING",
  WRONG_LIBRARY_KIND: "WRONG_LIBRARY_KIND",
  SCAN_RUNNING: "SCAN_RUNNING",
};

function journalCode({ code }: JournalError): ProblemCode {
  if (code === "LIBRARY_BUSY") return "LIBRARY_BUSY";
  return code === "JOURNAL_FULL" ? "DISK_FULL" : "LIBRARY_DAMAGED";
}

function problemOfStatus(error: HTTPException): ApiProblem {
  switch (error.status) {
    case 400:
      return new ApiProblem("MALFORMED_JSON", "Cannot read the body: it must be JSON");
    case 404:
      return new ApiProblem("NOT_FOUND", "Look at /openapi.json for what there is");
    case 413:
      return new ApiProblem("BODY_TOO_LARGE", "Send less at a time");
    case 415:
      return new ApiProblem("UNSUPPORTED_MEDIA_TYPE", "Send content type application/json");
    default:
      return new ApiProblem("INTERNAL", "Look for the request id in the log of the server");
  }
}
