import { createRoute } from "@hono/zod-openapi";
import { identifier } from "@scenekeep/engine/core";
import type { LibraryDescription } from "@scenekeep/engine/host";
import type { ApiApp, ApiContext } from "../api_context.ts";
import { ClientCommand, query, refuseFolder } from "../command.ts";
import { jsonAnswer, jsonBody, plain, PROBLEM_ANSWER } from "../route_parts.ts";
import {
  AcceptedSchema,
  CommandHeaderSchema,
  LibraryParamSchema,
  PageQuerySchema,
} from "../schemas/shared_shapes.ts";
import {
  FilesToTrashSchema,
  NewLimitSchema,
  PurgingSchema,
  RestoredSchema,
  SequencesSchema,
  StorageSchema,
  TrashPageSchema,
  UpToSchema,
} from "../schemas/storage.ts";

const PATH = "/v1/libraries/{library}";
const COMMAND = { params: LibraryParamSchema, headers: CommandHeaderSchema };
const ACCEPTED = { 200: jsonAnswer(AcceptedSchema, "It is durable"), ...PROBLEM_ANSWER };
const PURGING = { 200: jsonAnswer(PurgingSchema, "What goes now"), ...PROBLEM_ANSWER };

const STORAGE = createRoute({
  method: "get",
  path: `${PATH}/storage`,
  summary: "Usage, limit, trash, and what could be won, as separate numbers",
  request: { params: LibraryParamSchema },
  responses: { 200: jsonAnswer(StorageSchema, "At this moment"), ...PROBLEM_ANSWER },
});

const LIMIT = createRoute({
  method: "put",
  path: `${PATH}/storage/limit`,
  summary: "Set the limit",
  request: { ...COMMAND, body: jsonBody(NewLimitSchema) },
  responses: ACCEPTED,
});

const TRASH = createRoute({
  method: "get",
  path: `${PATH}/trash`,
  summary: "What is in the trash",
  request: { params: LibraryParamSchema, query: PageQuerySchema },
  responses: { 200: jsonAnswer(TrashPageSchema, "In order of sequence"), ...PROBLEM_ANSWER },
});

const TRASH_FILES = createRoute({
  method: "post",
  path: `${PATH}/trash`,
  summary: "Move files to the trash, all or none; the other files of their shots go with them",
  request: { ...COMMAND, body: jsonBody(FilesToTrashSchema) },
  responses: ACCEPTED,
});

const RESTORE = createRoute({
  method: "post",
  path: `${PATH}/trash/restore`,
  summary: "Bring files back to the albums they came from, all or none",
  request: { ...COMMAND, body: jsonBody(SequencesSchema) },
  responses: { 200: jsonAnswer(RestoredSchema, "They are live again"), ...PROBLEM_ANSWER },
});

const DELETE = createRoute({
  method: "post",
  path: `${PATH}/trash/delete`,
  summary: "Delete for good",
  request: { ...COMMAND, body: jsonBody(SequencesSchema) },
  responses: PURGING,
});

const EMPTY = createRoute({
  method: "post",
  path: `${PATH}/trash/empty`,
  summary: "Empty the trash of what the user saw in it: everything up to a sequence",
  request: { ...COMMAND, body: jsonBody(UpToSchema) },
  responses: PURGING,
});

/** Adds the routes of storage and trash. */
export function addStorageRoutes(app: ApiApp, { registry }: ApiContext): void {
  const idOf = (text: string) => identifier<LibraryDescription["id"]>(text);

  app.openapi(STORAGE, (c) =>
    registry.use(idOf(c.req.valid("param").library), (library) => {
      const { usage, files, albums, trash } = library.state;
      return c.json({
        ...usage,
        usageBytes: usage.liveBytes + usage.trashBytes,
        files: files.size,
        albums: albums.size,
        inTrash: trash.size,
        couldWin: { exactCopies: { ...library.winnable } },
      }, 200);
    }));

  app.openapi(LIMIT, (c) =>
    registry.use(idOf(c.req.valid("param").library), async (library) => {
      const command = await ClientCommand.of(c, library);
      await command.ask({ kind: "setLimit", ...c.req.valid("json") }, "accepted");
      return c.json({ accepted: true as const }, 200);
    }));

  app.openapi(TRASH, (c) =>
    registry.use(idOf(c.req.valid("param").library), async (library) => {
      const page = { kind: "readTrash", ...c.req.valid("query") } as const;
      const { records, next } = await query(library, page, "trashPage");
      return c.json({ records: plain(records), next }, 200);
    }));

  app.openapi(
    TRASH_FILES,
    (c) =>
      registry.use(idOf(c.req.valid("param").library), async (library) => {
        refuseFolder(library);
        const command = await ClientCommand.of(c, library);
        const files = c.req.valid("json").files.map((file) => identifier<never>(file));
        await command.ask({ kind: "trashFiles", files }, "accepted");
        return c.json({ accepted: true as const }, 200);
      }),
  );

  app.openapi(RESTORE, (c) =>
    registry.use(idOf(c.req.valid("param").library), async (library) => {
      refuseFolder(library);
      const command = await ClientCommand.of(c, library);
      const body = { kind: "restore", ...c.req.valid("json") } as const;
      const { files } = await command.ask(body, "restored");
      return c.json({ files: [...files] }, 200);
    }));

  app.openapi(DELETE, (c) =>
    registry.use(idOf(c.req.valid("param").library), async (library) => {
      const command = await ClientCommand.of(c, library);
      const body = { kind: "deleteForGood", ...c.req.valid("json") } as const;
      const { purged, held } = await command.ask(body, "purging");
      return c.json({ purged: [...purged], held: [...held] }, 200);
    }));

  app.openapi(EMPTY, (c) =>
    registry.use(idOf(c.req.valid("param").library), async (library) => {
      const command = await ClientCommand.of(c, library);
      const body = { kind: "emptyTrash", ...c.req.valid("json") } as const;
      const { purged, held } = await command.ask(body, "purging");
      return c.json({ purged: [...purged], held: [...held] }, 200);
    }));
}
