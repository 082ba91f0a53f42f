import { createRoute, type z } from "@hono/zod-openapi";
import {
  type FileId,
  GROUPING,
  identifier,
  type KeepRule,
  type SceneDecision,
  type SceneTier,
  totalBytes,
} from "@scenekeep/engine/core";
import type {
  ExactReview,
  LibraryDescription,
  OpenLibrary,
  SimilarReview,
} from "@scenekeep/engine/host";
import type { ApiApp, ApiContext } from "../api_context.ts";
import { ClientCommand, query } from "../command.ts";
import { ApiProblem } from "../problem.ts";
import { jsonAnswer, jsonBody, PROBLEM_ANSWER } from "../route_parts.ts";
import {
  AcceptedSchema,
  CommandHeaderSchema,
  LibraryParamSchema,
  PageQuerySchema,
  ReviewParamSchema,
} from "../schemas/shared_shapes.ts";
import { NewReviewSchema, type ReviewPageSchema as PageSchema } from "../schemas/plan.ts";
import { ReviewPageSchema } from "../schemas/plan.ts";

const PATH = "/v1/libraries/{library}/reviews";

const OPEN = createRoute({
  method: "post",
  path: PATH,
  summary: "Freeze the groups of this moment for a review, and read the first page",
  request: {
    params: LibraryParamSchema,
    headers: CommandHeaderSchema,
    body: jsonBody(NewReviewSchema),
  },
  responses: { 201: jsonAnswer(ReviewPageSchema, "The first page"), ...PROBLEM_ANSWER },
});

const READ = createRoute({
  method: "get",
  path: `${PATH}/{review}`,
  summary: "A page of a review; the review ends when the library is put to sleep",
  request: { params: ReviewParamSchema, query: PageQuerySchema },
  responses: { 200: jsonAnswer(ReviewPageSchema, "The page"), ...PROBLEM_ANSWER },
});

const CLOSE = createRoute({
  method: "delete",
  path: `${PATH}/{review}`,
  summary: "End a review",
  request: { params: ReviewParamSchema },
  responses: { 200: jsonAnswer(AcceptedSchema, "It has ended"), ...PROBLEM_ANSWER },
});

type Page = z.infer<typeof PageSchema>;

/** Adds the routes by which groups are read. */
export function addReviewRoutes(app: ApiApp, { registry }: ApiContext): void {
  const idOf = (text: string) => identifier<LibraryDescription["id"]>(text);

  app.openapi(OPEN, (c) =>
    registry.use(idOf(c.req.valid("param").library), async (library) => {
      const command = await ClientCommand.of(c, library);
      const wanted = c.req.valid("json");
      const id = wanted.id ?? command.nameFor("review");
      const page = { after: 0, limit: wanted.limit };
      const known = library.reviews.find(id);
      if (known !== null) return c.json(await pageOf(library, known, page), 201);
      const scope = wanted.scope.kind === "library"
        ? wanted.scope
        : { kind: "album" as const, album: identifier<never>(wanted.scope.album) };
      const keepRules = keepRulesOf(wanted.keepRules);
      if (wanted.tier === "exact") {
        const review = library.reviews.openExact(library.state, { id, scope, keepRules });
        return c.json(await pageOf(library, review, page), 201);
      }
      const review = { id, tier: wanted.tier, scope, keepRules };
      return c.json(await openSimilar(library, review, page), 201);
    }));

  app.openapi(READ, (c) =>
    registry.use(idOf(c.req.valid("param").library), async (library) => {
      const review = findReview(library, c.req.valid("param").review);
      return c.json(await pageOf(library, review, c.req.valid("query")), 200);
    }));

  app.openapi(CLOSE, (c) =>
    registry.use(idOf(c.req.valid("param").library), async (library) => {
      const review = findReview(library, c.req.valid("param").review);
      if (review.tier !== "exact") {
        await query(library, { kind: "closeReview", review: review.id }, "reviewClosed", GROUPING);
      }
      library.reviews.close(review.id);
      return c.json({ accepted: true as const }, 200);
    }));
}

