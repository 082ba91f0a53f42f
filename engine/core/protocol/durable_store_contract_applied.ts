import type { DurableStoreCase } from "./durable_store_contract.ts";
import { commit, expect, message, reply } from "./durable_store_contract_turns.ts";

/** Messages that were applied, and the answers they got. */
export const APPLIED_CASES: readonly DurableStoreCase[] = [
  {
    name: "remembers an applied message and its answers over a restart",
    run(subject) {
      const store = subject.life();
      store.open();
      commit(store, {
        consumed: { kind: "message", id: message("m1") },
        replies: [reply("a/1/1/0", "m1", { first: true }), reply("a/1/1/1", "m1", [2])],
      });
      commit(store, { consumed: { kind: "message", id: message("m2") } });
      const after = subject.restart();
      after.open();
      expect("answers", after.repliesTo(message("m1")), [
        reply("a/1/1/0", "m1", { first: true }),
        reply("a/1/1/1", "m1", [2]),
      ]);
      expect("no answer", after.repliesTo(message("m2")), []);
      expect("an unknown message", after.repliesTo(message("m3")), null);
    },
  },
  {
    name: "adds an answer that a later turn gave",
    run(subject) {
      const store = subject.life();
      store.open();
      commit(store, {
        consumed: { kind: "message", id: message("m1") },
        replies: [reply("a/1/1/0", "m1", "accepted")],
      });
      commit(store, { replies: [reply("a/1/2/0", "m1", "done")] });
      const after = subject.restart();
      after.open();
      expect("answers", after.repliesTo(message("m1")), [
        reply("a/1/1/0", "m1", "accepted"),
        reply("a/1/2/0", "m1", "done"),
      ]);
    },
  },
  {
    name: "forgets what is older than the given time, and only that",
    run(subject) {
      const store = subject.life();
      store.open();
      for (const wallMs of [10, 20, 30]) {
        commit(store, { consumed: { kind: "message", id: message(`m${wallMs}`) }, wallMs });
      }
      commit(store, { replies: [reply("a/1/9/0", "m10", "late")], wallMs: 40 });
      store.pruneApplied(30);
      const after = subject.restart();
      after.open();
      expect("renewed by its answer", after.repliesTo(message("m10"))?.length, 1);
      expect("older", after.repliesTo(message("m20")), null);
      expect("as old as the time", after.repliesTo(message("m30")), []);
    },
  },
];
