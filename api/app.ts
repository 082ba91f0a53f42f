import { OpenAPIHono } from "@hono/zod-openapi";
import { bodyLimit } from "hono/body-limit";
import { requestId } from "hono/request-id";
import { secureHeaders } from "hono/secure-headers";
import type { ApiContext, ApiEnvironment } from "./api_context.ts";
import type { ApiApp } from "./api_context.ts";
import { bearerToken, loopbackHost } from "./authentication.ts";
import { ApiProblem, problemResponse } from "./problem.ts";
import { problemOfError } from "./problem_of_error.ts";
import { addCatalogRoutes } from "./routes/catalog.ts";
import { addLibraryRoutes } from "./routes/libraries.ts";
import { addPlanRoutes } from "./routes/plans.ts";
import { addReviewRoutes } from "./routes/reviews.ts";
import { addScanRoutes } from "./routes/scans.ts";
import { addStorageRoutes } from "./routes/storage.ts";

/** Largest body: 512 vectors of 4,096 dimensions take 5.6 MB in base64. */
export const BODY_SIZE_MAX_BYTES = 8 * 1024 * 1024;

/** Mistakes that one answer names, at most: a wrong batch has the same ones over and over. */
const ERRORS_NAMED_MAX = 20;

/** What the application serves, and to whom. */
export interface ApiOptions extends ApiContext {
  /** Null lets everybody in who reaches it by a name of this machine. */
  readonly token: string | null;
  /** Told of what went wrong inside, with the id of the request. */
  readonly failed?: (requestId: string, error: unknown) => void;
}

/**
 * The HTTP API over a registry of libraries.
 *
 * @example
 * ```ts ignore
 * const app = createApp({ registry, foldersUnder: null, cache: null, token: null });
 * const response = await app.request("http://127.0.0.1/v1/libraries");
 * ```
 */
export function createApp(options: ApiOptions): ApiApp {
  const app: ApiApp = new OpenAPIHono<ApiEnvironment>({
    defaultHook: (result) => {
      if (result.success) return;
      const errors = result.error.issues.slice(0, ERRORS_NAMED_MAX).map(({ path, message }) => ({
        path: path.join("."),
        message,
      }));
      const [first] = errors;
      const detail = first === undefined ? "It has mistakes" : `${first.path}: ${first.message}`;
      throw new ApiProblem("INVALID_REQUEST", detail, { errors });
    },
  });
  app.onError((error, c) => {
    const problem = problemOfError(error);
    if (problem.code === "INTERNAL") options.failed?.(c.get("requestId"), error);
    return problemResponse(c, problem);
  });
  app.notFound((c) =>
    problemResponse(c, new ApiProblem("NOT_FOUND", "Look at /openapi.json for what there is"))
  );
  app.use(requestId());
  app.use(secureHeaders());
  app.use("/v1/*", options.token === null ? loopbackHost : bearerToken(options.token));
  app.use(
    "/v1/*",
    bodyLimit({
      maxSize: BODY_SIZE_MAX_BYTES,
      onError: () => {
        throw new ApiProblem("BODY_TOO_LARGE", `Send at most ${BODY_SIZE_MAX_BYTES} bytes`);
      },
    }),
  );
  addLibraryRoutes(app, options);
  addScanRoutes(app, options);
  addCatalogRoutes(app, options);
  addReviewRoutes(app, options);
  addPlanRoutes(app, options);
  addStorageRoutes(app, options);
  addDocument(app);
  return app;
}

/** The description of the API, made once: it never changes while the program runs. */
function addDocument(app: ApiApp): void {
  app.openAPIRegistry.registerComponent("securitySchemes", "bearer", {
    type: "http",
    scheme: "bearer",
  });
  const document = app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Scenekeep",
      version: "1",
      description: "Wins back the storage of photo libraries and proves that nothing is lost.",
      license: { name: "Apache-2.0", url: "https://www.apache.org/licenses/LICENSE-2.0" },
    },
    security: [{ bearer: [] }],
  });
  const text = JSON.stringify(document, null, 2);
  app.get("/openapi.json", (c) => c.body(text, 200, { "Content-Type": "application/json" }));
}
