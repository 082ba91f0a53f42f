import { assertEquals, assertThrows } from "@std/assert";
import { fault } from "./embedding_outcome.ts";
import {
  type ProcessMessage,
  readJob,
  readMessage,
  writeJob,
  writeMessage,
} from "./embedding_protocol.ts";

Deno.test("readJob() reads what writeJob() wrote, whatever the path", () => {
  for (const path of ["/a/b.jpg", "/a\nb", '/"quoted" 日本', "/emoji 😀"]) {
    const job = { id: 7, task: "describe", path, expectedHash: "abc=" } as const;
    const line = writeJob(job);
    assertEquals(line.indexOf("\n"), line.length - 1);
    assertEquals(readJob(line), job);
  }
  const unhashed = { id: 1, task: "embed", path: "/a", expectedHash: null } as const;
  assertEquals(readJob(writeJob(unhashed)), unhashed);
  const measuring = { id: 3, task: "measure", path: "/a", expectedHash: null } as const;
  assertEquals(readJob(writeJob(measuring)), measuring);
  const digesting = { id: 4, task: "pixels", path: "/a", expectedHash: "abc=" } as const;
  assertEquals(readJob(writeJob(digesting)), digesting);
  const comparison = { id: 2, task: "compare", one: "AAAA", others: ["BBBB", "CCCC"] } as const;
  assertEquals(readJob(writeJob(comparison)), comparison);
});

Deno.test("readMessage() reads what writeMessage() wrote", () => {
  const messages: ProcessMessage[] = [
    { kind: "ready" },
    { kind: "result", id: 3, outcome: fault("TRUNCATED", "Cut\noff") },
    {
      kind: "result",
      id: 4,
      outcome: {
        kind: "embedded",
        vector: Int16Array.of(1, -32767, 32767),
        prints: { whole: Int16Array.of(3, 2, 1), inside: null },
        facts: {
          format: "jpeg",
          widthPixels: 3,
          heightPixels: 2,
          frameCount: 1,
          isPreview: false,
          isDamaged: false,
          isBlank: false,
          isGrey: false,
          clippedSteps: 0,
          isBare: false,
          borderTenths: 0,
          sharpness: 12,
          capturedAtLocal: null,
          capturedOffset: null,
          camera: "X",
        },
      },
    },
    { kind: "result", id: 5, outcome: { kind: "described", features: "AAAA" } },
    {
      kind: "result",
      id: 6,
      outcome: { kind: "measured", compressionSteps: null, imageData: null },
    },
    { kind: "result", id: 6, outcome: { kind: "measured", compressionSteps: 2, imageData: "ab" } },
    { kind: "result", id: 7, outcome: { kind: "pixelsDigested", pixels: "cd" } },
    { kind: "result", id: 8, outcome: { kind: "pixelsDigested", pixels: null } },
    {
      kind: "result",
      id: 6,
      outcome: {
        kind: "compared",
        fits: [{ agreeing: 9, alike: 12, isMirrored: false, isSpread: true }],
      },
    },
  ];
  for (const message of messages) {
    const line = writeMessage(message);
    assertEquals(line.indexOf("\n"), line.length - 1);
    assertEquals(readMessage(line), message);
  }
});

Deno.test("readJob() and readMessage() throw on lines that are none", () => {
  for (const line of ["", "{", "null", "[]", '{"id":1}', '{"id":"1","path":"/a"}']) {
    assertThrows(() => readJob(line));
    assertThrows(() => readMessage(line));
  }
  assertThrows(() => readMessage('{"kind":"result","id":1}'), TypeError, "embedding process");
});
