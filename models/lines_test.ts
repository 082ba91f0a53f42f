import { assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { readLines } from "./lines.ts";

Deno.test("readLines() gives the same lines however the bytes are cut", async () => {
  const text = "one\n\nümläut 日本\nlast without an end";
  const bytes = new TextEncoder().encode(text);
  await fc.assert(fc.asyncProperty(fc.array(fc.nat({ max: bytes.length })), async (cuts) => {
    const places = [0, ...cuts.sort((a, b) => a - b), bytes.length];
    const pieces = places.slice(1).map((end, index) => bytes.subarray(places[index], end));
    const lines = await Array.fromAsync(readLines(ReadableStream.from(pieces)));
    assertEquals(lines, text.split("\n"));
  }));
});

Deno.test("readLines() gives nothing for nothing", async () => {
  assertEquals(await Array.fromAsync(readLines(ReadableStream.from([]))), []);
  const ended = ReadableStream.from([new TextEncoder().encode("a\n")]);
  assertEquals(await Array.fromAsync(readLines(ended)), ["a"]);
});

Deno.test("readLines() throws instead of holding a line without end", async () => {
  const chunk = new Uint8Array(300_000).fill(0x61);
  const endless = ReadableStream.from([chunk, chunk, chunk, chunk]);
  await assertRejects(() => Array.fromAsync(readLines(endless)), RangeError, "1000000");
});
