import { createRoute, type z } from "@hono/zod-openapi";
import {
  type ContentHash,
  type FileId,
  identifier,
  type RecordedFile,
  type StoredObject,
  vectorProblem,
} from "@scenekeep/engine/core";
import {
  catalogObject,
  type LibraryDescription,
  type OpenLibrary,
  parseCatalogObject,
  vectorOf,
} from "@scenekeep/engine/host";
import type { ApiApp, ApiContext } from "../api_context.ts";
import { ClientCommand } from "../command.ts";
import { ApiProblem } from "../problem.ts";
import { jsonAnswer, jsonBody, PROBLEM_ANSWER } from "../route_parts.ts";
import {
  AcknowledgeSchema,
  EntryChangesSchema,
  FilesRecordedSchema,
  MissingEmbeddingsSchema,
  NewAlbumsSchema,
  NewEmbeddingsSchema,
  NewFilesSchema,
  RemovalsSchema,
} from "../schemas/catalog.ts";
import {
  AcceptedSchema,
  CommandHeaderSchema,
  LibraryParamSchema,
  PageQuerySchema,
} from "../schemas/shared_shapes.ts";

const PATH = "/v1/libraries/{library}/catalog";
const COMMAND = { params: LibraryParamSchema, headers: CommandHeaderSchema };
const ACCEPTED = { 200: jsonAnswer(AcceptedSchema, "It is durable"), ...PROBLEM_ANSWER };

const ALBUMS = createRoute({
  method: "post",
  path: `${PATH}/albums`,
  summary: "Tell of albums, in order; known ones stay as they are",
  request: { ...COMMAND, body: jsonBody(NewAlbumsSchema) },
  responses: ACCEPTED,
});

const FILES = createRoute({
  method: "post",
  path: `${PATH}/files`,
  summary: "Tell of files with hashes, sizes and albums, all or none; known ones stay as they are",
  request: { ...COMMAND, body: jsonBody(NewFilesSchema) },
  responses: { 200: jsonAnswer(FilesRecordedSchema, "It is durable"), ...PROBLEM_ANSWER },
});

const ENTRIES = createRoute({
  method: "post",
  path: `${PATH}/entries`,
  summary: "Tell that files came into albums, and then that files left albums, one by one",
  request: { ...COMMAND, body: jsonBody(EntryChangesSchema) },
  responses: ACCEPTED,
});

const EMBEDDINGS = createRoute({
  method: "post",
  path: `${PATH}/embeddings`,
  summary: "Give vectors of contents, all or none; what was given first for a content stays",
  request: { ...COMMAND, body: jsonBody(NewEmbeddingsSchema) },
  responses: ACCEPTED,
});

const MISSING = createRoute({
  method: "get",
  path: `${PATH}/missing-embeddings`,
  summary: "Contents of pictures without a vector, at most `limit`; give them and ask again",
  request: { params: LibraryParamSchema, query: PageQuerySchema.pick({ limit: true }) },
  responses: { 200: jsonAnswer(MissingEmbeddingsSchema, "Some of them"), ...PROBLEM_ANSWER },
});

const REMOVALS = createRoute({
  method: "get",
  path: `${PATH}/removals`,
  summary: "Objects that were purged and that the service must remove for good",
  request: { params: LibraryParamSchema, query: PageQuerySchema },
  responses: { 200: jsonAnswer(RemovalsSchema, "In order of sequence"), ...PROBLEM_ANSWER },
});

const ACKNOWLEDGE = createRoute({
  method: "post",
  path: `${PATH}/removals/acknowledge`,
  summary: "Say that everything up to a sequence has been removed",
  request: { ...COMMAND, body: jsonBody(AcknowledgeSchema) },
  responses: ACCEPTED,
});

/** Adds the routes by which the service behind a catalog tells what it has. */
export function addCatalogRoutes(app: ApiApp, { registry }: ApiContext): void {
  const onCatalog: OnCatalog = (library, work) =>
    registry.use(identifier<LibraryDescription["id"]>(library), (open) => {
      if (open.description.kind === "catalog") return work(open);
      throw new ApiProblem("WRONG_LIBRARY_KIND", "Only a catalog is told what it has");
    });
  addFileRoutes(app, onCatalog);
  addEmbeddingRoutes(app, onCatalog);
  addRemovalRoutes(app, onCatalog);
}

/** Does something with a library that must be a catalog. */
type OnCatalog = <Result>(
  library: string,
  work: (library: OpenLibrary) => Promise<Result>,
) => Promise<Result>;

