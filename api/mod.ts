/**
 * The HTTP API: libraries, catalogs, reviews, plans, storage and trash over the real host.
 *
 * @module
 */

export { type ApiOptions, BODY_SIZE_MAX_BYTES, createApp } from "./app.ts";
export { type ApiContext } from "./api_context.ts";
export { TOKEN_LENGTH_MIN } from "./authentication.ts";
export { PROBLEMS } from "./problem.ts";
export { refuseOpenListening } from "./listening.ts";
