import { assert, assertEquals, assertThrows } from "@std/assert";
import { InvariantError } from "@scenekeep/engine/core";
import { WORLD_FAULTS, worldFaults } from "./catalogue.ts";
import { FaultPlan, type FaultPlanOptions, FaultSubject } from "./fault_plan.ts";

const DELAY = "messageDelay";

Deno.test("FaultPlan decides each entity by itself: leaving one out shifts no other", () => {
  const all = strikes(planOf({ profile: "default" }), 400);
  const some = strikes(planOf({ profile: "default" }), 400, (index) => index % 3 !== 0);
  assert(all.size > 20 && all.size < 80, `${all.size} of 400 at one in ten`);
  for (const [entity, value] of some) assertEquals(value, all.get(entity));
  assertEquals(some.size, [...all.keys()].filter((entity) => Number(entity) % 3 !== 0).length);
});

Deno.test("FaultPlan draws nothing when off, not enabled, against contracts, or at rest", () => {
  assertEquals(strikes(planOf({ profile: "off" }), 400).size, 0);
  assertEquals(strikes(planOf({ profile: "default", enabled: ["slowActor"] }), 400).size, 0);
  assertEquals(strikes(planOf({ profile: "default", chaosEndsMs: 0 }), 400).size, 0);
  const brutal = planOf({ profile: "brutal" });
  const careful = planOf({ profile: "default" });
  assert(brutal.drawn().includes("localDrop"));
  assert(!careful.drawn().includes("localDrop"));
  assertEquals(careful.drawn().length, worldFaults().filter((fault) => fault.keepsContract).length);
});

Deno.test("FaultPlan strikes what is listed, whatever is drawn", () => {
  const listed = { fault: DELAY, entity: "7", occurrence: 2, value: 12_345 };
  const plan = planOf({ profile: "off", perturbations: [listed], chaosEndsMs: 0 });
  const subject = new FaultSubject();
  assertEquals(plan.strike(plan.kind(DELAY), subject.named("7", 1)), null);
  assertEquals(plan.strike(plan.kind(DELAY), subject.named("8", 2)), null);
  assertEquals(plan.strike(plan.kind(DELAY), subject.named("7", 2)), 12_345);
  assertEquals(plan.record, [listed]);
  assertEquals(plan.counts()[DELAY], { delivered: 1, noticed: 0 });
});

Deno.test("FaultPlan strikes only what is listed where nothing is to be drawn", () => {
  const listed = { fault: DELAY, entity: "7", occurrence: 0, value: 9 };
  const settings = { messageDelay: { rate: { numerator: 1, denominator: 1 } } };
  const plan = planOf({ perturbations: [listed], settings });
  const subject = new FaultSubject();
  subject.named("7", 0).isDrawn = false;
  assertEquals(plan.strike(plan.kind(DELAY), subject), 9);
  subject.named("8", 0).isDrawn = false;
  assertEquals(plan.strike(plan.kind(DELAY), subject), null);
  assert(plan.strike(plan.kind(DELAY), subject.named("8", 0)) !== null);
});

Deno.test("FaultPlan names a turn as its effects do", () => {
  const turn = { fault: "journalIoError", entity: "bank/2/9", occurrence: 0, value: 0 };
  const plan = planOf({ profile: "off", perturbations: [turn] });
  const subject = new FaultSubject();
  const actor = { id: "bank", idHash: 1 };
  assertEquals(plan.strike(plan.kind("journalIoError"), subject.turn(actor, 2, 8)), null);
  assertEquals(plan.strike(plan.kind("journalIoError"), subject.turn(actor, 2, 9)), 0);
});

Deno.test("FaultPlan takes rates, ranges and faults of the domain", () => {
  const definition = { ...WORLD_FAULTS.messageDelay, id: "truncatedUpload" };
  const plan = planOf({
    profile: "default",
    definitions: [definition],
    settings: {
      truncatedUpload: { rate: { numerator: 1, denominator: 1 }, min: 5, max: 5 },
      messageDelay: { rate: { numerator: 1, denominator: 1 }, min: 1, max: 3 },
    },
  });
  const subject = new FaultSubject();
  assertEquals(plan.strike(plan.kind("truncatedUpload"), subject.named("x", 0)), 5);
  assertEquals(new Set(strikes(plan, 100).values()), new Set([1, 2, 3]));
});

Deno.test("FaultPlan refuses a name that no fault has", () => {
  assertThrows(() => planOf({ enabled: ["tpyo"] }), InvariantError, `"tpyo" is none of`);
  assertThrows(() => planOf({ settings: { tpyo: {} } }), InvariantError);
  const perturbations = [{ fault: "tpyo", entity: "x", occurrence: 0, value: 0 }];
  assertThrows(() => planOf({ perturbations }), InvariantError);
  assertThrows(() => planOf({}).kind("tpyo"), InvariantError);
});

function planOf(options: Partial<FaultPlanOptions>): FaultPlan {
  return new FaultPlan({ seed: 11, profile: "default", chaosEndsMs: 1_000, ...options });
}

function strikes(
  plan: FaultPlan,
  entities: number,
  isAsked: (index: number) => boolean = () => true,
): Map<string, number> {
  const kind = plan.kind(DELAY);
  const subject = new FaultSubject();
  const values = new Map<string, number>();
  for (let index = 0; index < entities; index++) {
    if (!isAsked(index)) continue;
    const value = plan.strike(kind, subject.named(`${index}`, 0));
    if (value !== null) values.set(`${index}`, value);
  }
  return values;
}
