import { z } from "zod";
import type { ScenarioOperation } from "./operation.ts";
import type { ListedDevice, ListedLook } from "./scenario.ts";

/** A name of something in the world: no spaces, no control characters. */
export const nameSchema: z.ZodType<string> = z.string().min(1).max(200).regex(
  /^[^\s\p{C}]+$/u,
  "must have no spaces and no control characters",
);

/** Bytes of one object: 1 to 10 GiB. */
export const objectBytesSchema: z.ZodType<number> = z.int().min(1).max(10 * 1024 * 1024 * 1024);

/** Milliseconds of virtual time, up to ten years. */
export const timeSchema: z.ZodType<number> = z.int().min(0).max(3650 * 86_400_000);

/** A scene and a place in it. */
export const lookSchema: z.ZodType<ListedLook> = z.strictObject({
  scene: nameSchema,
  place: z.int().min(0).max(100_000),
});

/** A vector of unit length, quantised to int16. */
export const vectorSchema: z.ZodType<readonly number[]> = z.array(
  z.int().min(-32768).max(32767),
).min(2).max(4096);

/** Where the items of a device's albums go. */
export const backupSchema: z.ZodType<ListedDevice["backup"]> = z.array(
  z.strictObject({ deviceAlbum: nameSchema, album: nameSchema }),
);

const STEP = { id: nameSchema, atMs: timeSchema };

const metadataChangeSchema = z.strictObject({
  caption: z.string().optional(),
  rating: z.int().min(0).max(5).optional(),
  tags: z.array(z.string()).optional(),
  archived: z.boolean().optional(),
  hidden: z.boolean().optional(),
  editedName: z.string().nullable().optional(),
  editedDateMs: z.int().nullable().optional(),
  editedLocation: z.string().nullable().optional(),
  editedOrientation: z.int().nullable().optional(),
});

const keepRuleSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("favorite") }),
  z.strictObject({ kind: z.literal("raw") }),
  z.strictObject({ kind: z.literal("pixels") }),
  z.strictObject({ kind: z.literal("sharpness") }),
  z.strictObject({ kind: z.literal("compression") }),
  z.strictObject({ kind: z.literal("oldest") }),
  z.strictObject({ kind: z.literal("largest") }),
  z.strictObject({ kind: z.literal("album"), album: nameSchema as z.ZodType<never> }),
  z.strictObject({ kind: z.literal("folder"), folder: z.string().min(1) }),
]);

const albumOperations = [
  z.strictObject({
    ...STEP,
    kind: z.literal("makeAlbum"),
    album: nameSchema,
    albumKind: z.enum(["regular", "hidden"]).optional(),
    visibleToOthers: z.boolean().optional(),
  }),
  z.strictObject({
    ...STEP,
    kind: z.literal("deleteAlbum"),
    album: nameSchema,
    files: z.enum(["keep", "trash"]),
  }),
  z.strictObject({
    ...STEP,
    kind: z.literal("shareAlbum"),
    album: nameSchema,
    visibleToOthers: z.boolean(),
  }),
  z.strictObject({
    ...STEP,
    kind: z.literal("arrangeAlbum"),
    album: nameSchema,
    cover: nameSchema.nullable(),
    order: z.array(nameSchema).nullable(),
  }),
  z.strictObject({ ...STEP, kind: z.literal("addEntry"), album: nameSchema, file: nameSchema }),
  z.strictObject({ ...STEP, kind: z.literal("removeEntry"), album: nameSchema, file: nameSchema }),
  z.strictObject({
    ...STEP,
    kind: z.literal("moveEntry"),
    from: nameSchema,
    to: nameSchema,
    file: nameSchema,
  }),
] as const;

const fileOperations = [
  z.strictObject({
    ...STEP,
    kind: z.literal("changeMetadata"),
    file: nameSchema,
    change: metadataChangeSchema,
  }),
  z.strictObject({
    ...STEP,
    kind: z.literal("setFavorite"),
    file: nameSchema,
    favorite: z.boolean(),
  }),
  z.strictObject({
    ...STEP,
    kind: z.literal("notDuplicates"),
    left: nameSchema,
    right: nameSchema,
  }),
  z.strictObject({
    ...STEP,
    kind: z.literal("upload"),
    file: nameSchema,
    contentHash: nameSchema,
    sizeBytes: objectBytesSchema,
    album: nameSchema,
    intent: z.enum(["automatic", "explicit"]),
    replaces: nameSchema.optional(),
    abandons: z.boolean().optional(),
    look: lookSchema.optional(),
    vector: vectorSchema.optional(),
  }),
] as const;

