import { assertEquals } from "@std/assert";
import { permittedFolders } from "./deno_program.ts";

Deno.test("permittedFolders() goes up from a folder whose path has a comma", () => {
  assertEquals(permittedFolders(["/photos", "/a b/ü"]), "/photos,/a b/ü");
  assertEquals(permittedFolders(["/home/ada/Rome, 2019/day 1", "/photos"]), "/home/ada,/photos");
  assertEquals(permittedFolders(["/a,b"]), "/");
});
