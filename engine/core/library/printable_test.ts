import { assertEquals } from "@std/assert";
import { printable } from "./printable.ts";

Deno.test("printable() lets no name move the cursor or turn the text around", {
  permissions: "none",
}, () => {
  assertEquals(printable("日本 é.jpg"), "日本 é.jpg");
  assertEquals(printable("a\u001b[2Jb\n\u202ec"), "a\\u001b[2Jb\\u000a\\u202ec");
});
