import { assert, assertEquals } from "@std/assert";
import type { Chooser } from "../world/chosen_scheduler.ts";
import type { Payload } from "../world/records.ts";
import { after, command, diary, type Scripted, scripted } from "../world/_scripted_world.ts";
import { scriptedWorld } from "../world/_scripted_world.ts";
import { NOTES } from "./_small_worlds.ts";
import { scriptedSubject } from "./_scripted_subject.ts";
import { explore } from "./explore.ts";
import { givenOrder } from "./given_order.ts";

/** What an actor notes down when three clients write to it, and a bell rings 5 ms later. */
function notesUnder(choose: Chooser<Payload<Scripted>>): readonly string[] {
  const world = scriptedWorld({
    choose,
    isTimerWork: () => true,
    operations: ["x", "y", "z"].map((text) => command(0, "a", text)),
  });
  world.addActor(scripted({ ...NOTES, restored: () => [after(5, "bell")] }), {
    id: "a" as never,
    process: "p",
  });
  assertEquals(world.run().verdict, { kind: "clean" });
  return diary(world, "a");
}

Deno.test("givenOrder() has what is named first come first, then the rest as it became due", () => {
  const order = (...events: string[]) => notesUnder(givenOrder({ fromMs: 0, events }));
  assertEquals(order(), ["x", "y", "z", "timer bell"]);
  assertEquals(order("send z", "message z"), ["z", "x", "y", "timer bell"]);
  assertEquals(order("send y", "message y", "message x"), ["y", "x", "z", "timer bell"]);
});

Deno.test("givenOrder() leaves what comes before its time as it is", () => {
  const events = ["message z"];
  assertEquals(notesUnder(givenOrder({ fromMs: 1, events })), ["x", "y", "z", "timer bell"]);
});

Deno.test("givenOrder() repeats every order that explore() finds, late messages included", () => {
  const found: string[][] = [];
  const subject = scriptedSubject({
    actors: { a: { ...NOTES, restored: () => [after(5, "bell")] } },
    commands: ["x", "y", "z"].map((text) => ["a", text] as const),
    options: { isTimerWork: () => true },
    wrong: ({ a = [] }) => {
      found.push([...a]);
      return a.join(" ");
    },
  });
  // Each order is a failure of its own, so that each is handed over.
  const everyOrder = {
    ...subject,
    begin: (hooks: Parameters<typeof subject.begin>[0]) => {
      const run = subject.begin(hooks);
      return {
        ...run,
        failure: (...ended: Parameters<typeof run.failure>) => {
          const failure = run.failure(...ended);
          return failure && { ...failure, signature: failure.text };
        },
      };
    },
  };
  const { failures } = explore(everyOrder, { lateMax: 1 });
  assert(failures.length > 6, `${failures.length} orders`);
  for (const { order, text } of failures) {
    assertEquals(notesUnder(givenOrder({ fromMs: 0, events: order })).join(" "), text);
  }
});
