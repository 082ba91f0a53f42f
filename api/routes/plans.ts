import { createRoute, type z } from "@hono/zod-openapi";
import {
  type FileId,
  GROUPING,
  identifier,
  type PlanId,
  type PlanRecord,
  type PlanScope,
  type ReviewedScene,
  type SceneDecision,
} from "@scenekeep/engine/core";
import type { ExactReview, LibraryDescription, OpenLibrary } from "@scenekeep/engine/host";
import type { ApiApp, ApiContext } from "../api_context.ts";
import { ClientCommand, refuseFolder } from "../command.ts";
import { itemPageOf, summaryOf } from "../plan_views.ts";
import { ApiProblem } from "../problem.ts";
import { jsonAnswer, jsonBody, plain, PROBLEM_ANSWER } from "../route_parts.ts";
import {
  AcceptedSchema,
  CommandHeaderSchema,
  LibraryParamSchema,
  PlanParamSchema,
} from "../schemas/shared_shapes.ts";
import {
  ItemPageSchema,
  ItemQuerySchema,
  NewPlanSchema,
  PlanListSchema,
  PlanSummarySchema,
  ReportsSchema,
} from "../schemas/plan.ts";
import { CertificateAnswerSchema, PlanDocumentSchema } from "../schemas/plan_document.ts";
import { findReview, keepRulesOf } from "./reviews.ts";

const PATH = "/v1/libraries/{library}/plans";
const ONE = `${PATH}/{plan}`;
const COMMAND = { params: PlanParamSchema, headers: CommandHeaderSchema };
const SUMMARY = { 200: jsonAnswer(PlanSummarySchema, "The plan as it is now"), ...PROBLEM_ANSWER };

const MAKE = createRoute({
  method: "post",
  path: PATH,
  summary: "Make a plan; nothing happens before it is confirmed",
  request: {
    params: LibraryParamSchema,
    headers: CommandHeaderSchema,
    body: jsonBody(NewPlanSchema),
  },
  responses: { 201: jsonAnswer(PlanSummarySchema, "The plan"), ...PROBLEM_ANSWER },
});

const LIST = createRoute({
  method: "get",
  path: PATH,
  summary: "All plans, the oldest first",
  request: { params: LibraryParamSchema },
  responses: { 200: jsonAnswer(PlanListSchema, "At this moment"), ...PROBLEM_ANSWER },
});

const READ = createRoute({
  method: "get",
  path: ONE,
  summary: "A plan in numbers",
  request: { params: PlanParamSchema },
  responses: SUMMARY,
});

const DOCUMENT = createRoute({
  method: "get",
  path: `${ONE}/document`,
  summary: "The whole plan, as every tool reads it",
  request: { params: PlanParamSchema },
  responses: { 200: jsonAnswer(PlanDocumentSchema, "The plan"), ...PROBLEM_ANSWER },
});

const CERTIFICATE = createRoute({
  method: "get",
  path: `${ONE}/certificate`,
  summary: "What the plan promises, and what an independent checker says of it",
  request: { params: PlanParamSchema },
  responses: { 200: jsonAnswer(CertificateAnswerSchema, "The certificate"), ...PROBLEM_ANSWER },
});

const CONFIRM = createRoute({
  method: "post",
  path: `${ONE}/confirm`,
  summary: "Start a plan whose certificate passed its check",
  request: COMMAND,
  responses: SUMMARY,
});

const DISCARD = createRoute({
  method: "delete",
  path: ONE,
  summary: "Drop a plan that was not confirmed",
  request: COMMAND,
  responses: { 200: jsonAnswer(AcceptedSchema, "It is gone"), ...PROBLEM_ANSWER },
});

const UNDO = createRoute({
  method: "post",
  path: `${ONE}/undo`,
  summary: "Take back what a plan did, as far as it is not purged or changed since",
  request: COMMAND,
  responses: SUMMARY,
});

const ITEMS = createRoute({
  method: "get",
  path: `${ONE}/items`,
  summary: "The items of a plan; with `state=toCarryOut` those that a catalog's service must do",
  request: { params: PlanParamSchema, query: ItemQuerySchema },
  responses: { 200: jsonAnswer(ItemPageSchema, "In order of index"), ...PROBLEM_ANSWER },
});

