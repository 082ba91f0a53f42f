import { assertEquals, assertNotEquals } from "@std/assert";
import type { ActorId, IncomingOf } from "@scenekeep/engine/core";
import type { Scripted } from "../world/_scripted_world.ts";
import { CausalNames } from "./causal_names.ts";

const ACTORS = ["a", "keeper/a"] as ActorId[];

/** Names after these messages have come to these actors, in this order. */
function namesAfter(numbers: Map<string, number>, came: readonly (readonly [string, string])[]) {
  const names = new CausalNames(ACTORS, numbers);
  const turns = new Map<string, number>();
  for (const [actor, message] of came) {
    const turn = (turns.get(actor) ?? 0) + 1;
    turns.set(actor, turn);
    const incoming = {
      kind: "message",
      envelope: { id: message, from: "x", to: actor, channel: "remote", inReplyTo: null, body: "" },
    } as unknown as IncomingOf<Scripted>;
    const seen = { kind: "turn", process: "p", life: 1, effects: [], events: [] } as const;
    names.learn<Scripted>({ ...seen, actor: actor as ActorId, turn, incoming }, 0);
  }
  return names;
}

Deno.test("CausalNames calls a turn by what woke its actor, in whatever order it came", () => {
  const numbers = new Map<string, number>();
  const one = namesAfter(numbers, [["a", "first"], ["a", "second"]]);
  const other = namesAfter(numbers, [["a", "second"], ["a", "first"]]);
  assertEquals(one.rename("effect a/1/1/0"), other.rename("effect a/1/2/0"));
  assertNotEquals(one.rename("a/1/1/0"), one.rename("a/1/2/0"));
});

Deno.test("CausalNames follows causes through the turns of other actors", () => {
  const numbers = new Map<string, number>();
  const one = namesAfter(numbers, [["a", "first"], ["a", "second"], ["keeper/a", "a/1/2/0"]]);
  const other = namesAfter(numbers, [["a", "second"], ["keeper/a", "a/1/1/0"]]);
  assertEquals(one.rename("keeper/a/1/1/3"), other.rename("keeper/a/1/1/3"));
});

Deno.test("CausalNames keeps two turns apart that the same thing woke", () => {
  const names = namesAfter(new Map(), [["a", "again"], ["a", "again"]]);
  assertNotEquals(names.rename("a/1/1"), names.rename("a/1/2"));
  for (const other of ["a/1/10", "b/1/1", "a/1", "photo a"]) {
    assertEquals(names.rename(other), other);
  }
});
