import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { InvariantError } from "@scenekeep/engine/core";
import { crypto } from "@std/crypto";
import { BLOCK_LINES, TraceChain } from "./trace_chain.ts";
import { readTraceLine, writeHappening } from "./trace_line.ts";

Deno.test("TraceChain gives a hash that can be made again from its lines", () => {
  const lines: string[] = [];
  const seal = chainOf(BLOCK_LINES * 2 + 3, (line) => lines.push(line));
  assertEquals([lines.length, seal.lines, seal.blockHashes.length], [2051, 2051, 3]);
  let hash = new Uint8Array(32);
  for (let start = 0; start < lines.length; start += BLOCK_LINES) {
    const block = lines.slice(start, start + BLOCK_LINES).map(asHashed).join("");
    const bytes = new TextEncoder().encode(block);
    hash = new Uint8Array(crypto.subtle.digestSync("SHA-256", [hash, bytes]));
  }
  assertEquals(seal.traceHash, hash.toHex());
});

Deno.test("TraceChain gives the same hash with and without a sink", () => {
  assertEquals(chainOf(2_000, () => {}).traceHash, chainOf(2_000, null).traceHash);
});

Deno.test("TraceChain gives another hash for one other line, from its block on", () => {
  const one = chainOf(3_000, null);
  const other = chainOf(3_000, null, 1_500);
  assertEquals(one.blockHashes[0], other.blockHashes[0]);
  assertNotEquals(one.blockHashes[1], other.blockHashes[1]);
  assertNotEquals(one.traceHash, other.traceHash);
});

/** The bytes of a line in a trace file that were hashed: one space between columns. */
function asHashed(line: string): string {
  const [, columns, detail] = /^((?:\S+ +){5})(.*)$/u.exec(line)!;
  return `${columns!.replace(/ +/g, " ")}${detail}\n`;
}

function chainOf(
  lines: number,
  sink: ((line: string) => void) | null,
  different = -1,
): ReturnType<TraceChain["seal"]> {
  const chain = new TraceChain(sink, 1);
  for (let index = 0; index < lines; index++) {
    const word = index === different ? "other" : "same";
    writeHappening(chain, {
      event: index,
      virtualMs: index * 7,
      who: `é who`,
      what: word,
      detail: { text: `two  spaces` },
    });
  }
  return chain.seal();
}

Deno.test("TraceChain.value() says the same whether every value is checked or a sample", () => {
  const detail = { b: [1, "é \ud83d\ude00", null], a: { kind: "x", n: -3 }, gone: undefined };
  const texts = [1, 10].map((checkEvery) => {
    const lines: string[] = [];
    const chain = new TraceChain((line) => lines.push(line), checkEvery);
    for (let index = 0; index < 40; index++) {
      writeHappening(chain, { event: 1, virtualMs: 2, who: "who", what: "what", detail });
    }
    chain.seal();
    return lines.map((line) => readTraceLine(line).detail);
  });
  assertEquals(texts[0], texts[1]);
});

Deno.test("TraceChain.value() refuses what is not plain data, in a sample at the latest", () => {
  const chain = new TraceChain(null, 10);
  const line = { event: 1, virtualMs: 2, who: "who", what: "what", detail: { half: 0.5 } };
  assertThrows(() => {
    for (let index = 0; index < 10; index++) writeHappening(chain, line);
  }, InvariantError);
});

Deno.test("writeHappening() writes columns without spaces or control characters", () => {
  const lines: string[] = [];
  const chain = new TraceChain((line) => lines.push(line), 1);
  writeHappening(chain, { event: 1, virtualMs: 2, who: "a b\n100%é", what: "what", detail: null });
  assertEquals(readTraceLine(lines[0]!).who, "a%20b%0a100%25é");
});

Deno.test("TraceChain hashes lines of any length and script as they stand in its file", () => {
  const lines: string[] = [];
  const chain = new TraceChain((line) => lines.push(line), 1);
  for (const size of [0, 5_000, 9_000, 200_000, 3]) {
    const detail = "é\ud83d\ude00x".repeat(size);
    writeHappening(chain, { event: size, virtualMs: 0, who: "who", what: "what", detail });
  }
  const bytes = new TextEncoder().encode(lines.map(asHashed).join(""));
  const hash = crypto.subtle.digestSync("SHA-256", [new Uint8Array(32), bytes]);
  assertEquals(chain.seal().traceHash, new Uint8Array(hash).toHex());
});