const REPORTS = createRoute({
  method: "post",
  path: `${ONE}/items/reports`,
  summary: "Report what became of items that a catalog's service carried out",
  request: { ...COMMAND, body: jsonBody(ReportsSchema) },
  responses: SUMMARY,
});

/** Adds the routes of plans. */
export function addPlanRoutes(app: ApiApp, { registry }: ApiContext): void {
  const idOf = (text: string) => identifier<LibraryDescription["id"]>(text);
  addReadingRoutes(app, { registry, idOf });

  app.openapi(MAKE, (c) =>
    registry.use(idOf(c.req.valid("param").library), async (library) => {
      const command = await ClientCommand.of(c, library);
      const wanted = c.req.valid("json");
      const id = identifier<PlanId>(wanted.id ?? command.nameFor("plan"));
      const { plan } = await requestPlan(library, command, { ...wanted, id });
      return c.json(summaryOf(library, findPlan(library, plan.id)), 201);
    }));

  app.openapi(CONFIRM, (c) =>
    registry.use(idOf(c.req.valid("param").library), async (library) => {
      refuseFolder(library);
      const { plan } = findPlan(library, c.req.valid("param").plan);
      const command = await ClientCommand.of(c, library);
      const problems = library.checkOf(plan.id);
      if (problems === null || problems.length > 0) {
        const [first] = problems ?? [];
        const what = first === undefined ? "it was not checked" : `${first.code}: ${first.detail}`;
        throw new ApiProblem("CERTIFICATE_FAILED", `Make the plan anew: ${what}`);
      }
      await command.ask({ kind: "confirmPlan", plan: plan.id }, "accepted");
      return c.json(summaryOf(library, findPlan(library, plan.id)), 200);
    }));

  app.openapi(DISCARD, (c) =>
    registry.use(idOf(c.req.valid("param").library), async (library) => {
      const command = await ClientCommand.of(c, library);
      const plan = identifier<PlanId>(c.req.valid("param").plan);
      await command.ask({ kind: "discardPlan", plan }, "accepted");
      return c.json({ accepted: true as const }, 200);
    }));

  app.openapi(UNDO, (c) =>
    registry.use(idOf(c.req.valid("param").library), async (library) => {
      const { plan } = findPlan(library, c.req.valid("param").plan);
      const command = await ClientCommand.of(c, library);
      await command.ask({ kind: "undoPlan", plan: plan.id }, "accepted");
      return c.json(summaryOf(library, findPlan(library, plan.id)), 200);
    }));

  app.openapi(REPORTS, (c) =>
    registry.use(idOf(c.req.valid("param").library), async (library) => {
      const { plan } = findPlan(library, c.req.valid("param").plan);
      const command = await ClientCommand.of(c, library);
      for (const { index, outcome } of c.req.valid("json").reports) {
        // deno-lint-ignore no-await-in-loop -- in order, and no further after a refusal
        await command.ask({ kind: "reportItem", plan: plan.id, index, outcome }, "accepted");
      }
      return c.json(summaryOf(library, findPlan(library, plan.id)), 200);
    }));
}

function addReadingRoutes(
  app: ApiApp,
  { registry, idOf }: Pick<ApiContext, "registry"> & {
    readonly idOf: (text: string) => LibraryDescription["id"];
  },
): void {
  app.openapi(LIST, (c) =>
    registry.use(idOf(c.req.valid("param").library), (library) => {
      const plans = [...library.state.plans.values()].map((record) => summaryOf(library, record));
      return c.json({ plans }, 200);
    }));

  app.openapi(
    READ,
    (c) =>
      registry.use(
        idOf(c.req.valid("param").library),
        (library) => c.json(summaryOf(library, findPlan(library, c.req.valid("param").plan)), 200),
      ),
  );

  app.openapi(DOCUMENT, (c) =>
    registry.use(idOf(c.req.valid("param").library), (library) => {
      const { plan } = findPlan(library, c.req.valid("param").plan);
      return c.json(plain(plan), 200);
    }));

  app.openapi(CERTIFICATE, (c) =>
    registry.use(idOf(c.req.valid("param").library), (library) => {
      const record = findPlan(library, c.req.valid("param").plan);
      const { check } = summaryOf(library, record);
      const { id, certificate } = record.plan;
      return c.json({ plan: id, certificate: plain(certificate), check }, 200);
    }));

  app.openapi(ITEMS, (c) =>
    registry.use(idOf(c.req.valid("param").library), (library) => {
      const record = findPlan(library, c.req.valid("param").plan);
      return c.json(itemPageOf(record, c.req.valid("query")), 200);
    }));
}

