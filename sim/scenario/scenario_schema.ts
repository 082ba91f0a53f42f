import { z } from "zod";
import { PROMISE_IDS } from "../checkers/promise_id.ts";
import {
  backupSchema,
  lookSchema,
  nameSchema,
  objectBytesSchema,
  operationSchema,
  vectorSchema,
} from "./operation_schema.ts";
import { type Scenario, SCENARIO_FORMAT } from "./scenario.ts";

/** Most files that a scenario may have: ten times the largest library that is promised. */
const FILES_MAX = 2_000_000;

const countSchema = z.int().min(0).max(FILES_MAX);

const ratioSchema = z.tuple([z.int().min(0).max(1 << 20), z.int().min(1).max(1 << 20)]).refine(
  ([numerator, denominator]) => numerator <= denominator,
  "must be a share from 0 to 1, as [numerator, denominator]",
);

const ratiosSchema = z.strictObject({
  exactCopies: ratioSchema.optional(),
  bursts: ratioSchema.optional(),
  denseBursts: ratioSchema.optional(),
  chains: ratioSchema.optional(),
  live: ratioSchema.optional(),
  rawPairs: ratioSchema.optional(),
  videos: ratioSchema.optional(),
  hidden: ratioSchema.optional(),
  favorites: ratioSchema.optional(),
  captions: ratioSchema.optional(),
  foreign: ratioSchema.optional(),
  sharedAlbums: ratioSchema.optional(),
  hiddenAlbums: ratioSchema.optional(),
  arrangedAlbums: ratioSchema.optional(),
  unembeddable: ratioSchema.optional(),
});

const generatedSchema = z.strictObject({
  kind: z.literal("generated"),
  filesAtStart: countSchema,
  itemsArriving: countSchema,
  devices: z.int().min(0).max(100),
  albums: z.int().min(1).max(100_000),
  ratios: ratiosSchema.optional(),
});

const lossesSchema = z.strictObject({
  metadata: z.boolean(),
  colour: z.boolean(),
  clippedSteps: z.int().min(0),
  words: z.boolean().exactOptional(),
  borderTenths: z.int().min(0).max(10).exactOptional(),
  compressionSteps: z.int().min(0).exactOptional(),
});

const listedFileSchema = z.strictObject({
  id: nameSchema,
  kind: z.enum(["photo", "live", "video", "other"]).optional(),
  name: z.string().min(1).optional(),
  owner: nameSchema.optional(),
  contentHash: nameSchema,
  sizeBytes: objectBytesSchema,
  videoBytes: objectBytesSchema.optional(),
  albums: z.array(nameSchema).min(1),
  favorite: z.boolean().optional(),
  capture: nameSchema.optional(),
  raw: z.boolean().optional(),
  takenAtMs: z.int().optional(),
  widthPixels: z.int().min(0).max(1_000_000).optional(),
  heightPixels: z.int().min(0).max(1_000_000).optional(),
  sharpness: z.int().min(0).optional(),
  losses: lossesSchema.optional(),
  hidden: z.boolean().optional(),
  archived: z.boolean().optional(),
  caption: z.string().optional(),
  rating: z.int().min(0).max(5).optional(),
  tags: z.array(z.string()).optional(),
  vector: vectorSchema.optional(),
  look: lookSchema.optional(),
  embeddable: z.boolean().optional(),
});

/** A squared integer distance below which pictures may be near. */
const thresholdSchema = z.int().min(0).max(2 ** 31 - 1);

const listedSchema = z.strictObject({
  kind: z.literal("listed"),
  devices: z.array(z.strictObject({ id: nameSchema, backup: backupSchema })).optional(),
  albums: z.array(z.strictObject({
    id: nameSchema,
    kind: z.enum(["regular", "hidden"]).optional(),
    owner: nameSchema.optional(),
    name: z.string().min(1).optional(),
    visibleToOthers: z.boolean().optional(),
    mayAdd: z.boolean().optional(),
    cover: nameSchema.optional(),
    order: z.array(nameSchema).optional(),
  })),
  files: z.array(listedFileSchema).max(FILES_MAX),
  model: z.strictObject({
    dimensions: z.int().min(2).max(4096),
    close: thresholdSchema,
    similar: thresholdSchema,
    related: thresholdSchema,
  }).optional(),
  looked: z.array(z.tuple([
    nameSchema,
    nameSchema,
    z.int().min(0).max(2 ** 53 - 1),
    z.int().min(0).max(1_000_000),
  ])).optional(),
  digests: z.array(z.tuple([nameSchema, nameSchema.nullable(), nameSchema.nullable()])).optional(),
});

const rateSchema = z.number().min(0).max(100_000).optional();

