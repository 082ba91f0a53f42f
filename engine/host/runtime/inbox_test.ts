import { assertEquals } from "@std/assert";
import { Inbox } from "./inbox.ts";

interface Numbered {
  readonly kind: "message" | "completion" | "timer";
  readonly number: number;
}

Deno.test("Inbox bounds messages and nothing else, and keeps the order of arrival", () => {
  const inbox = new Inbox<Numbered>(2);
  const offers = (["message", "timer", "message", "message", "completion"] as const)
    .map((kind, number) => inbox.offer({ kind, number }));
  assertEquals(offers, ["accepted", "accepted", "accepted", "full", "accepted"]);
  assertEquals(drain(inbox), [0, 1, 2, 4]);
  assertEquals(inbox.size, 0);
  assertEquals(inbox.take(), undefined);
});

Deno.test("Inbox.putBack() puts an item first, also where there is no room", () => {
  const inbox = new Inbox<Numbered>(1);
  inbox.offer({ kind: "message", number: 1 });
  const first = inbox.take();
  inbox.offer({ kind: "message", number: 2 });
  if (first !== undefined) inbox.putBack(first);
  assertEquals(inbox.hasRoom, false);
  assertEquals(inbox.take()?.number, 1);
  assertEquals(inbox.hasRoom, false);
  assertEquals(drain(inbox), [2]);
  assertEquals(inbox.hasRoom, true);
});

Deno.test("Inbox.retain() takes out what is not wanted and makes room", () => {
  const inbox = new Inbox<Numbered>(2);
  inbox.offer({ kind: "message", number: 1 });
  inbox.offer({ kind: "timer", number: 2 });
  inbox.offer({ kind: "message", number: 3 });
  inbox.retain(({ number }) => number > 1);
  assertEquals(inbox.hasRoom, true);
  assertEquals(drain(inbox), [2, 3]);
});

function drain(inbox: Inbox<Numbered>): number[] {
  const numbers: number[] = [];
  for (let item = inbox.take(); item !== undefined; item = inbox.take()) numbers.push(item.number);
  return numbers;
}
