import { assertEquals } from "@std/assert";
import { isInside } from "./user_path.ts";

Deno.test("isInside() knows a folder, what is below it, and what only begins like it", () => {
  assertEquals(isInside("/photos", "/photos"), true);
  assertEquals(isInside("/photos/a/b", "/photos"), true);
  assertEquals(isInside("/photos/..a", "/photos"), true);
  assertEquals(isInside("/photos-old", "/photos"), false);
  assertEquals(isInside("/", "/photos"), false);
  assertEquals(isInside("/other/photos", "/photos"), false);
});