/**
 * The review of this id.
 *
 * @throws {ApiProblem} `UNKNOWN_REVIEW`.
 */
export function findReview(library: OpenLibrary, id: string): ExactReview | SimilarReview {
  const review = library.reviews.find(id);
  if (review !== null) return review;
  throw new ApiProblem("UNKNOWN_REVIEW", `Open a review anew: there is no "${id}"`);
}

/** The rules as the engine names them. */
export function keepRulesOf(
  rules: z.infer<typeof NewReviewSchema>["keepRules"],
): readonly KeepRule[] {
  return rules.map((rule) =>
    rule.kind === "album" ? { kind: "album", album: identifier(rule.album) } : rule
  );
}

interface PageWanted {
  readonly after: number;
  readonly limit: number;
}

function pageOf(
  library: OpenLibrary,
  review: ExactReview | SimilarReview,
  page: PageWanted,
): Promise<Page> {
  return review.tier === "exact"
    ? Promise.resolve(exactPage(library, review, page))
    : similarPage(library, review, page);
}

function exactPage(library: OpenLibrary, review: ExactReview, page: PageWanted): Page {
  const { after, limit } = page;
  const scenes = review.scenes.slice(after, after + limit);
  const next = after + scenes.length;
  return {
    review: review.id,
    total: review.scenes.length,
    scenes: scenes.map(({ id, tier, diameter, members }) => ({
      id,
      tier,
      diameter,
      members: membersOf(library, members),
    })),
    next: next < review.scenes.length ? next : null,
  };
}

async function openSimilar(
  library: OpenLibrary,
  review: SimilarReview,
  page: PageWanted,
): Promise<Page> {
  if (!library.groups) {
    throw new ApiProblem(
      "EMBEDDINGS_UNAVAILABLE",
      library.description.kind === "folder"
        ? "Scan the folder with its model first"
        : "The library was made without a model",
    );
  }
  const { id, tier } = review;
  const { limit } = page;
  const body = { kind: "openReview", review: id, tier, limit } as const;
  const opened = await query(library, body, "reviewPage", GROUPING);
  library.reviews.openSimilar(review);
  return await withProposals(library, review, opened);
}

async function similarPage(
  library: OpenLibrary,
  review: SimilarReview,
  page: PageWanted,
): Promise<Page> {
  const body = { kind: "readReview", review: review.id, ...page } as const;
  const read = await query(library, body, "reviewPage", GROUPING);
  return await withProposals(library, review, read);
}

async function withProposals(
  library: OpenLibrary,
  review: SimilarReview,
  page: {
    readonly scenes: readonly {
      readonly id: string;
      readonly tier: SceneTier;
      readonly diameter: number;
      readonly members: readonly FileId[];
    }[];
    readonly total: number;
    readonly next: number | null;
  },
): Promise<Page> {
  const scenes = page.scenes.map(({ members }) => members);
  const { keepRules } = review;
  const proposed = await query(
    library,
    { kind: "proposeDecisions", scenes, keepRules },
    "decisions",
  );
  return {
    review: review.id,
    total: page.total,
    scenes: page.scenes.map(({ id, tier, diameter }, place) => ({
      id,
      tier,
      diameter,
      members: membersOf(library, proposed.scenes[place] ?? []),
    })),
    next: page.next,
  };
}

/** Members with what a page shows of them; a file that has gone since has no name. */
function membersOf(
  { state }: OpenLibrary,
  members: readonly SceneDecision[],
): Page["scenes"][number]["members"] {
  return members.map(({ file: id, choice }) => {
    const file = state.files.get(id);
    return {
      file: id,
      choice,
      name: file?.name ?? null,
      sizeBytes: totalBytes(file?.objects ?? []),
    };
  });
}
