import { assertEquals } from "@std/assert";
import { BlockLines, firstDifference, firstDifferentBlock } from "./divergence.ts";
import { BLOCK_LINES, TraceChain } from "./trace_chain.ts";
import { writeHappening, writeTurn } from "./trace_line.ts";

Deno.test("firstDifference() names line, event, actor and field of the first difference", () => {
  const left = runOf(5);
  const right = runOf(6);
  const block = firstDifferentBlock(left.hashes, right.hashes);
  assertEquals(block, 1);
  const lines = { left: left.block(1), right: right.block(1) };
  assertEquals(firstDifference(1, lines), {
    line: BLOCK_LINES + 8,
    event: 1_032,
    virtualMs: 5_160,
    who: "an%20actor",
    field: "effects[0].append.list[1].amount",
    left: "5",
    right: "6",
  });
});

Deno.test("firstDifference() names the column when it is not in the details", () => {
  const left = ["1 0 actor message:a - {}"];
  assertEquals(firstDifference(0, { left, right: ["1 3 actor message:a - {}"] }), {
    line: 0,
    event: 1,
    virtualMs: 0,
    who: "actor",
    field: "virtualMs",
    left: "0",
    right: "3",
  });
  assertEquals(firstDifference(0, { left, right: [] })?.field, "line");
  assertEquals(firstDifference(0, { left, right: left }), null);
});

Deno.test("firstDifferentBlock() is null for equal runs", () => {
  assertEquals(firstDifferentBlock(runOf(5).hashes, runOf(5).hashes), null);
  assertEquals(firstDifferentBlock(["a"], ["a", "b"]), 1);
});

function runOf(amount: number): {
  readonly hashes: readonly string[];
  readonly block: (block: number) => readonly string[];
} {
  const run = (sink: ((line: string) => void) | null): readonly string[] => {
    const chain = new TraceChain(sink, 1);
    for (let event = 0; event < 1_040; event++) {
      const line = { event, virtualMs: event * 5, who: "an actor" };
      if (event % 2 === 1) writeHappening(chain, { ...line, what: "object", detail: { x: "y z" } });
      else {
        const list = [{ amount: 1 }, { amount: event === 1_032 ? amount : 2 }];
        const effects = [{ kind: "append", event: { kind: "changed", list } }] as const;
        writeTurn(chain, { ...line, outcome: "committed", incoming: null, effects });
      }
    }
    return chain.seal().blockHashes;
  };
  return {
    hashes: run(null),
    block: (block) => {
      const kept = new BlockLines(block);
      run(kept.sink);
      return kept.lines;
    },
  };
}
