import { after, note, type Script, type Scripted, send, textOf } from "../world/_scripted_world.ts";
import { scriptedSubject } from "./_scripted_subject.ts";
import type { Subject } from "./subject.ts";

/** Writes down what comes, and answers clients. */
export const NOTES: Script = {
  receive: (incoming) => {
    const noted = note(textOf(incoming));
    if (incoming.kind !== "message" || incoming.envelope.from !== "client") return [noted];
    const { from, id: inReplyTo } = incoming.envelope;
    return [noted, { kind: "reply", to: from, inReplyTo, channel: "remote", body: "done" }];
  },
};

/** Writes down what comes and sends it on, on a channel of its own. */
export function passes(channel: "durable" | "remote" | "local", to: string): Script {
  return {
    receive: (incoming, state, context) => {
      const effects = NOTES.receive!(incoming, state, context);
      return incoming.kind === "message" && incoming.envelope.from === "client"
        ? [...effects, send(channel, to, incoming.envelope.body)]
        : effects;
    },
  };
}

/** Sends word of itself 5 ms after a client has written. */
export function rings(name: string): Script {
  return {
    receive: (incoming, state, context) => [
      ...NOTES.receive!(incoming, state, context),
      incoming.kind === "timer" ? send("remote", "c", `from ${name}`) : after(5, "bell"),
    ],
  };
}

const COMPUTE = { kind: "compute", key: "job" as never, job: "job" } as const;

/** Small worlds with a race of every kind. */
export const SMALL_WORLDS: Readonly<Record<string, Subject<Scripted>>> = {
  "messages on durable channels": scriptedSubject({
    actors: { a: passes("durable", "c"), b: passes("durable", "c"), c: NOTES },
    commands: [["a", "x"], ["b", "y"]],
  }),
  "messages that local ones overtake or not": scriptedSubject({
    actors: {
      a: { ...passes("local", "b"), process: "one" },
      b: { ...NOTES, process: "one" },
      c: NOTES,
    },
    commands: [["a", "x"], ["b", "z"], ["c", "w"]],
  }),
  "timers, requests to ports, and messages": scriptedSubject({
    actors: {
      a: {
        receive: (incoming, state, context) => [
          ...NOTES.receive!(incoming, state, context),
          ...(textOf(incoming) === "x" ? [after(0, "soon"), after(5, "later"), COMPUTE] : []),
        ],
      },
      b: passes("remote", "a"),
    },
    commands: [["a", "x"], ["b", "y"]],
    options: {
      isTimerWork: () => true,
      compute: {
        run: () => ({
          durationMs: 7,
          outcome: { kind: "done", result: { kind: "answer", text: "7" } },
        }),
      },
    },
  }),
  "timers that were set in either order and ring in the tail": scriptedSubject({
    actors: { a: rings("a"), b: rings("b"), c: NOTES },
    commands: [["a", "x"], ["b", "y"]],
    options: { isTimerWork: () => true },
    untilMs: 5,
    wrong: ({ c = [] }) => c.join() === "from b,from a" ? "b came first" : null,
  }),
};
