import { createRoute, type z } from "@hono/zod-openapi";
import { crypto } from "@std/crypto";
import { identifier } from "@scenekeep/engine/core";
import type {
  CatalogModel,
  LibraryDescription,
  LibraryRegistry,
  OpenLibrary,
} from "@scenekeep/engine/host";
import { streamSSE } from "hono/streaming";
import type { ApiApp, ApiContext } from "../api_context.ts";
import { allowedFolder } from "../allowed_folder.ts";
import { ApiProblem } from "../problem.ts";
import { jsonAnswer, jsonBody, PROBLEM_ANSWER } from "../route_parts.ts";
import { CommandHeaderSchema, LibraryParamSchema } from "../schemas/shared_shapes.ts";
import {
  LibraryListSchema,
  LibrarySchema,
  type ModelSchema,
  NewLibrarySchema,
  ProgressSchema,
} from "../schemas/library.ts";
import { scanView } from "../scan_view.ts";
import { watchProgress } from "../watch_progress.ts";

const CREATE = createRoute({
  method: "post",
  path: "/v1/libraries",
  summary: "Make a library; making the same one again changes nothing",
  request: { headers: CommandHeaderSchema, body: jsonBody(NewLibrarySchema) },
  responses: { 201: jsonAnswer(LibrarySchema, "The library"), ...PROBLEM_ANSWER },
});

const LIST = createRoute({
  method: "get",
  path: "/v1/libraries",
  summary: "All libraries",
  responses: { 200: jsonAnswer(LibraryListSchema, "In order of id"), ...PROBLEM_ANSWER },
});

const READ = createRoute({
  method: "get",
  path: "/v1/libraries/{library}",
  summary: "What was said of a library when it was made",
  request: { params: LibraryParamSchema },
  responses: { 200: jsonAnswer(LibrarySchema, "The library"), ...PROBLEM_ANSWER },
});

const PROGRESS = createRoute({
  method: "get",
  path: "/v1/libraries/{library}/progress",
  summary: "How far the work on a library is",
  request: { params: LibraryParamSchema },
  responses: { 200: jsonAnswer(ProgressSchema, "At this moment"), ...PROBLEM_ANSWER },
});

const EVENTS = createRoute({
  method: "get",
  path: "/v1/libraries/{library}/events",
  summary: "The progress of a library as it changes, as server-sent events named `progress`",
  request: { params: LibraryParamSchema },
  responses: {
    200: {
      description: "First the state at this moment, then each change, at most five a second",
      content: { "text/event-stream": { schema: ProgressSchema } },
    },
    ...PROBLEM_ANSWER,
  },
});

/** The square of the length of an int16 vector of length 1. */
const UNIT_SQUARED = 32_767 * 32_767;

/** Adds the routes that make and describe libraries. */
export function addLibraryRoutes(app: ApiApp, { registry, foldersUnder }: ApiContext): void {
  app.openapi(CREATE, async (c) => {
    const wanted = c.req.valid("json");
    const key = c.req.valid("header")["idempotency-key"];
    const id = identifier<LibraryDescription["id"]>(wanted.id ?? idFor(key));
    const { kind, name, limitBytes } = wanted;
    const description: LibraryDescription = wanted.kind === "catalog"
      ? { id, kind, name, limitBytes, folder: null, model: modelOf(wanted.model) }
      : {
        id,
        kind,
        name,
        limitBytes,
        folder: await allowedFolder(wanted.folder, foldersUnder),
        model: null,
      };
    registry.create(description);
    // Opened at once, so that whatever is wrong with its place is told now.
    await registry.use(id, () => {});
    return c.json(libraryOf(description), 201);
  });

  app.openapi(LIST, async (c) => {
    const libraries = (await registry.list()).flatMap((id) => {
      const description = registry.describe(id);
      return description === null ? [] : [libraryOf(description)];
    });
    return c.json({ libraries }, 200);
  });

  app.openapi(READ, (c) => {
    const id = identifier<LibraryDescription["id"]>(c.req.valid("param").library);
    const description = registry.describe(id);
    if (description === null) throw new ApiProblem("UNKNOWN_LIBRARY", `There is no "${id}"`);
    return c.json(libraryOf(description), 200);
  });

  app.openapi(PROGRESS, async (c) => {
    const id = identifier<LibraryDescription["id"]>(c.req.valid("param").library);
    return c.json(await registry.use(id, (library) => progressOf(library, registry)), 200);
  });

  app.openapi(EVENTS, async (c) => {
    const id = identifier<LibraryDescription["id"]>(c.req.valid("param").library);
    // What is wrong with the library is told as a problem, before the stream begins.
    await registry.use(id, () => {});
    return streamSSE(c, async (stream) => {
      const { closing } = registry;
      // A scan puts a new library in the place of the old one: the stream goes on with that.
      while (!stream.aborted && !closing.aborted) {
        // deno-lint-ignore no-await-in-loop -- one library after the other
        await registry.use(id, (library) =>
          watchProgress({
            library,
            read: () => progressOf(library, registry),
            stream,
            closing,
          }));
      }
    }, () => Promise.resolve());
  });
}

function progressOf(
  library: OpenLibrary,
  registry: LibraryRegistry,
): z.infer<typeof ProgressSchema> {
  const { state, version, description } = library;
  const scan = registry.scanOf(description.id);
  const plans = [];
  for (const { plan, phase, settledItems } of state.plans.values()) {
    if (phase !== "applying" && phase !== "undoing") continue;
    plans.push({ id: plan.id, phase, items: plan.items.length, settled: settledItems });
  }
  return {
    version,
    files: state.files.size,
    albums: state.albums.size,
    toHash: state.toHash.size,
    toEmbed: state.toEmbed.size,
    unreadable: state.unreadable.size,
    inTrash: state.trash.size,
    scan: scan === null ? null : scanView(scan.state),
    plans,
  };
}

function libraryOf(description: LibraryDescription): z.infer<typeof LibrarySchema> {
  const { id, kind, name, limitBytes, folder, model } = description;
  return {
    id,
    kind,
    name,
    limitBytes,
    folder,
    model: model === null ? null : { id: model.id, dimensions: model.dimensions },
  };
}

function modelOf(model: z.infer<typeof ModelSchema> | null): CatalogModel | null {
  if (model === null) return null;
  const { close, similar, related } = model.thresholds;
  const squared = (cosine: number): number => Math.floor(2 * UNIT_SQUARED * cosine);
  return {
    id: model.id,
    dimensions: model.dimensions,
    thresholds: { close: squared(close), similar: squared(similar), related: squared(related) },
  };
}

/** The same key names the same library. */
function idFor(key: string | undefined): string {
  const seed = new TextEncoder().encode(key ?? globalThis.crypto.randomUUID());
  const digest = new Uint8Array(crypto.subtle.digestSync("SHA-256", seed));
  return `library-${digest.toHex().slice(0, 32)}`;
}