const deviceOperations = [
  z.strictObject({
    ...STEP,
    kind: z.literal("shoot"),
    device: nameSchema,
    asset: nameSchema,
    contentHash: nameSchema,
    sizeBytes: objectBytesSchema,
    deviceAlbums: z.array(nameSchema).min(1),
    live: z.boolean().optional(),
    look: lookSchema.optional(),
    takenAtMs: z.int().optional(),
  }),
  z.strictObject({
    ...STEP,
    kind: z.literal("arrive"),
    device: nameSchema,
    items: z.array(z.strictObject({
      asset: nameSchema,
      kind: z.enum(["photo", "live", "video", "other"]),
      contentHash: nameSchema,
      sizeBytes: objectBytesSchema,
      videoBytes: objectBytesSchema.optional(),
      deviceAlbums: z.array(nameSchema).min(1),
      capture: nameSchema.optional(),
      raw: z.boolean().optional(),
      takenAtMs: z.int().optional(),
      widthPixels: z.int().min(0).max(1_000_000),
      heightPixels: z.int().min(0).max(1_000_000),
      vector: vectorSchema.optional(),
      embeddable: z.boolean().optional(),
    })).min(1),
  }),
  z.strictObject({
    ...STEP,
    kind: z.literal("editLocally"),
    device: nameSchema,
    asset: nameSchema,
    contentHash: nameSchema,
    sizeBytes: objectBytesSchema,
    silent: z.boolean().optional(),
    look: lookSchema.optional(),
    vector: vectorSchema.optional(),
  }),
  z.strictObject({
    ...STEP,
    kind: z.literal("deleteLocally"),
    device: nameSchema,
    asset: nameSchema,
  }),
  z.strictObject({
    ...STEP,
    kind: z.literal("chooseAlbums"),
    device: nameSchema,
    backup: backupSchema,
  }),
  z.strictObject({
    ...STEP,
    kind: z.literal("freeUp"),
    device: nameSchema,
    olderThanMs: z.int().min(0).optional(),
    itemsMax: z.int().min(1).max(100_000).optional(),
    deviceAlbums: z.array(nameSchema).optional(),
  }),
  z.strictObject({
    ...STEP,
    kind: z.literal("freeUpAssets"),
    device: nameSchema,
    assets: z.array(nameSchema).min(1),
  }),
  z.strictObject({ ...STEP, kind: z.literal("download"), device: nameSchema, asset: nameSchema }),
] as const;

const filesSchema = z.array(nameSchema).min(1);

const trashOperations = [
  z.strictObject({ ...STEP, kind: z.literal("trashFiles"), files: filesSchema }),
  z.strictObject({ ...STEP, kind: z.literal("restoreFiles"), files: filesSchema }),
  z.strictObject({ ...STEP, kind: z.literal("restoreVersion"), file: nameSchema }),
  z.strictObject({ ...STEP, kind: z.literal("deleteForGood"), files: filesSchema }),
  z.strictObject({ ...STEP, kind: z.literal("emptyTrash") }),
] as const;

const cleanUpOperations = [
  z.strictObject({
    ...STEP,
    kind: z.literal("cleanExact"),
    plan: nameSchema,
    album: nameSchema.optional(),
    keepRules: z.array(keepRuleSchema).optional(),
    confirm: z.boolean().optional(),
    thinkMs: timeSchema.optional(),
  }),
  z.strictObject({
    ...STEP,
    kind: z.literal("cleanSimilar"),
    plan: nameSchema,
    tier: z.enum(["sameImage", "samePixels", "close", "similar", "related"]),
    album: nameSchema.optional(),
    consentAlbums: z.array(nameSchema).optional(),
    choices: z.record(nameSchema as z.ZodType<string, string>, z.enum(["keep", "delete"]))
      .optional(),
    confirm: z.boolean().optional(),
    thinkMs: timeSchema.optional(),
    scenesMax: z.int().min(1).max(10_000).optional(),
    scenesFrom: z.int().min(0).max(10_000_000).optional(),
  }),
  z.strictObject({ ...STEP, kind: z.literal("confirmPlan"), plan: nameSchema }),
  z.strictObject({ ...STEP, kind: z.literal("discardPlan"), plan: nameSchema }),
  z.strictObject({ ...STEP, kind: z.literal("undoPlan"), plan: nameSchema }),
  z.strictObject({
    ...STEP,
    kind: z.literal("setLimit"),
    limitBytes: z.int().min(0).max(Number.MAX_SAFE_INTEGER),
  }),
  z.strictObject({ ...STEP, kind: z.literal("trustClock") }),
] as const;

/** One step of a scenario. */
export const operationSchema: z.ZodType<ScenarioOperation> = z.discriminatedUnion("kind", [
  ...albumOperations,
  ...fileOperations,
  ...deviceOperations,
  ...trashOperations,
  ...cleanUpOperations,
]);
