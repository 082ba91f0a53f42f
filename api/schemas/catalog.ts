import { z } from "@hono/zod-openapi";
import { BytesSchema, ContentHashSchema, externalId } from "./shared_shapes.ts";

/** Albums of one batch: each is a durable command of its own. */
export const ALBUMS_PER_BATCH_MAX = 256;
/** Files of one batch, which is one durable command: keeps a turn within some ten milliseconds. */
export const FILES_PER_BATCH_MAX = 1000;
/** Vectors of one batch: 512 of 4,096 dimensions in base64 fill the largest body. */
export const EMBEDDINGS_PER_BATCH_MAX = 512;
/** Entries of one batch: each is a durable command of its own. */
export const ENTRIES_PER_BATCH_MAX = 256;

const AlbumIdSchema = externalId("album");
const FileIdSchema = externalId("file");

export const NewAlbumsSchema = z.strictObject({
  albums: z.array(z.strictObject({
    id: AlbumIdSchema,
    kind: z.enum(["regular", "hidden"]).default("regular"),
    name: z.string().max(1024),
    owner: externalId("owner").nullable().default(null).openapi({
      description: "Null for the library's own owner",
    }),
    visibleToOthers: z.boolean().default(false).openapi({
      description: "Whether other people see it, by sharing or by a link",
    }),
    mayAdd: z.boolean().default(true).openapi({
      description: "Whether the library's owner may add entries",
    }),
  })).min(1).max(ALBUMS_PER_BATCH_MAX),
}).openapi("NewAlbums");

const MetadataSchema = z.strictObject({
  caption: z.string().max(65_536).default(""),
  rating: z.int().min(0).max(5).default(0),
  tags: z.array(z.string().max(256)).max(1000).default([]),
  archived: z.boolean().default(false),
  hidden: z.boolean().default(false),
  editedName: z.string().max(1024).nullable().default(null),
  editedDateMs: z.int().nullable().default(null),
  editedLocation: z.string().max(1024).nullable().default(null),
  editedOrientation: z.int().min(1).max(8).nullable().default(null),
});

const FactsSchema = z.strictObject({
  widthPixels: z.int().min(0).max(1_000_000).default(0),
  heightPixels: z.int().min(0).max(1_000_000).default(0),
  sharpness: z.int().min(0).nullable().default(null),
  takenAtMs: z.int().nullable().default(null),
  raw: z.boolean().default(false),
  reencoded: z.boolean().default(false),
});

export const NewFilesSchema = z.strictObject({
  files: z.array(z.strictObject({
    id: FileIdSchema,
    kind: z.enum(["photo", "live", "video", "other"]).default("photo"),
    name: z.string().max(1024),
    owner: externalId("owner").nullable().default(null),
    capture: externalId("capture").nullable().default(null).openapi({
      description: "Files of one shot have the same; they stay or go together",
    }),
    contentHash: ContentHashSchema.nullable(),
    sizes: z.strictObject({
      original: BytesSchema,
      thumbnail: BytesSchema.optional(),
      video: BytesSchema.optional(),
    }).openapi({ description: "Bytes of each stored object; all count against the limit" }),
    albums: z.array(AlbumIdSchema).min(1).max(1000),
    facts: FactsSchema.prefault({}),
    metadata: MetadataSchema.prefault({}),
  })).min(1).max(FILES_PER_BATCH_MAX),
}).openapi("NewFiles");

export const FilesRecordedSchema = z.object({
  live: z.int().openapi({ description: "How many of the batch are live files now" }),
  inTrash: z.int().openapi({ description: "How many are in the trash, where they stay" }),
}).openapi("FilesRecorded");

export const NewEmbeddingsSchema = z.strictObject({
  model: z.string().min(1).max(256).openapi({ description: "Must be the library's own" }),
  embeddings: z.array(z.strictObject({
    contentHash: ContentHashSchema,
    vector: z.base64().max(16_384).openapi({
      description: "int16, little-endian, in base64: round(x · 32767) of a vector of length 1",
    }),
  })).min(1).max(EMBEDDINGS_PER_BATCH_MAX),
}).openapi("NewEmbeddings");

export const MissingEmbeddingsSchema = z.object({
  contentHashes: z.array(z.string()),
}).openapi("MissingEmbeddings");

const EntrySchema = z.strictObject({ album: AlbumIdSchema, file: FileIdSchema });

export const EntryChangesSchema = z.strictObject({
  add: z.array(EntrySchema).max(ENTRIES_PER_BATCH_MAX).default([]),
  remove: z.array(EntrySchema).max(ENTRIES_PER_BATCH_MAX).default([]),
}).refine(({ add, remove }) => {
  const count = add.length + remove.length;
  return count > 0 && count <= ENTRIES_PER_BATCH_MAX;
}, `1 to ${ENTRIES_PER_BATCH_MAX} entries`).openapi("EntryChanges");

export const RemovalsSchema = z.object({
  removals: z.array(z.object({ sequence: z.int(), file: z.string(), role: z.string() })),
  next: z.int().nullable(),
}).openapi("Removals");

export const AcknowledgeSchema = z.strictObject({ upTo: z.int().min(1) }).openapi("Acknowledge");
