import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { permittedTest, photosDev, photosMissing } from "@scenekeep/tools/permitted";
import { readLabels, readSources } from "./labels_file.ts";

Deno.test("readLabels() joins scenes that share a file, and leaves loose ones free", () => {
  const labels = readLabels({
    scenes: [
      { files: ["a", "b"] },
      { files: ["b", "c"], strength: "near", kind: "burst" },
      { files: ["c", "d"], strength: "loose" },
    ],
    singles: ["e", "f"],
    ignore_pairs: [["a", "e"]],
  });
  assert(typeof labels !== "string");
  assertEquals(labels.files, ["a", "b", "c", "d", "e", "f"]);
  const verdicts = [["a", "c"], ["a", "d"], ["d", "b"], ["c", "e"], ["a", "f"], ["d", "e"]]
    .map(([left, right]) => labels.verdict(left!, right!));
  assertEquals(verdicts, ["same", "free", "free", "free", "other", "other"]);
});

Deno.test("readLabels() and readSources() say what is wrong", () => {
  assertStringIncludes(String(readLabels({})), "scenes");
  assertStringIncludes(String(readLabels({ scenes: [{ files: [1] }] })), "scenes.0.files.0");
  assertEquals(typeof readSources({ some: "thing" }), "string");
  const entry = { file: "a", repo: "one", licence: "MIT" };
  assertEquals(readSources([entry]), new Map([["a", "one"]]));
  assertEquals(readSources({ files: [entry] }), new Map([["a", "one"]]));
});

permittedTest({
  name: "readLabels() judges labelled photos as the scorer beside them does",
  needs: { read: true },
  skip: photosMissing(),
  fn: async () => {
    const folder = photosDev()!;
    const written = JSON.parse(await Deno.readTextFile(join(folder, "labels.json")));
    const { judge } = await import(join(folder, "../score.mjs"));
    const judged = judge(written);
    const labels = readLabels(written);
    assert(typeof labels !== "string");
    assertEquals(labels.files, judged.files);
    for (const left of labels.files) {
      for (const right of labels.files) {
        if (left === right || labels.verdict(left, right) === judged.verdict(left, right)) continue;
        throw new Error(`${left} and ${right} are judged in another way`);
      }
    }
  },
});
