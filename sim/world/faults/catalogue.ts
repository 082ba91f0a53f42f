import type { Ratio } from "../draw.ts";
import type { FaultDefinition, FaultScope } from "./fault.ts";

const DAY_MS = 86_400_000;

/** The names of the world's own faults. */
export type WorldFaultId =
  | "messageDelay"
  | "messageReorder"
  | "messageDuplicate"
  | "messageDrop"
  | "slowActor"
  | "actorCrashBeforeCommit"
  | "actorCrashBeforeEffect"
  | "processCrashBeforeCommit"
  | "processCrashBeforeEffect"
  | "processCrashInOperation"
  | "storeCrashInChange"
  | "journalDiskFull"
  | "journalIoError"
  | "journalTailLost"
  | "objectDiskFull"
  | "objectReadError"
  | "objectWriteError"
  | "objectRemoveError"
  | "linkError"
  | "tornWrite"
  | "lostWrite"
  | "unknownEnd"
  | "slowDisk"
  | "objectDamaged"
  | "computeFailure"
  | "computeTimeout"
  | "computeLateResult"
  | "computeDuplicateResult"
  | "computeWrongSize"
  | "staleTimer"
  | "slowTimer"
  | "clockJumpRunning"
  | "clockJumpDown"
  | "localDrop";

