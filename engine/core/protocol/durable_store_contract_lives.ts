import type { DurableStoreCase } from "./durable_store_contract.ts";
import {
  commit,
  effect,
  expect,
  large,
  message,
  openAndRead,
  refusal,
  reply,
  request,
  timer,
  turn,
} from "./durable_store_contract_turns.ts";

/** Lives of a record: first boot, restart, fencing, and a turn as one unit. */
export const LIFE_CASES: readonly DurableStoreCase[] = [
  {
    name: "finds nothing at the first open, and counts lives from 1",
    run(subject) {
      expect("the first opening", openAndRead(subject.life()), {
        incarnation: 1,
        snapshot: null,
        events: [],
        outbox: [],
        timers: [],
      });
    },
  },
  {
    name: "gives every life the next number, whatever the life before did",
    run(subject) {
      expect("the first", subject.life().open().incarnation, 1);
      expect("the second", subject.life().open().incarnation, 2);
      expect("the third", subject.restart().open().incarnation, 3);
      const again = subject.restart();
      expect("the fourth", again.open().incarnation, 4);
      expect("the same object opened again", again.open().incarnation, 5);
    },
  },
  {
    name: "keeps every part of a turn, or none of it",
    run(subject) {
      const store = subject.life();
      store.open();
      commit(store, {
        consumed: { kind: "message", id: message("m1") },
        events: [{ kind: "one" }, { kind: "two" }],
        outbox: [request("a/1/1/2")],
        replies: [reply("a/1/1/3", "m1", "yes")],
        timersSet: [{ key: timer("t1"), afterMs: 5 }],
      });
      const after = subject.restart();
      expect("the opening", openAndRead(after), {
        incarnation: 2,
        snapshot: null,
        events: [{ kind: "one" }, { kind: "two" }],
        outbox: [request("a/1/1/2")],
        timers: ["t1"],
      });
      expect("the answer", after.repliesTo(message("m1")), [reply("a/1/1/3", "m1", "yes")]);
    },
  },
  {
    name: "leaves nothing of a refused turn, and goes on afterwards",
    run(subject) {
      const store = subject.life();
      store.open();
      commit(store, { events: ["before"], timersSet: [{ key: timer("kept"), afterMs: 1 }] });
      subject.refuseLargeCommits("refuse");
      const refused = store.commit(turn({
        consumed: { kind: "message", id: message("m1") },
        events: ["small", large()],
        outbox: [request("a/1/2/0")],
        replies: [reply("a/1/2/1", "m1", "no")],
        timersSet: [{ key: timer("new"), afterMs: 1 }],
        timersCancelled: [timer("kept")],
      }));
      expect("the outcome", refused, refusal("diskFull"));
      expect("applied", store.repliesTo(message("m1")), null);
      expect("outstanding", store.isOutstanding(effect("a/1/2/0")), false);
      expect("events", store.eventsSinceSnapshot(), 1);
      expect("the snapshot's outcome", store.saveSnapshot(large()), refusal("diskFull"));
      subject.refuseLargeCommits("accept");
      commit(store, { events: ["after"] });
      expect("the opening", openAndRead(subject.restart()), {
        incarnation: 2,
        snapshot: null,
        events: ["before", "after"],
        outbox: [],
        timers: ["kept"],
      });
    },
  },
  {
    name: "fences out an older life, which then changes nothing",
    run(subject) {
      const older = subject.life();
      older.open();
      commit(older, { events: ["first"], outbox: [request("a/1/1/0")] });
      commit(older, { consumed: { kind: "message", id: message("m1") }, wallMs: 10 });
      const newer = subject.life();
      newer.open();
      expect("an older commit", older.commit(turn({ events: ["late"] })), refusal("fenced"));
      expect("an older snapshot", older.saveSnapshot({ late: true }), refusal("fenced"));
      older.acknowledge(effect("a/1/1/0"));
      older.pruneApplied(99);
      expect("the request", newer.isOutstanding(effect("a/1/1/0")), true);
      expect("the message", newer.repliesTo(message("m1")), []);
      commit(newer, { events: ["second"] });
      expect("an older commit again", older.commit(turn({})), refusal("fenced"));
      const picture = openAndRead(subject.restart());
      expect("the events", picture.events, ["first", "second"]);
      expect("the snapshot", picture.snapshot, null);
    },
  },
];
