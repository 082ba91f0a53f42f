import type { OpenAPIHono } from "@hono/zod-openapi";
import type { LibraryRegistry } from "@scenekeep/engine/host";
import type { RequestIdVariables } from "hono/request-id";

/** What every route may use. */
export interface ApiContext {
  readonly registry: LibraryRegistry;
  /**
   * Real path of the folder in which folder libraries may lie; null forbids them. A client that may
   * name any folder could read whatever the server can.
   */
  readonly foldersUnder: string | null;
  /** Where hashes, vectors and models of scans are remembered; null for the user's own cache. */
  readonly cache: string | null;
}

/** What a request carries along. */
export interface ApiEnvironment {
  Variables: RequestIdVariables;
}

/** The application as the routes see it. */
export type ApiApp = OpenAPIHono<ApiEnvironment>;
