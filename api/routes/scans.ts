import { createRoute } from "@hono/zod-openapi";
import { identifier } from "@scenekeep/engine/core";
import type { LibraryDescription } from "@scenekeep/engine/host";
import type { ApiApp, ApiContext } from "../api_context.ts";
import { ApiProblem } from "../problem.ts";
import { jsonAnswer, jsonBody, PROBLEM_ANSWER } from "../route_parts.ts";
import { LibraryParamSchema } from "../schemas/shared_shapes.ts";
import { NewScanSchema, ScanSchema } from "../schemas/library.ts";
import { scanView } from "../scan_view.ts";

const PATH = "/v1/libraries/{library}/scans";

const START = createRoute({
  method: "post",
  path: PATH,
  summary: "Read a folder anew; reviews and plans of the scan before end. Changes nothing in it",
  request: { params: LibraryParamSchema, body: jsonBody(NewScanSchema) },
  responses: { 202: jsonAnswer(ScanSchema, "It has begun"), ...PROBLEM_ANSWER },
});

const READ = createRoute({
  method: "get",
  path: `${PATH}/current`,
  summary: "How far the last scan is",
  request: { params: LibraryParamSchema },
  responses: { 200: jsonAnswer(ScanSchema, "At this moment"), ...PROBLEM_ANSWER },
});

const STOP = createRoute({
  method: "delete",
  path: `${PATH}/current`,
  summary: "Stop the scan; what was read stays remembered for the next one",
  request: { params: LibraryParamSchema },
  responses: { 200: jsonAnswer(ScanSchema, "It has ended"), ...PROBLEM_ANSWER },
});

/** Adds the routes by which folders are scanned. */
export function addScanRoutes(app: ApiApp, { registry, cache }: ApiContext): void {
  const idOf = (text: string) => identifier<LibraryDescription["id"]>(text);
  const scanOf = (text: string) => {
    const scan = registry.scanOf(idOf(text));
    if (scan === null) throw new ApiProblem("NO_SCAN", `No scan of "${text}" has been started`);
    return scan;
  };

  app.openapi(START, (c) => {
    const { exactOnly } = c.req.valid("json");
    const scan = registry.startScan(idOf(c.req.valid("param").library), {
      embeds: !exactOnly,
      cache,
    });
    return c.json(scanView(scan.state), 202);
  });

  app.openapi(READ, (c) => c.json(scanView(scanOf(c.req.valid("param").library).state), 200));

  app.openapi(STOP, async (c) => {
    const scan = scanOf(c.req.valid("param").library);
    scan.stop();
    await scan.ended;
    return c.json(scanView(scan.state), 200);
  });
}
