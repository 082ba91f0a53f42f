import { RECORDED_OUTCOMES } from "@scenekeep/engine/core";
import { z } from "zod";

/** Whatever has a kind: what an actor sends and appends is its own, and no replay knows it all. */
const KIND = z.looseObject({ kind: z.string() });
const NAMED_EFFECTS = z.array(z.looseObject({ id: z.string(), effect: KIND }));
const CLOCK = z.looseObject({
  wallMs: z.number(),
  monotonicMs: z.number(),
  bootId: z.string(),
});

const INCOMING = z.discriminatedUnion("kind", [
  z.looseObject({
    kind: z.literal("message"),
    envelope: z.looseObject({
      id: z.string(),
      from: z.string(),
      to: z.string(),
      channel: z.enum(["local", "durable", "remote"]),
      inReplyTo: z.string().nullable(),
      body: KIND,
    }),
  }),
  z.looseObject({
    kind: z.literal("completed"),
    key: z.string(),
    outcome: z.discriminatedUnion("kind", [
      z.looseObject({ kind: z.literal("done"), result: KIND }),
      z.looseObject({ kind: z.literal("failed"), error: z.string() }),
    ]),
  }),
  z.looseObject({ kind: z.literal("timer"), key: z.string() }),
]);

/** What a line of a recording must have, by its kind, as far as a replay relies on it. */
export const LINE_SCHEMA: z.ZodType = z.discriminatedUnion("kind", [
  z.looseObject({
    kind: z.literal("header"),
    engine: z.string(),
    library: z.string(),
    actors: z.array(z.looseObject({
      id: z.string(),
      kind: z.string(),
      settings: z.looseObject({}),
    })),
    leftOut: z.array(z.string()),
  }),
  z.looseObject({
    kind: z.literal("opening"),
    actor: z.string(),
    incarnation: z.int().min(1),
    snapshot: z.looseObject({}).nullable(),
    outbox: NAMED_EFFECTS,
    timers: z.array(z.string()),
  }),
  z.looseObject({ kind: z.literal("events"), actor: z.string(), events: z.array(KIND) }),
  z.looseObject({
    kind: z.literal("turn"),
    actor: z.string(),
    clock: CLOCK,
    incoming: INCOMING.nullable(),
    effectId: z.string().nullable(),
    outcome: z.enum(RECORDED_OUTCOMES),
    reason: z.string().nullable(),
    thrownBy: z.string().nullable(),
    effects: NAMED_EFFECTS,
    events: z.array(KIND),
  }).refine(({ outcome, thrownBy }) => outcome === "threw" || thrownBy === null, {
    path: ["thrownBy"],
    message: "What threw nothing has no call that threw",
  }).refine(({ effectId, incoming }) => incoming?.kind !== "completed" || effectId !== null, {
    path: ["effectId"],
    message: "A completion names its request",
  }),
  z.looseObject({
    kind: z.literal("end"),
    reason: z.enum(["closed", "failed"]),
    states: z.record(z.string(), z.string().nullable()),
  }),
  z.looseObject({ kind: z.literal("cut"), reason: z.string() }),
]);
