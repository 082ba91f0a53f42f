import { z } from "@hono/zod-openapi";
import { BytesSchema, LibraryIdSchema } from "./shared_shapes.ts";

/** Vectors longer than this are of no known model, and a batch of them would not fit a body. */
const DIMENSIONS_MAX = 4096;

const CosineDistanceSchema = z.number().min(0).max(2);

export const ModelSchema = z.strictObject({
  id: z.string().min(1).max(256).openapi({
    description: "Names the model and its preprocessing",
    example: "mobileclip-s2/1",
  }),
  dimensions: z.int().min(1).max(DIMENSIONS_MAX),
  thresholds: z.strictObject({
    close: CosineDistanceSchema,
    similar: CosineDistanceSchema,
    related: CosineDistanceSchema,
  }).refine(
    ({ close, similar, related }) => close <= similar && similar <= related,
    "close, similar and related must not fall",
  ).openapi({ description: "Largest cosine distance of two members of a scene, by tier" }),
});

const NameSchema = z.string().max(256).default("");

export const NewLibrarySchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("catalog"),
    id: LibraryIdSchema.optional(),
    name: NameSchema,
    limitBytes: BytesSchema,
    model: ModelSchema.nullable().default(null).openapi({
      description: "The model of the embeddings that the service will give; null without any",
    }),
  }),
  z.strictObject({
    kind: z.literal("folder"),
    id: LibraryIdSchema.optional(),
    name: NameSchema,
    limitBytes: BytesSchema.default(Number.MAX_SAFE_INTEGER),
    folder: z.string().min(1).max(4096).openapi({
      description: "Path of the folder, inside the one that the server was started with",
    }),
  }),
]).openapi("NewLibrary");

export const LibrarySchema = z.object({
  id: z.string(),
  kind: z.enum(["folder", "catalog"]),
  name: z.string(),
  limitBytes: z.int(),
  folder: z.string().nullable(),
  model: z.object({ id: z.string(), dimensions: z.int() }).nullable(),
}).openapi("Library");

export const LibraryListSchema = z.object({ libraries: z.array(LibrarySchema) })
  .openapi("LibraryList");

export const NewScanSchema = z.strictObject({
  exactOnly: z.boolean().default(false).openapi({
    description: "Look for exact copies alone; no model is loaded",
  }),
}).openapi("NewScan");

export const ScanSchema = z.object({
  phase: z.enum(["preparing", "reading", "finished", "failed"]),
  filesTotal: z.int().nullable().openapi({ description: "Null before the folder is listed" }),
  filesLeft: z.int().nullable(),
  picturesTotal: z.int().nullable(),
  picturesDone: z.int().nullable(),
  unreadableCount: z.int(),
  unreadable: z.array(z.object({ path: z.string(), reason: z.string() })).openapi({
    description: "Names that take no part, at most 100 of them",
  }),
  note: z.string().nullable(),
  problem: z.object({ code: z.string(), detail: z.string() }).nullable(),
}).openapi("Scan");

export const ProgressSchema = z.object({
  version: z.int().openapi({ description: "Grows with each change since the library was opened" }),
  files: z.int(),
  albums: z.int(),
  toHash: z.int(),
  toEmbed: z.int(),
  unreadable: z.int(),
  inTrash: z.int(),
  scan: ScanSchema.nullable(),
  plans: z.array(z.object({
    id: z.string(),
    phase: z.string(),
    items: z.int(),
    settled: z.int(),
  })).openapi({ description: "Plans that are being applied or undone" }),
}).openapi("Progress");