function addFileRoutes(app: ApiApp, onCatalog: OnCatalog): void {
  app.openapi(ALBUMS, (c) =>
    onCatalog(c.req.valid("param").library, async (library) => {
      const command = await ClientCommand.of(c, library);
      for (const { id, kind, name, owner, visibleToOthers, mayAdd } of c.req.valid("json").albums) {
        // deno-lint-ignore no-await-in-loop -- in order, and no further after a refusal
        await command.ask({
          kind: "makeAlbum",
          album: identifier(id),
          albumKind: kind,
          owner: owner === null ? null : identifier(owner),
          name,
          visibleToOthers,
          mayAdd,
        }, "accepted");
      }
      return c.json({ accepted: true as const }, 200);
    }));

  app.openapi(FILES, (c) =>
    onCatalog(c.req.valid("param").library, async (library) => {
      const command = await ClientCommand.of(c, library);
      const { files } = c.req.valid("json");
      await command.ask({ kind: "recordFiles", files: files.map(recordedFile) }, "accepted");
      const { state } = library;
      let [live, inTrash] = [0, 0];
      for (const { id } of files) {
        if (state.files.has(identifier(id))) live += 1;
        else if (state.trashedFiles.has(identifier(id))) inTrash += 1;
      }
      return c.json({ live, inTrash }, 200);
    }));

  app.openapi(ENTRIES, (c) =>
    onCatalog(c.req.valid("param").library, async (library) => {
      const command = await ClientCommand.of(c, library);
      const { add, remove } = c.req.valid("json");
      const changes = [
        ...add.map((entry) => ({ kind: "addEntry" as const, ...entry })),
        ...remove.map((entry) => ({ kind: "removeEntry" as const, ...entry })),
      ];
      for (const { kind, album, file } of changes) {
        const body = { kind, album: identifier(album), file: identifier(file) } as const;
        // deno-lint-ignore no-await-in-loop -- in order, and no further after a refusal
        await command.ask(body as Parameters<typeof command.ask>[0], "accepted");
      }
      return c.json({ accepted: true as const }, 200);
    }));
}

function addEmbeddingRoutes(app: ApiApp, onCatalog: OnCatalog): void {
  app.openapi(EMBEDDINGS, (c) =>
    onCatalog(c.req.valid("param").library, async (library) => {
      const command = await ClientCommand.of(c, library);
      const vectors = readVectors(library, c.req.valid("json"));
      // Kept first: a content that counts as embedded must have its vector.
      library.service.putVectors(vectors);
      const contentHashes = vectors.map(({ contentHash }) => contentHash);
      await command.ask({ kind: "recordEmbeddings", contentHashes }, "accepted");
      return c.json({ accepted: true as const }, 200);
    }));

  app.openapi(MISSING, (c) =>
    onCatalog(c.req.valid("param").library, (library) => {
      const contentHashes = missingEmbeddings(library, c.req.valid("query").limit);
      return Promise.resolve(c.json({ contentHashes }, 200));
    }));
}

function addRemovalRoutes(app: ApiApp, onCatalog: OnCatalog): void {
  app.openapi(REMOVALS, (c) =>
    onCatalog(c.req.valid("param").library, (library) => {
      const { after, limit } = c.req.valid("query");
      const found = library.service.removals(after, limit + 1);
      const removals = found.slice(0, limit).flatMap(({ sequence, object }) => {
        const named = parseCatalogObject(object);
        return named === null ? [] : [{ sequence, ...named }];
      });
      const next = found.length > limit ? removals.at(-1)?.sequence ?? null : null;
      return Promise.resolve(c.json({ removals, next }, 200));
    }));

  app.openapi(ACKNOWLEDGE, (c) =>
    onCatalog(c.req.valid("param").library, (library) => {
      library.service.acknowledgeRemovals(c.req.valid("json").upTo);
      return Promise.resolve(c.json({ accepted: true as const }, 200));
    }));
}

type NewFile = z.infer<typeof NewFilesSchema>["files"][number];

function recordedFile(file: NewFile): RecordedFile {
  const id = identifier<FileId>(file.id);
  const objects: StoredObject[] = [];
  for (const role of ["original", "thumbnail", "video"] as const) {
    const sizeBytes = file.sizes[role];
    if (sizeBytes !== undefined) objects.push({ role, name: catalogObject(id, role), sizeBytes });
  }
  return {
    file: id,
    owner: file.owner === null ? null : identifier(file.owner),
    fileKind: file.kind,
    name: file.name,
    capture: file.capture === null ? null : identifier(file.capture),
    contentHash: file.contentHash === null ? null : identifier(file.contentHash),
    objects,
    facts: file.facts,
    metadata: file.metadata,
    entries: file.albums.map((album) => ({ album: identifier(album), name: null })),
  };
}

function readVectors(
  { description, state }: OpenLibrary,
  given: z.infer<typeof NewEmbeddingsSchema>,
): { contentHash: ContentHash; vector: Int16Array }[] {
  const { model } = description;
  if (model === null) {
    throw new ApiProblem("EMBEDDINGS_UNAVAILABLE", "The library was made without a model");
  }
  if (model.id !== given.model) {
    throw new ApiProblem("MODEL_MISMATCH", `Vectors must be of "${model.id}"`);
  }
  return given.embeddings.map(({ contentHash: text, vector: encoded }, index) => {
    const contentHash = identifier<ContentHash>(text);
    if (!state.filesByHash.has(contentHash)) {
      throw new ApiProblem("UNKNOWN_FILE", `No live file has the content ${text}`);
    }
    const vector = vectorOf(Uint8Array.fromBase64(encoded));
    const problem = vectorProblem(vector, model.dimensions);
    if (problem === null) return { contentHash, vector };
    throw new ApiProblem("INVALID_REQUEST", "A vector cannot be one of the model", {
      errors: [{ path: `embeddings.${index}.vector`, message: problem }],
    });
  });
}

function missingEmbeddings({ state, description }: OpenLibrary, limit: number): ContentHash[] {
  const missing: ContentHash[] = [];
  if (description.model === null) return missing;
  for (const [contentHash, files] of state.filesByHash) {
    if (missing.length === limit) break;
    if (state.embedded.has(contentHash)) continue;
    for (const id of files) {
      const file = state.files.get(id);
      const isPicture = file?.kind === "photo" || file?.kind === "live";
      if (!isPicture || file.owner !== state.owner) continue;
      missing.push(contentHash);
      break;
    }
  }
  return missing;
}
