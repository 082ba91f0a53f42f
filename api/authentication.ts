import { crypto, timingSafeEqual } from "@std/crypto";
import type { MiddlewareHandler } from "hono";
import { createMiddleware } from "hono/factory";
import type { ApiEnvironment } from "./api_context.ts";
import { ApiProblem } from "./problem.ts";

/** Fewest characters of a token: 32 hexadecimal digits are 128 bits. */
export const TOKEN_LENGTH_MIN = 32;

/**
 * Lets only those in who bring the token, as `Authorization: Bearer TOKEN` (RFC 6750).
 *
 * Digests are compared, not tokens, so neither content nor length shows in the time that it takes.
 */
export function bearerToken(token: string): MiddlewareHandler<ApiEnvironment> {
  const wanted = digest(token);
  return createMiddleware<ApiEnvironment>(async function bearerTokenMiddleware(c, next) {
    const [, given] = /^Bearer +(\S+)$/i.exec(c.req.header("authorization") ?? "") ?? [];
    if (given === undefined || !timingSafeEqual(digest(given), wanted)) {
      throw new ApiProblem("UNAUTHORIZED", "Send the header Authorization: Bearer TOKEN");
    }
    await next();
  });
}

/**
 * Without a token, refuses requests for another host than this machine: a page in a browser that
 * made a name of its own lead to 127.0.0.1 still sends that name.
 */
export const loopbackHost = createMiddleware<ApiEnvironment>(
  async function loopbackHostMiddleware(c, next) {
    const host = new URL(c.req.url).hostname;
    if (!LOOPBACK_NAMES.has(host)) {
      throw new ApiProblem("MISDIRECTED", `Cannot answer for "${host}": use 127.0.0.1`);
    }
    await next();
  },
);

const LOOPBACK_NAMES: ReadonlySet<string> = new Set(["127.0.0.1", "localhost", "[::1]"]);

function digest(text: string): ArrayBuffer {
  return crypto.subtle.digestSync("SHA-256", new TextEncoder().encode(text));
}
