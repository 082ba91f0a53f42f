import { identifier, type ObjectName } from "@scenekeep/engine/core";
import { assertEquals } from "@std/assert";
import { folderPath } from "./folder_path.ts";

Deno.test("folderPath() reads names of the folder's store and no others", () => {
  const path = (name: string) => folderPath(identifier<ObjectName>(name));
  assertEquals(path("folder/2024/a b.jpg"), "2024/a b.jpg");
  assertEquals(path("folder/..a/b..jpg"), "..a/b..jpg");
  for (const name of ["folder/", "folder//a", "folder/a/", "folder/./a", "folder/a/../b", "x/a"]) {
    assertEquals(path(name), null, name);
  }
});
