import { type FileId, identifier, type ReviewedScene, type SceneId } from "@scenekeep/engine/core";
import { assertEquals } from "@std/assert";
import { scenesOutside } from "./draft_plans.ts";

/** A scene of these files; the first one stays. */
function scene(id: string, ...files: string[]): ReviewedScene {
  return {
    id: identifier<SceneId>(id),
    tier: "exact",
    diameter: 0,
    members: files.map((file, place) => ({
      file: identifier<FileId>(file),
      choice: place === 0 ? "keep" : "delete",
    })),
    distances: [],
  };
}

function filesOf(scenes: readonly ReviewedScene[]): string[][] {
  return scenes.map(({ members }) => members.map(({ file }) => file as string));
}

Deno.test("scenesOutside() leaves whole what no similar scene speaks for", () => {
  const exact = [scene("e1", "a", "b"), scene("e2", "c", "d")];
  assertEquals(filesOf(scenesOutside(exact, [scene("s", "c", "d", "x")])), [["a", "b"]]);
  assertEquals(scenesOutside(exact, []), exact);
});

Deno.test("scenesOutside() never leaves a scene of which all would go, or all would stay", () => {
  const exact = [scene("e", "a", "b", "c")];
  assertEquals(filesOf(scenesOutside(exact, [scene("s", "b", "x")])), [["a", "c"]]);
  assertEquals(filesOf(scenesOutside(exact, [scene("s", "a", "x")])), []);
  assertEquals(filesOf(scenesOutside(exact, [scene("s", "b", "c")])), []);
});
