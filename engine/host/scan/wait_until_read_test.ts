import type { EngineMessage } from "@scenekeep/engine/core";
import { assertEquals } from "@std/assert";
import type { LibraryClient } from "./library_client.ts";
import { waitUntilRead } from "./wait_until_read.ts";

/** A client that answers as `storageNow` says, after what happens while the question is open. */
function clientOf(
  storageNow: () => { readonly toHash: number; readonly toEmbed: number },
  meanwhile: () => void,
): Pick<LibraryClient, "ask"> {
  const usage = { liveBytes: 0, trashBytes: 0, reservedBytes: 0 };
  return {
    ask: (() => {
      const answer = { kind: "storage", usage, files: 2, albums: 1, inTrash: 0, ...storageNow() };
      meanwhile();
      return Promise.resolve(answer as unknown as EngineMessage);
    }) as unknown as LibraryClient["ask"],
  };
}

Deno.test("waitUntilRead() does not take an answer for news of what was read since", async () => {
  // Nothing is to be embedded as long as nothing is hashed; then the last stage ends while the
  // librarian's answer, which does not know of it, is on its way.
  let questions = 0;
  let stagesLeft = 2;
  let toEmbed = 0;
  const progress: number[] = [];
  await waitUntilRead({
    client: clientOf(() => ({ toHash: 0, toEmbed }), () => {
      questions += 1;
      if (questions === 1) [stagesLeft, toEmbed] = [0, 2];
      else if (questions > 2) toEmbed = 0;
    }),
    embeds: true,
    picturesTotal: 2,
    picturesDone: () => 2 - toEmbed,
    filesLeft: () => stagesLeft,
    onProgress: ({ filesLeft }) => progress.push(filesLeft),
  });
  assertEquals([questions, toEmbed, progress], [4, 0, [2, 0, 0, 0]]);
});

Deno.test("waitUntilRead() goes by the librarian where there are no stages", async () => {
  let toHash = 3;
  await waitUntilRead({
    client: clientOf(() => ({ toHash, toEmbed: 1 }), () => toHash -= 1),
    embeds: false,
    picturesTotal: 0,
    picturesDone: () => 0,
    onProgress: () => {},
  });
  assertEquals(toHash, -1);
});