/** Every fault that the world can deliver by itself; a domain may add its own. */
export const WORLD_FAULTS: Readonly<Record<WorldFaultId, Omit<FaultDefinition, "id">>> = {
  messageDelay: fault("channel", "A durable or remote message takes longer", {
    value: ["delay in ms", 1, 2_000],
    rate: [1, 10],
  }),
  messageReorder: fault("channel", "A durable or remote message is overtaken by a later one", {
    value: ["how long it is held in ms", 1, 200],
    rate: [1, 25],
  }),
  messageDuplicate: fault("channel", "A durable or remote message arrives twice", {
    value: ["gap in ms between the two", 0, 5_000],
    rate: [1, 40],
  }),
  messageDrop: fault("channel", "A remote message, or one attempt of a durable one, is lost", {
    value: ["unused", 0, 0],
    rate: [1, 40],
  }),
  slowActor: fault("actor", "An actor takes its next turn late", {
    value: ["delay in ms", 1, 1_000],
    rate: [1, 400],
  }),
  actorCrashBeforeCommit: fault("actor", "An actor dies in a turn: the turn never happened", {
    value: ["down time in ms", 0, 2_000],
    rate: [1, 4_000],
  }),
  actorCrashBeforeEffect: fault("actor", "An actor dies before an effect left, or after the last", {
    value: ["down time in ms", 0, 2_000],
    rate: [1, 4_000],
  }),
  processCrashBeforeCommit: fault("process", "A process dies in a turn: the turn never happened", {
    value: ["down time in ms", 1, 60_000],
    rate: [1, 16_000],
  }),
  processCrashBeforeEffect: fault("process", "A process dies before an effect, or after the last", {
    value: ["down time in ms", 1, 60_000],
    rate: [1, 16_000],
  }),
  processCrashInOperation: fault("process", "A process dies half-way through a port's operation", {
    value: ["down time in ms", 1, 60_000],
    rate: [1, 8_000],
  }),
  storeCrashInChange: fault(
    "process",
    "The process of an object store dies half-way through a write or a removal",
    {
      value: ["down time in ms", 1, 60_000],
      rate: [1, 2_000],
    },
  ),
  journalDiskFull: fault("journal", "The journal's disk is full: no commit for a while", {
    value: ["how long in ms", 1, 20_000],
    rate: [1, 20_000],
  }),
  journalIoError: fault("journal", "One commit fails with an input or output error", {
    value: ["unused", 0, 0],
    rate: [1, 2_000],
  }),
  journalTailLost: fault("journal", "At a crash committed turns are lost from the journal's end", {
    value: ["turns lost", 1, 4],
    rate: [1, 4],
    breaksContract: true,
  }),
  objectDiskFull: fault("objects", "A write to an object store finds no room", {
    value: ["unused", 0, 0],
    rate: [1, 100],
  }),
  objectReadError: fault("objects", "A read from an object store or folder fails", {
    value: ["unused", 0, 0],
    rate: [1, 100],
  }),
  objectWriteError: fault("objects", "A write to an object store fails; nothing is written", {
    value: ["unused", 0, 0],
    rate: [1, 100],
  }),
  objectRemoveError: fault("objects", "A removal from an object store fails", {
    value: ["unused", 0, 0],
    rate: [1, 100],
  }),
  linkError: fault("objects", "A change of a folder's name fails; nothing is changed", {
    value: ["unused", 0, 0],
    rate: [1, 100],
  }),
  tornWrite: fault("objects", "A crash leaves a part of an object that was being written", {
    value: ["part written, in thousandths", 1, 999],
    rate: [1, 3],
  }),
  lostWrite: fault("objects", "A crash leaves nothing of an object that was being written", {
    value: ["unused", 0, 0],
    rate: [1, 2],
  }),
  unknownEnd: fault("objects", "A crash hides how far a removal or link in progress had come", {
    value: ["steps of a link not made, in thousandths", 0, 999],
    rate: [1, 2],
  }),
  slowDisk: fault("objects", "An operation of an object store or folder takes longer", {
    value: ["delay in ms", 1, 30_000],
    rate: [1, 200],
  }),
  objectDamaged: fault("objects", "A completed write is damaged although it was reported well", {
    value: ["unused", 0, 0],
    rate: [1, 400],
    breaksContract: true,
  }),
  computeFailure: fault("compute", "A computation fails", {
    value: ["unused", 0, 0],
    rate: [1, 100],
  }),
  computeTimeout: fault("compute", "A computation times out; its result never comes", {
    value: ["delay in ms until it is given up", 1, 60_000],
    rate: [1, 200],
  }),
  computeLateResult: fault("compute", "A computation times out, and its result comes later", {
    value: ["ms between the two", 1, 60_000],
    rate: [1, 200],
  }),
  computeDuplicateResult: fault("compute", "The result of a computation comes twice", {
    value: ["gap in ms between the two", 0, 5_000],
    rate: [1, 100],
  }),
  computeWrongSize: fault("compute", "The result of a computation has the wrong size", {
    value: ["which wrong size, for the domain to read", 0, 255],
    rate: [1, 200],
  }),
  staleTimer: fault("timer", "A timer fires although it was cancelled, as it was on its way", {
    value: ["unused", 0, 0],
    rate: [1, 20],
  }),
  slowTimer: fault("timer", "A timer fires late", {
    value: ["delay in ms", 1, 5_000],
    rate: [1, 50],
  }),
  clockJumpRunning: fault("clock", "The wall clock of a running process is set to a new error", {
    value: ["new error in ms", -7_200_000, 7_200_000],
    rate: [1, 20_000],
  }),
  clockJumpDown: fault("clock", "The wall clock has a new error when a process comes back", {
    value: ["new error in ms", -DAY_MS, DAY_MS],
    rate: [1, 4],
  }),
  localDrop: fault("channel", "A local message is lost although both ends run", {
    value: ["unused", 0, 0],
    rate: [1, 2_000],
    breaksContract: true,
  }),
};

/** {@linkcode WORLD_FAULTS} with their names, in order. */
export function worldFaults(): FaultDefinition[] {
  return Object.entries(WORLD_FAULTS).map(([id, definition]) => ({ id, ...definition }));
}

function fault(
  scope: FaultScope,
  doc: string,
  rest: {
    readonly value: readonly [meaning: string, min: number, max: number];
    readonly rate: readonly [numerator: number, denominator: number];
    readonly breaksContract?: boolean;
  },
): Omit<FaultDefinition, "id"> {
  const [meaning, min, max] = rest.value;
  const rate: Ratio = { numerator: rest.rate[0], denominator: rest.rate[1] };
  return {
    scope,
    doc,
    keepsContract: rest.breaksContract !== true,
    rate,
    value: { meaning, min, max },
  };
}
