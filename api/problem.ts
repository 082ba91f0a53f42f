import type { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { ProblemSchema } from "./schemas/shared_shapes.ts";

/** Every problem that a client may meet: its stable code, HTTP status and title. */
export const PROBLEMS = {
  MALFORMED_JSON: [400, "The body is not JSON"],
  UNAUTHORIZED: [401, "A valid token is needed"],
  FOLDER_NOT_ALLOWED: [403, "The folder may not be used"],
  NOT_FOUND: [404, "There is nothing at this address"],
  UNKNOWN_LIBRARY: [404, "There is no such library"],
  UNKNOWN_ALBUM: [404, "There is no such album"],
  UNKNOWN_FILE: [404, "There is no such file"],
  UNKNOWN_RESERVATION: [404, "There is no such reservation"],
  UNKNOWN_PLAN: [404, "There is no such plan"],
  UNKNOWN_TRASH: [404, "There is no such record in the trash"],
  UNKNOWN_DEVICE: [404, "There is no such device"],
  NO_SCAN: [404, "The library was not scanned since the server was started"],
  UNKNOWN_REVIEW: [404, "There is no such review, or it has ended"],
  UNKNOWN_SCENE: [404, "There is no such scene in the review"],
  LIBRARY_EXISTS: [409, "Another library has this id"],
  ALBUM_EXISTS: [409, "Another album has this id"],
  ALBUM_PERMANENT: [409, "The album cannot be deleted"],
  ALBUM_NOT_OWNED: [409, "The album belongs to somebody else"],
  FILE_EXISTS: [409, "Another file has this id"],
  FILE_NOT_OWNED: [409, "The file belongs to somebody else"],
  LAST_ENTRY: [409, "It is the last album of the file"],
  LIMIT_EXCEEDED: [409, "The limit would be exceeded"],
  RESERVATION_MISMATCH: [409, "The reservation is for something else"],
  PLAN_EXISTS: [409, "Another plan has this id"],
  PLAN_PHASE: [409, "The plan is not at a point where this can be done"],
  PLAN_REFUSED: [409, "No such plan can be made"],
  PLAN_PENDING: [409, "Other plans wait"],
  RECEIPT_PINNED: [409, "A device relies on the file"],
  WRONG_LIBRARY_KIND: [409, "This is not for libraries of this kind"],
  CERTIFICATE_FAILED: [409, "The plan's certificate did not pass its check"],
  EMBEDDINGS_UNAVAILABLE: [409, "The library has no embeddings"],
  MODEL_MISMATCH: [409, "The vectors are of another model"],
  SCAN_RUNNING: [409, "A scan is running"],
  BODY_TOO_LARGE: [413, "The body is too large"],
  UNSUPPORTED_MEDIA_TYPE: [415, "The body must be application/json"],
  MISDIRECTED: [421, "The server does not answer under this host name"],
  INVALID: [422, "The request cannot be carried out as it is"],
  INVALID_REQUEST: [422, "The request does not have the right form"],
  IDEMPOTENCY_KEY_REUSED: [422, "The idempotency key was used for another request"],
  DECISIONS_MISMATCH: [422, "The decisions are not for the members of the scene"],
  TOO_MANY_PAIRS: [422, "The scenes have too many members to decide at once"],
  FOLDER_UNUSABLE: [422, "The folder cannot be used"],
  INTERNAL: [500, "Something went wrong here"],
  ACTOR_CRASHED: [500, "The request made an actor fail; nothing has changed"],
  LIBRARY_DAMAGED: [500, "A file of the library is damaged"],
  LIBRARY_BUSY: [503, "Another process holds the library"],
  BUSY: [503, "Too much waits already"],
  NOT_ANSWERED: [503, "No answer in time; it may have been applied: send it again"],
  STOPPING: [503, "The server stops"],
  UNAVAILABLE: [503, "Not ready yet; send it again a little later"],
  DISK_FULL: [507, "The disk is full; nothing has changed"],
} as const;

/** The stable name of a problem. */
export type ProblemCode = keyof typeof PROBLEMS;

/** What else a problem says. */
export type ProblemExtras = Pick<z.infer<typeof ProblemSchema>, "errors" | "refusal">;

/** A request that cannot be answered as it wants to be. */
export class ApiProblem extends Error {
  override readonly name = "ApiProblem";
  readonly code: ProblemCode;
  readonly extras: ProblemExtras;

  constructor(code: ProblemCode, detail: string, extras: ProblemExtras = {}) {
    super(detail);
    this.code = code;
    this.extras = extras;
  }
}

/** The answer that tells of a problem, see RFC 9457. */
export function problemResponse(c: Context, problem: ApiProblem): Response {
  const [status, title] = PROBLEMS[problem.code];
  const body: z.infer<typeof ProblemSchema> = {
    type: `urn:scenekeep:problem:${problem.code.toLowerCase().replaceAll("_", "-")}`,
    title,
    status,
    code: problem.code,
    detail: problem.message,
    requestId: c.get("requestId") ?? "",
    ...problem.extras,
  };
  if (status === 401) c.header("WWW-Authenticate", 'Bearer realm="scenekeep"');
  if (status === 503) c.header("Retry-After", "1");
  return c.body(JSON.stringify(body), status, { "Content-Type": "application/problem+json" });
}
