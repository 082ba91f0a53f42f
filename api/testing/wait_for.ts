import type { Json } from "./api_client.ts";

/** Reads again and again until it is so; some work ends a moment after its command is answered. */
export async function waitFor(
  read: () => Promise<Json>,
  isIt: (found: Json) => boolean,
  waitMs = 10_000,
): Promise<Json> {
  for (let attempt = 0; attempt < waitMs / 10; attempt += 1) {
    // deno-lint-ignore no-await-in-loop -- it asks until it is so
    const found = await read();
    if (isIt(found)) return found;
    // deno-lint-ignore no-await-in-loop -- as above
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error("It never became so");
}
