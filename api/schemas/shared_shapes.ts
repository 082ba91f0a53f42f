import { z } from "@hono/zod-openapi";
import { LIBRARY_ID_PATTERN } from "@scenekeep/engine/host";

/** Most code units of an id that another service chose: room for a path, far below the core's. */
const ID_LENGTH_MAX = 1024;

/** Control characters would make ids that look alike, and break lines of logs. */
// deno-lint-ignore no-control-regex -- control characters are what it is about
const NO_CONTROL = /^[^\u0000-\u001f\u007f]+$/;

/** An id that another service chose for a file, an album, a capture or an owner. */
export function externalId(name: string): z.ZodString {
  return z.string().min(1).max(ID_LENGTH_MAX).regex(NO_CONTROL, "must have no control characters")
    .openapi({ description: `Id of a ${name}, as its service names it` });
}

export const LibraryIdSchema = z.string().regex(LIBRARY_ID_PATTERN).openapi({
  description: "Lower-case letters, digits and hyphens, at most 63",
  example: "family-photos",
});

/** Plans and reviews are named in paths and keys, so their ids are plain. */
export const PlainIdSchema = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);

/** Bytes of a file, a library or a limit: a whole number below 2^53. */
export const BytesSchema = z.int().min(0);

export const ContentHashSchema = z.string().min(1).max(512)
  .regex(/^[A-Za-z0-9+/=_-]+(:[A-Za-z0-9+/=_-]+)?$/)
  .openapi({
    description: "BLAKE2b-512 of the plaintext in base64; of a live photo `image:video`",
  });

/** Records on one page, at most. */
export const PAGE_LENGTH_MAX = 1000;

export const PageQuerySchema = z.object({
  after: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(0).openapi({
    description: "The `next` of the page before; 0 for the first",
  }),
  limit: z.coerce.number().int().min(1).max(PAGE_LENGTH_MAX).default(100),
});

export const LibraryParamSchema = z.object({ library: LibraryIdSchema });
export const PlanParamSchema = LibraryParamSchema.extend({ plan: PlainIdSchema });
export const ReviewParamSchema = LibraryParamSchema.extend({ review: PlainIdSchema });

/** Keys carry no `/`: the parts of one request are named behind one. */
export const CommandHeaderSchema = z.object({
  "idempotency-key": z.string().regex(/^[A-Za-z0-9._~:-]{1,128}$/).optional().openapi({
    description: "Names the request for ever. Sent again with the same key, it does nothing " +
      "twice and gets the same answer. Without one a key is made up",
  }),
});

export const AcceptedSchema = z.object({ accepted: z.literal(true) }).openapi("Accepted");

export const ProblemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string().openapi({ description: "Stable name of the problem" }),
  detail: z.string(),
  requestId: z.string(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  refusal: z.object({
    code: z.string(),
    scenes: z.array(z.string()),
    keptInstead: z.array(
      z.object({ file: z.string(), reason: z.string(), album: z.string().nullable() }),
    ),
  }).optional(),
}).openapi("Problem");
