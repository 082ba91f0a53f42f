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
    const job = { id: 7, path, expectedHash: "abc=" };
    const line = writeJob(job);
    assertEquals(line.indexOf("\n"), line.length - 1);
    assertEquals(readJob(line), job);
  }
  assertEquals(readJob('{"id":1,"path":"/a","expectedHash":null}').expectedHash, null);
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
        facts: {
          format: "jpeg",
          widthPixels: 3,
          heightPixels: 2,
          frameCount: 1,
          isPreview: false,
          isDamaged: false,
          isBlank: false,
          sharpness: 12,
          capturedAtLocal: null,
          capturedOffset: null,
          camera: "X",
        },
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
