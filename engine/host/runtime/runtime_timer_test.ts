import type { TimerKey } from "@scenekeep/engine/core";
import { identifier } from "@scenekeep/engine/core";
import { assertEquals } from "@std/assert";
import { command, type LoggingEffect, timer } from "../testing/logging_actor.ts";
import { actorId, testLibrary } from "../testing/test_runtime.ts";

const A = actorId("a");

/** Does what the words of a message say: `set KEY MS` or `cancel KEY`, several after `;`. */
function obey(text: string): LoggingEffect[] {
  return text.split(";").flatMap((part): LoggingEffect[] => {
    const [verb = "", key = "", afterMs = ""] = part.trim().split(" ");
    if (verb === "set") return [timer(key, Number(afterMs))];
    return verb === "cancel" ? [{ kind: "cancelTimer", key: identifier<TimerKey>(key) }] : [];
  });
}

const OBEDIENT = { actors: { a: { react: ({ text }: { text: string }) => obey(text) } } };

for (const durability of ["durable", "volatile"] as const) {
  Deno.test(`Runtime fires the timers of a ${durability} actor when they are due`, async () => {
    const library = testLibrary({ actors: { a: { ...OBEDIENT.actors.a, durability } } });
    const { runtime, ports, quiet } = library;
    const text =
      "set soon 10; set late 2000000000; set off 20; cancel off; set moved 5; set moved 30";
    void runtime.request(A, text, command("set"));
    await quiet();
    const fired = async (ms: number) => {
      ports.clock.advance(ms);
      await quiet();
      return library.log(A).slice(1);
    };
    assertEquals(await fired(9), []);
    assertEquals(await fired(1), ["timer soon"]);
    assertEquals(await fired(19), ["timer soon"]);
    assertEquals(await fired(1), ["timer soon", "timer moved"]);
    assertEquals(await fired(2_000_000_000), ["timer soon", "timer moved", "timer late"]);
    await runtime.close();
  });
}

Deno.test("Runtime drops a timer that waits in the mailbox when its name is set anew", async () => {
  const library = testLibrary(OBEDIENT);
  const { runtime, ports, quiet } = library;
  void runtime.request(A, "set t 10; set gone 10", command("first"));
  await quiet();
  // The command waits before the timers: both are in the mailbox when it is run.
  void runtime.request(A, "set t 50; cancel gone", command("second"));
  ports.clock.advance(10);
  await quiet();
  assertEquals(library.log(A).filter((text) => text.startsWith("timer")), []);
  // The journal still has the newer timer: after a crash it is due at once, and once only.
  const next = library.crash();
  await next.quiet();
  assertEquals(next.log(A).filter((text) => text.startsWith("timer")), ["timer t"]);
  await next.runtime.close();
  const last = library.crash();
  await last.quiet();
  assertEquals(last.log(A).filter((text) => text.startsWith("timer")), ["timer t"]);
});

Deno.test("Runtime fires all timers after a restart, but for those set anew", async () => {
  const actors = {
    a: {
      react: OBEDIENT.actors.a.react,
      restored: (log: readonly string[]) => log.length === 0 ? [] : [timer("renewed", 500)],
    },
  };
  const library = testLibrary({ actors });
  void library.runtime.request(A, "set x 86400000; set renewed 10; set y 1", command("set"));
  await library.quiet();
  const { runtime, ports, log, quiet } = library.crash();
  await quiet();
  assertEquals(log(A).slice(1), ["timer x", "timer y"]);
  ports.clock.advance(500);
  await quiet();
  assertEquals(log(A).slice(1), ["timer x", "timer y", "timer renewed"]);
  await runtime.close();
});
