import { assertEquals } from "@std/assert";
import { after, command, diary, note, scripted, scriptedWorld, textOf } from "./_scripted_world.ts";
import { givenOrder } from "./given_order.ts";

/** What an actor notes down when three clients write to it, and a bell rings 5 ms later. */
function notesUnder(order: { fromMs: number; events: readonly string[] }): readonly string[] {
  const world = scriptedWorld({
    choose: givenOrder(order),
    isTimerWork: () => true,
    // Nobody answers.
    timing: { clientAttemptsMax: 1 },
    operations: ["x", "y", "z"].map((text) => command(0, "a", text)),
  });
  world.addActor(
    scripted({
      restored: () => [after(5, "bell")],
      receive: (incoming) => [note(textOf(incoming))],
    }),
    { id: "a" as never, process: "p" },
  );
  assertEquals(world.run().verdict, { kind: "clean" });
  return diary(world, "a");
}

Deno.test("givenOrder() has what is named first come first, then the rest as it became due", () => {
  const order = (...events: string[]) => notesUnder({ fromMs: 0, events });
  assertEquals(order(), ["x", "y", "z", "timer bell"]);
  assertEquals(order("send z", "message z"), ["z", "x", "y", "timer bell"]);
  assertEquals(order("send y", "message y", "message x"), ["y", "x", "z", "timer bell"]);
});

Deno.test("givenOrder() leaves what comes before its time as it is", () => {
  assertEquals(notesUnder({ fromMs: 1, events: ["message z"] }), ["x", "y", "z", "timer bell"]);
});
