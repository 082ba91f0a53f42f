import { assert, assertEquals, assertFalse, assertThrows } from "./assert.ts";
import {
  basename,
  dirname,
  extname,
  fromFileUrl,
  isAbsolute,
  join,
  relative,
  resolve,
  SEPARATOR,
  toFileUrl,
} from "./path.ts";

const onWindows = Deno.build.os === "windows";

Deno.test("the parts of a path come apart", () => {
  assertEquals(basename("a/b.txt"), "b.txt");
  assertEquals(basename("a/b.txt", ".txt"), "b");
  assertEquals(dirname("a/b.txt"), "a");
  assertEquals(extname("a/b.tar.gz"), ".gz");
  assertEquals(extname("a/.hidden"), "");
});

Deno.test({
  name: "paths are joined, resolved and compared",
  ignore: onWindows,
  fn: () => {
    assertEquals(SEPARATOR, "/");
    assertEquals(join("a", "..", "b", "./c"), "b/c");
    assertEquals(join(new URL("file:///a/"), "b"), "/a/b");
    assertEquals(resolve("/a", "b", "../c"), "/a/c");
    assertEquals(relative("/a/b", "/a/c/d"), "../c/d");
    assert(isAbsolute("/a"));
    assertFalse(isAbsolute("a"));
  },
});

Deno.test({
  name: "file URLs and paths turn into one another, whatever the characters",
  ignore: onWindows,
  fn: () => {
    for (const path of ["/a b/ü.jpg", "/100%/#?.jpg"]) {
      assertEquals(fromFileUrl(toFileUrl(path)), path);
    }
    assertEquals(toFileUrl("/a b/#").href, "file:///a%20b/%23");
    assertEquals(fromFileUrl("file:///a%20b"), "/a b");
    assertThrows(() => fromFileUrl("http://a/"), TypeError);
    assertThrows(() => toFileUrl("a"), TypeError, 'received "a"');
  },
});
