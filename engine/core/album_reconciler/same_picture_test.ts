import { assertEquals } from "@std/assert";
import type { ContentHash, FileId, SceneId } from "../library/ids.ts";
import type { PictureDigests } from "../library/same_picture.ts";
import { identifier } from "../protocol/ids.ts";
import { itemOf, planned } from "../testing/planned.ts";

function test(name: string, fn: () => void): void {
  Deno.test({ name, permissions: "none", fn });
}

test("the same picture in other bytes merges what was said of it, and says what is lost", () => {
  const losses = { metadata: false, colour: false, clippedSteps: 0 };
  const digests = { imageData: "data", pixels: "pixels" };
  const hashes: Readonly<Record<string, string>> = {
    p1: "one",
    p2: "two",
    p3: "three",
    p4: "four",
  };
  const member = (file: string, choice: "keep" | "delete", of: PictureDigests | null) => ({
    file: identifier<FileId>(file),
    choice,
    contentHash: identifier<ContentHash>(hashes[file]!),
    ...(of === null ? {} : { digests: of }),
  });
  const done = planned({
    albums: [{ id: "home" }],
    files: [
      { id: "p1", hash: "one", albums: ["home"], facts: { losses: { ...losses, metadata: true } } },
      { id: "p2", hash: "two", albums: ["home"], metadata: { caption: "sea" }, facts: { losses } },
      { id: "p3", hash: "three", albums: ["home"], metadata: { caption: "sun" } },
      { id: "p4", hash: "four", albums: ["home"], metadata: { caption: "other" } },
    ],
  }, {
    cleanup: "similar",
    scenes: [{
      id: identifier<SceneId>("s"),
      tier: "close",
      diameter: 9,
      members: [
        member("p1", "keep", digests),
        member("p2", "delete", digests),
        member("p3", "delete", { imageData: null, pixels: "pixels" }),
        member("p4", "delete", null),
      ],
      distances: [[0, 1, 0], [0, 2, 2], [0, 3, 9]],
    }],
  });
  const [two, three, four] = ["p2", "p3", "p4"].map((file) => itemOf(done, file));
  assertEquals([two?.same, three?.same, four?.same], ["imageData", "pixels", undefined]);
  assertEquals(two?.merge?.after.caption, "sea");
  assertEquals(two?.lost, ["camera's data: when and with what it was taken"]);
  assertEquals(three?.merge?.after.caption, "sun");
  assertEquals(three?.lost, []);
  assertEquals(four?.merge, null);
  assertEquals(four?.lost, ["caption: other"]);
  assertEquals(done.plan.certificate.merges.map(({ after }) => after.caption), ["sea\nsun"]);
});