const workloadSchema = z.strictObject({
  makeAlbums: rateSchema,
  addEntries: rateSchema,
  removeEntries: rateSchema,
  moveEntries: rateSchema,
  deleteAlbums: rateSchema,
  shareAlbums: rateSchema,
  arrangeAlbums: rateSchema,
  favorites: rateSchema,
  hides: rateSchema,
  captions: rateSchema,
  localEdits: rateSchema,
  localDeletions: rateSchema,
  remoteEdits: rateSchema,
  explicitUploads: rateSchema,
  trashFiles: rateSchema,
  restores: rateSchema,
  deletesForGood: rateSchema,
  emptyTrash: rateSchema,
  exactCleanUps: rateSchema,
  similarCleanUps: rateSchema,
  albumScopeEvery: z.int().min(0).max(100_000).optional(),
  racedCleanUpEvery: z.int().min(0).max(100_000).optional(),
  undos: rateSchema,
  freeUps: rateSchema,
  downloads: rateSchema,
  notDuplicates: rateSchema,
  limitChanges: rateSchema,
  scenesPerCleanUp: z.int().min(1).max(10_000).optional(),
  itemsPerFreeUp: z.int().min(1).max(100_000).optional(),
});

const faultsSchema = z.strictObject({
  profile: z.enum(["off", "default", "brutal"]),
  enabled: z.array(z.string()).optional(),
  settings: z.record(
    z.string(),
    z.strictObject({
      rate: ratioSchema.optional(),
      min: z.int().optional(),
      max: z.int().optional(),
    }),
  ).optional(),
  perturbations: z.array(z.strictObject({
    fault: z.string(),
    entity: z.string(),
    occurrence: z.int().min(0),
    value: z.int(),
  })).optional(),
});

const orderSchema = z.strictObject({
  fromMs: z.int().min(0),
  events: z.array(z.string()).max(100_000),
});

const finalSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("live"), file: nameSchema, is: z.boolean() }),
  z.strictObject({ kind: z.literal("inTrash"), file: nameSchema, is: z.boolean() }),
  z.strictObject({
    kind: z.literal("entry"),
    album: nameSchema,
    file: nameSchema,
    is: z.boolean(),
  }),
  z.strictObject({
    kind: z.literal("copies"),
    contentHash: nameSchema,
    count: z.int().min(0),
  }),
  z.strictObject({ kind: z.literal("entries"), album: nameSchema, count: z.int().min(0) }),
  z.strictObject({
    kind: z.literal("onDevice"),
    device: nameSchema,
    asset: nameSchema,
    is: z.boolean(),
  }),
  z.strictObject({
    kind: z.literal("plan"),
    plan: nameSchema,
    phase: z.enum(["proposed", "applying", "finished", "undoing", "undone", "absent"]),
  }),
  z.strictObject({
    kind: z.literal("skipped"),
    plan: nameSchema,
    reason: z.string(),
    countMin: z.int().min(0),
  }),
  z.strictObject({
    kind: z.literal("answered"),
    operation: nameSchema,
    code: z.string().nullable(),
  }),
  z.strictObject({ kind: z.literal("caption"), file: nameSchema, caption: z.string() }),
]);

const expectSchema = z.strictObject({
  eventsMin: z.int().min(0).optional(),
  plansMin: z.int().min(0).optional(),
  itemsAppliedMin: z.int().min(0).optional(),
  itemsSkippedStaleMin: z.int().min(0).optional(),
  filesArrivedMin: z.int().min(0).optional(),
  reclaimedBytesMin: z.int().min(0).optional(),
  eachFaultMin: z.int().min(0).optional(),
  eachCheckMin: z.int().min(0).optional(),
  final: z.array(finalSchema).optional(),
});

/** The shape of a scenario document. What numbers and names mean together is checked elsewhere. */
export const scenarioSchema: z.ZodType<Scenario> = z.strictObject({
  format: z.literal(SCENARIO_FORMAT),
  id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, "must be in kebab-case").max(80),
  exercises: z.array(z.enum(PROMISE_IDS)).min(1),
  why: z.string().min(20),
  seed: z.int().min(0),
  library: z.strictObject({
    kind: z.enum(["stored", "folder", "catalog"]),
    limitBytes: z.int().min(0).max(Number.MAX_SAFE_INTEGER),
  }),
  world: z.discriminatedUnion("kind", [generatedSchema, listedSchema]),
  virtualDays: z.int().min(1).max(3650),
  quietDays: z.int().min(1).max(365).optional(),
  activeMinutes: z.int().min(1).max(1440).optional(),
  quietMinutes: z.int().min(1).max(10_080).optional(),
  operations: z.array(operationSchema).optional(),
  workload: workloadSchema.optional(),
  faults: faultsSchema.optional(),
  order: orderSchema.optional(),
  expect: expectSchema.optional(),
});

/** The schema as JSON Schema 2020-12, for editors and other programs. */
export function scenarioJsonSchema(): unknown {
  return {
    ...z.toJSONSchema(scenarioSchema, { target: "draft-2020-12" }),
    title: "Scenario of the Scenekeep simulator",
  };
}
