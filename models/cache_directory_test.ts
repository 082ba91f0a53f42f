import { assertEquals, assertThrows } from "@std/assert";
import { cacheDirectory } from "./cache_directory.ts";
import { ModelError } from "./model_error.ts";

function directory(environment: Record<string, string>): string {
  return cacheDirectory((name) => environment[name]);
}

Deno.test("cacheDirectory() prefers its own variable, then the shared one, then the home", () => {
  const home = { HOME: "/home/ada" };
  const shared = { ...home, XDG_CACHE_HOME: "/caches" };
  assertEquals(directory({ ...shared, SCENEKEEP_CACHE: "/mine" }), "/mine");
  assertEquals(directory(shared), "/caches/scenekeep");
  assertEquals(directory(home), "/home/ada/.cache/scenekeep");
});

Deno.test("cacheDirectory() passes over empty variables and a relative shared folder", () => {
  const environment = { SCENEKEEP_CACHE: "", XDG_CACHE_HOME: "relative", HOME: "/home/ada" };
  assertEquals(directory(environment), "/home/ada/.cache/scenekeep");
});

Deno.test("cacheDirectory() says what to set when nothing is", () => {
  const error = assertThrows(() => directory({}), ModelError, "set SCENEKEEP_CACHE");
  assertEquals((error as ModelError).code, "CACHE_DIRECTORY_UNKNOWN");
});
