import { z } from "@hono/zod-openapi";
import { externalId, PAGE_LENGTH_MAX, PageQuerySchema, PlainIdSchema } from "./shared_shapes.ts";

/** Scenes that one plan may name. */
const SCENES_PER_PLAN_MAX = 10_000;
/** Members of one scene in a request. */
const MEMBERS_PER_SCENE_MAX = 10_000;
/** Reports of one batch: each is a durable command of its own. */
export const REPORTS_PER_BATCH_MAX = 256;

export const ScopeSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("library") }),
  z.strictObject({ kind: z.literal("album"), album: externalId("album") }),
]).openapi("Scope");

export const KeepRulesSchema = z.array(z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("favorite") }),
  z.strictObject({ kind: z.literal("raw") }),
  z.strictObject({ kind: z.literal("pixels") }),
  z.strictObject({ kind: z.literal("sharpness") }),
  z.strictObject({ kind: z.literal("compression") }),
  z.strictObject({ kind: z.literal("oldest") }),
  z.strictObject({ kind: z.literal("largest") }),
  z.strictObject({ kind: z.literal("album"), album: externalId("album") }),
  z.strictObject({ kind: z.literal("folder"), folder: z.string().min(1).max(4096) }),
])).max(16).default([]).openapi({
  description: "What makes a copy the better one, strongest rule first; empty for the usual order",
});

const TierSchema = z.enum([
  "exact",
  "sameImage",
  "samePixels",
  "close",
  "similar",
  "related",
]).openapi({
  description: "How sure it is, the surest first: equal bytes, the same compressed picture with " +
    "other metadata, equal pixels, or one of the cuts of what looks alike",
});

export const NewReviewSchema = z.strictObject({
  id: PlainIdSchema.optional(),
  tier: TierSchema,
  scope: ScopeSchema.default({ kind: "library" }),
  keepRules: KeepRulesSchema,
  limit: z.int().min(1).max(PAGE_LENGTH_MAX).default(100),
}).openapi("NewReview");

const MemberSchema = z.object({
  file: z.string(),
  choice: z.enum(["keep", "delete"]),
  name: z.string().nullable(),
  sizeBytes: z.int(),
});

export const ReviewPageSchema = z.object({
  review: z.string(),
  total: z.int(),
  scenes: z.array(z.object({
    id: z.string(),
    tier: TierSchema,
    diameter: z.int(),
    members: z.array(MemberSchema).openapi({ description: "With the choice that is proposed" }),
  })),
  next: z.int().nullable().openapi({ description: "The `after` of the next page" }),
}).openapi("ReviewPage");

export const NewPlanSchema = z.strictObject({
  id: PlainIdSchema.optional(),
  cleanup: z.enum(["exact", "similar"]),
  scope: ScopeSchema.default({ kind: "library" }),
  keepRules: KeepRulesSchema,
  consentAlbums: z.array(externalId("album")).max(1000).default([]).openapi({
    description: "Albums that others see in which a similar image may take the place of another",
  }),
  review: PlainIdSchema.optional().openapi({
    description: "The review that was decided; without one: all exact copies as proposed",
  }),
  scenes: z.array(z.strictObject({
    id: z.string().min(1).max(2048),
    members: z.array(z.strictObject({
      file: externalId("file"),
      choice: z.enum(["keep", "delete"]),
    })).min(1).max(MEMBERS_PER_SCENE_MAX),
  })).max(SCENES_PER_PLAN_MAX).optional().openapi({
    description: "The scenes of the review to act on, each with a choice for every member",
  }),
}).openapi("NewPlan");

const ProblemOfPlanSchema = z.object({
  code: z.string(),
  detail: z.string(),
  item: z.int().nullable(),
  album: z.string().nullable(),
  scene: z.string().nullable(),
  file: z.string().nullable(),
});

export const CheckSchema = z.object({
  result: z.enum(["passed", "failed", "notChecked"]),
  problems: z.array(ProblemOfPlanSchema),
}).openapi("CertificateCheck", {
  description: "What the independent checker found on the library that the plan was made for",
});

export const PlanSummarySchema = z.object({
  id: z.string(),
  cleanup: z.enum(["exact", "similar"]),
  phase: z.enum(["proposed", "applying", "finished", "undoing", "undone", "discarded"]),
  scope: ScopeSchema,
  scenes: z.int(),
  items: z.object({
    total: z.int(),
    waiting: z.int(),
    toCarryOut: z.int(),
    applied: z.int(),
    skipped: z.int(),
    undone: z.int(),
  }),
  bytes: z.object({
    toTrash: z.int(),
    usageBefore: z.int(),
    usageAfterApply: z.int(),
    usageAfterPurge: z.int(),
  }),
  keptInstead: z.int().openapi({
    description: "Files that were marked and stay; see the document",
  }),
  check: CheckSchema,
}).openapi("PlanSummary");

export const PlanListSchema = z.object({ plans: z.array(PlanSummarySchema) }).openapi("PlanList");

export const ItemStateSchema = z.enum(["waiting", "toCarryOut", "applied", "skipped", "undone"]);

export const ItemQuerySchema = PageQuerySchema.extend({ state: ItemStateSchema.optional() });

const EntrySchema = z.object({ album: z.string(), file: z.string() });

export const ItemPageSchema = z.object({
  items: z.array(z.object({
    index: z.int(),
    state: ItemStateSchema,
    scene: z.string(),
    action: z.enum(["trashFile", "removeEntry"]),
    file: z.string(),
    fromAlbum: z.string().nullable(),
    keeper: z.string(),
    distance: z.int(),
    bytesToTrash: z.int(),
    why: z.string(),
    lost: z.array(z.string()),
    companions: z.array(z.int()).openapi({ description: "Items of the same shot: all or none" }),
    added: z.array(EntrySchema).openapi({ description: "Entries that the item added" }),
    removed: z.array(EntrySchema),
    changedFile: z.string().nullable().openapi({
      description: "The keeper whose metadata the item changed",
    }),
    reason: z.string().nullable().openapi({ description: "Why it was skipped" }),
    stays: z.array(z.string()).openapi({ description: "What undo left as the user made it since" }),
  })),
  next: z.int().nullable(),
}).openapi("ItemPage");

export const ReportsSchema = z.strictObject({
  reports: z.array(z.strictObject({
    index: z.int().min(0),
    outcome: z.enum(["done", "failed"]),
  })).min(1).max(REPORTS_PER_BATCH_MAX),
}).openapi("ItemReports");
