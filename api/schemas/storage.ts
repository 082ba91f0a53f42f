import { z } from "@hono/zod-openapi";
import { BytesSchema, externalId } from "./shared_shapes.ts";

/** Files or trash records of one request: one durable command. */
export const TRASH_PER_REQUEST_MAX = 1000;

export const StorageSchema = z.object({
  limitBytes: z.int(),
  usageBytes: z.int().openapi({ description: "What counts against the limit: live and trash" }),
  liveBytes: z.int(),
  trashBytes: z.int(),
  reservedBytes: z.int(),
  awaitingRemovalBytes: z.int().openapi({
    description: "Counts no more, and is still to be removed from where it is stored",
  }),
  purgedBytes: z.int(),
  files: z.int(),
  albums: z.int(),
  inTrash: z.int(),
  couldWin: z.object({
    exactCopies: z.object({ files: z.int(), bytes: z.int() }),
  }).openapi({ description: "At most; a plan says exactly what, and what stays" }),
}).openapi("Storage");

export const NewLimitSchema = z.strictObject({ limitBytes: BytesSchema }).openapi("NewLimit");

export const TrashPageSchema = z.object({
  records: z.array(z.object({
    sequence: z.int(),
    file: z.string(),
    name: z.string(),
    sizeBytes: z.int(),
    trashedAtMs: z.int().openapi({ description: "Milliseconds of the library's witnessed time" }),
    cause: z.enum(["user", "edit", "plan"]),
  })),
  next: z.int().nullable(),
}).openapi("TrashPage");

export const FilesToTrashSchema = z.strictObject({
  files: z.array(externalId("file")).min(1).max(TRASH_PER_REQUEST_MAX),
}).openapi("FilesToTrash");

export const SequencesSchema = z.strictObject({
  sequences: z.array(z.int().min(1)).min(1).max(TRASH_PER_REQUEST_MAX),
}).openapi("TrashSequences");

export const UpToSchema = z.strictObject({
  upTo: z.int().min(0).openapi({ description: "The last record that the user saw" }),
}).openapi("TrashUpTo");

export const RestoredSchema = z.object({ files: z.array(z.string()) }).openapi("Restored");

export const PurgingSchema = z.object({
  purged: z.array(z.int()).openapi({
    description: "Records that go; a copy whose keeper must be read first goes soon after",
  }),
  held: z.array(z.int()).openapi({ description: "Records on which a device relies" }),
}).openapi("Purging");
