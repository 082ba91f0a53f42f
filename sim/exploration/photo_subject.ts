import { type EngineTypes, GROUPING, invariant, LIBRARIAN } from "@scenekeep/engine/core";
import { LIBRARY_STORE } from "../checkers/stored_bytes.ts";
import { phasesOf } from "../library/world_setup.ts";
import { photoWorld } from "../library/photo_world.ts";
import type { ListedScenario } from "../shrink/smaller_world.ts";
import {
  brokenWorld,
  failureIn,
  type TrialOptions,
  tryScenario,
} from "../shrink/scenario_trial.ts";
import type { Observation } from "../world/observation.ts";
import type { Payload } from "../world/records.ts";
import { pictureText, Unordered } from "../world/picture_text.ts";
import type { FoundOrder, Subject } from "./subject.ts";

/** The engine as it is, or with a bug planted. */
export type Planted = Pick<TrialOptions, "actors" | "store">;

/** The promises' checkers and the user look at librarian, stores and reviews together. */
const WATCHED = "watched";

/**
 * Quiet time after which all accepted work must have ended; a race is explored in a shorter one.
 */
const PATIENT_MINUTES = 3 * 1_440;

/**
 * The world of a scenario, to be explored from the first moment on at which two of its operations
 * are due, up to its quiet tail.
 *
 * Its faults are left out: what an exploration tries is every order, and crashes if it is asked to.
 *
 * What a user's program does with an answer depends on the operation that it belongs to and on the
 * answers before, so all answers that came are part of the state.
 */
export function photoSubject(
  written: ListedScenario,
  planted: Planted = {},
): Subject<EngineTypes> {
  const scenario: ListedScenario = { ...written, faults: { profile: "off" } };
  const untilMs = phasesOf(scenario).quietFromMs;
  return {
    fromMs: firstRaceMs(scenario),
    untilMs,
    isPrivate,
    touches,
    begin: ({ asked, choose, observe }) => {
      const answers: string[] = [];
      const run = photoWorld(scenario, {
        ...brokenWorld(planted),
        observe: (observation) => {
          if (observation.kind === "acknowledged") {
            answers.push(`${observation.request} ${pictureText(observation.reply.body)}`);
          }
          observe(observation);
        },
        adjust: ({ faults, ...setup }) => ({ ...setup, choose, faults: { ...faults, asked } }),
      });
      return {
        world: run.world,
        memory: () => [run.memory(), new Unordered(answers)],
        failure: (report, found) => {
          if (failureIn(report, run, undefined) === null) return null;
          const repeated = tryScenario(orderScenario(scenario, found), planted);
          // What only wants more time is none, but nothing else may look different the second time.
          invariant(
            repeated !== null && (repeated.failure !== null || report.virtualMs >= untilMs),
            "NOT_REPEATABLE",
            `A failure does not show again: ${JSON.stringify(report.verdict)}`,
          );
          return repeated.failure;
        },
      };
    },
  };
}

/** The scenario in which things happen in an order that was found, with much time at the end. */
export function orderScenario(scenario: ListedScenario, found: FoundOrder): ListedScenario {
  return {
    ...scenario,
    id: `order-${scenario.id}`.slice(0, 80),
    quietMinutes: PATIENT_MINUTES,
    faults: { profile: "off", perturbations: found.perturbations },
    order: { fromMs: firstRaceMs(scenario), events: found.order },
    // One order need not put every promise to the test.
    expect: { ...scenario.expect, eachCheckMin: 0 },
  };
}

/** The first moment at which two operations are due; else that of the first one. */
function firstRaceMs({ operations = [] }: ListedScenario): number {
  const timesMs = operations.map(({ atMs }) => atMs).sort((left, right) => left - right);
  return timesMs.find((atMs, index) => timesMs[index + 1] === atMs) ?? timesMs[0] ?? 0;
}

/** Most answers only make the user's program send what comes next. */
function isPrivate(payload: Payload<EngineTypes>): boolean {
  return payload.kind === "clientArrival" && isPlainAnswer(payload.envelope.body.kind);
}

function isPlainAnswer(kind: string): boolean {
  return kind !== "uploadGranted" && kind !== "assetDownloaded" && kind !== "keeperRefused";
}

function touches(observation: Observation<EngineTypes>): readonly string[] {
  switch (observation.kind) {
    case "turn":
      // Checkers fold every turn of the librarian, and compare reviews with what they folded.
      return observation.actor === LIBRARIAN || observation.actor === GROUPING ? [WATCHED] : [];
    case "duplicate":
      return observation.actor === LIBRARIAN ? [WATCHED] : [];
    case "object":
    case "linked":
    case "givenUp":
      return [WATCHED];
    case "acknowledged": {
      // A program that is granted an upload looks at the store and writes; most others only send.
      const { kind } = observation.reply.body;
      return isPlainAnswer(kind) ? [] : [`holder ${LIBRARY_STORE}`, WATCHED];
    }
    case "received":
    case "refused":
    case "process":
    case "actor":
    case "fault":
      return [];
  }
}