function findPlan(library: OpenLibrary, id: string): PlanRecord {
  const record = library.state.plans.get(identifier(id));
  if (record !== undefined) return record;
  throw new ApiProblem("UNKNOWN_PLAN", `There is no plan "${id}"`);
}

type WantedPlan = z.infer<typeof NewPlanSchema> & { readonly id: PlanId };

async function requestPlan(library: OpenLibrary, command: ClientCommand, wanted: WantedPlan) {
  const { id, cleanup } = wanted;
  const scope: PlanScope = wanted.scope.kind === "library"
    ? wanted.scope
    : { kind: "album", album: identifier(wanted.scope.album) };
  const keepRules = keepRulesOf(wanted.keepRules);
  const known = library.state.plans.get(id);
  if (known !== undefined && (known.plan.cleanup !== cleanup)) {
    throw new ApiProblem("PLAN_EXISTS", `Choose another id: there is a plan "${id}"`);
  }
  if (wanted.review === undefined) {
    if (cleanup === "exact" && wanted.scenes === undefined) {
      const body = { kind: "requestExactPlan", plan: id, scope, keepRules } as const;
      return await command.ask(body, "planReady");
    }
    throw new ApiProblem("INVALID_REQUEST", "Decisions need the review that they were made in");
  }
  const scenes = await decidedScenes(library, command, wanted);
  const consentAlbums = wanted.consentAlbums.map((album) => identifier<never>(album));
  const request = { plan: id, cleanup, scope, scenes, consentAlbums, keepRules };
  return await command.ask({ kind: "requestPlan", request }, "planReady");
}

async function decidedScenes(
  library: OpenLibrary,
  command: ClientCommand,
  wanted: WantedPlan,
): Promise<readonly ReviewedScene[]> {
  const review = findReview(library, wanted.review ?? "");
  if ((review.tier === "exact") !== (wanted.cleanup === "exact")) {
    throw new ApiProblem("INVALID_REQUEST", `The review is of tier "${review.tier}"`);
  }
  if (review.tier === "exact") {
    return wanted.scenes === undefined ? review.scenes : decideExact(review, wanted.scenes);
  }
  if (wanted.scenes === undefined) {
    throw new ApiProblem("INVALID_REQUEST", "Similar images need a choice for each member");
  }
  const scenes = wanted.scenes.map((scene) => ({
    id: identifier<ReviewedScene["id"]>(scene.id),
    decisions: scene.members.map(({ file, choice }): SceneDecision => {
      const id = identifier<FileId>(file);
      const contentHash = library.state.files.get(id)?.contentHash ?? null;
      return { file: id, choice, ...(contentHash === null ? {} : { contentHash }) };
    }),
  }));
  const body = { kind: "decideScenes", review: review.id, scenes } as const;
  const decided = await command.ask(body, "scenesDecided", GROUPING);
  return decided.scenes;
}

/** The scenes of the review with the user's choices, which must be for exactly their members. */
function decideExact(
  review: ExactReview,
  decided: NonNullable<WantedPlan["scenes"]>,
): readonly ReviewedScene[] {
  const frozen = new Map<string, ReviewedScene>(review.scenes.map((scene) => [scene.id, scene]));
  return decided.map(({ id, members }) => {
    const scene = frozen.get(id);
    if (scene === undefined) throw new ApiProblem("UNKNOWN_SCENE", `There is no scene "${id}"`);
    const choices = new Map(members.map(({ file, choice }) => [file, choice]));
    const fits = members.length === scene.members.length && choices.size === members.length;
    return {
      ...scene,
      members: scene.members.map((member) => {
        const choice = choices.get(member.file);
        if (choice !== undefined && fits) return { ...member, choice };
        throw new ApiProblem("DECISIONS_MISMATCH", `Decide each member of "${id}", once`);
      }),
    };
  });
}
