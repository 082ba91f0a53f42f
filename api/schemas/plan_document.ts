import { z } from "@hono/zod-openapi";
import { CheckSchema, ScopeSchema } from "./plan.ts";

const MetadataSchema = z.object({
  caption: z.string(),
  rating: z.int(),
  tags: z.array(z.string()),
  archived: z.boolean(),
  hidden: z.boolean(),
  editedName: z.string().nullable(),
  editedDateMs: z.int().nullable(),
  editedLocation: z.string().nullable(),
  editedOrientation: z.int().nullable(),
}).openapi("Metadata");

const MergeSchema = z.object({
  file: z.string(),
  before: MetadataSchema,
  after: MetadataSchema,
  becomesFavorite: z.boolean(),
  textWithheld: z.boolean(),
  conflicts: z.array(z.string()),
}).openapi("MetadataMerge");

const CertificateSchema = z.object({
  usageBeforeBytes: z.int(),
  usageAfterApplyBytes: z.int(),
  usageAfterPurgeBytes: z.int(),
  bytesToTrash: z.int(),
  albums: z.array(z.object({
    album: z.string(),
    scenes: z.array(z.object({
      scene: z.string(),
      before: z.array(z.string()),
      after: z.array(z.string()),
      representative: z.string().nullable(),
    })),
  })),
  removed: z.array(z.object({
    file: z.string(),
    contentHash: z.string(),
    keeper: z.string(),
    distance: z.int(),
  })),
  merges: z.array(MergeSchema),
  lost: z.array(z.object({ file: z.string(), what: z.array(z.string()) })),
  published: z.array(z.object({ album: z.string(), file: z.string() })),
}).openapi("Certificate");

export const CertificateAnswerSchema = z.object({
  plan: z.string(),
  certificate: CertificateSchema,
  check: CheckSchema,
}).openapi("CertificateAnswer");

/** The plan as the command line writes it; see `Plan` of the engine for what each part promises. */
export const PlanDocumentSchema = z.object({
  format: z.literal("plan/1"),
  library: z.string(),
  id: z.string(),
  cleanup: z.enum(["exact", "similar"]),
  scope: ScopeSchema,
  scenes: z.array(z.looseObject({ id: z.string(), tier: z.string(), diameter: z.int() })),
  consentAlbums: z.array(z.string()),
  keepRules: z.array(z.looseObject({ kind: z.string() })),
  // Anything, as the writer of JSON leaves out what is absent.
  items: z.array(
    z.object({
      index: z.int(),
      action: z.string(),
      file: z.string(),
      same: z.enum(["imageData", "pixels"]).optional().openapi({
        description: "How it is the keeper's picture though its bytes are others",
      }),
    }).catchall(z.any()),
  ),
  keptInstead: z.array(z.object({
    file: z.string(),
    scene: z.string(),
    reason: z.string(),
    album: z.string().nullable(),
  })),
  certificate: CertificateSchema,
}).openapi("PlanDocument");
