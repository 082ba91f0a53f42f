import { assertEquals } from "@std/assert";
import { type ContentHash, emptyLibrary, identifier, type LostName } from "@scenekeep/engine/core";
import { LinkContents } from "./link_contents.ts";

/** Links that were in a folder, and where each led. */
const LINKS: readonly (readonly [path: string, target: string, content: string])[] = [
  ["p/a/one.jpg", "p/k/one.jpg", "x"],
  ["q/a/one.jpg", "q/k/one.jpg", "y"],
  ["q/b/two.jpg", "q/k/two.jpg", "z"],
  ["r/b/two.jpg", "r/k/two.jpg", "z"],
];

Deno.test("LinkContents knows a link by its name and where it leads", () => {
  assertEquals(find("p/a/one.jpg", "../k/one.jpg"), "x");
  assertEquals(find("q/a/one.jpg", "../k/one.jpg"), "y");
  assertEquals(find("q/a/one.jpg", "./../k/one.jpg"), "y");
  // Another link has the name by now.
  assertEquals(find("q/a/one.jpg", "../k/other.jpg"), null);
  assertEquals(find("q/a/other.jpg", "../k/one.jpg"), null);
});

Deno.test("LinkContents knows a link that was moved where all of that sort held the same", () => {
  assertEquals(find("elsewhere/two.jpg", "../k/two.jpg"), "z");
  assertEquals(find("elsewhere/one.jpg", "../k/one.jpg"), null);
  assertEquals(find("elsewhere/two.jpg", "../../k/two.jpg"), null);
});

function find(path: string, target: string): string | null {
  const lostNames = new Map(LINKS.map(([path, target, content]): [string, LostName] => [
    path,
    { contentHash: identifier<ContentHash>(content), sizeBytes: 1, target },
  ]));
  return new LinkContents({ ...emptyLibrary(), lostNames }).of({ path, target })?.contentHash ??
    null;
}
