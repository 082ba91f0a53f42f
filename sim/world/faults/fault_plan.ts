import { invariant } from "@scenekeep/engine/core";
import {
  draw32,
  drawBetween,
  type DrawStream,
  drawStream,
  hashText,
  hashWith,
  hitThreshold,
} from "../draw.ts";
import { worldFaults } from "./catalogue.ts";
import type { FaultCount, FaultDefinition, FaultId, FaultSetting, Perturbation } from "./fault.ts";

/** Which faults a run draws: none, those that keep contracts, or all. */
export type FaultProfile = "off" | "default" | "brutal";

/** How the faults of one run are decided. */
export interface FaultPlanOptions {
  readonly seed: number;
  readonly profile: FaultProfile;
  /** Only these are drawn; all of the profile when absent. */
  readonly enabled?: readonly FaultId[];
  readonly settings?: Readonly<Record<FaultId, FaultSetting>>;
  /** Strike whatever is drawn, and whatever the profile is. */
  readonly perturbations?: readonly Perturbation[];
  /** Decides for some faults each time that they could strike, when nothing is listed. */
  readonly asked?: AskedStrikes;
  /** Faults of the domain, on top of the world's. */
  readonly definitions?: readonly FaultDefinition[];
  /** From here on nothing is drawn. */
  readonly chaosEndsMs: number;
  /** From this moment on everything is drawn by another seed: another future of the same past. */
  readonly branch?: { readonly fromMs: number; readonly seed: number };
}

/** Decides whether some faults strike. */
export interface AskedStrikes {
  readonly faults: readonly FaultId[];
  /** The value with which it strikes; undefined when it does not. */
  at(entity: string, occurrence: number): number | undefined;
}

/** Decisions that are not drawn. */
type Strikes = Pick<AskedStrikes, "at">;

/**
 * The thing that a fault may strike: an effect, a message, a turn, a process.
 *
 * One object is used again and again, as every turn asks several times. The name of a turn costs to
 * make and is made only when a fault is on record.
 */
export class FaultSubject {
  occurrence = 0;
  /** False where only what is listed may strike. True again when the subject points elsewhere. */
  isDrawn = true;
  #name = "";
  #hash = 0;
  #isHashed = false;
  #life = 0;
  #turn = 0;

  /** Points at a thing with a name. */
  named(name: string, occurrence: number): this {
    this.#isHashed = false;
    this.isDrawn = true;
    this.occurrence = occurrence;
    this.#name = name;
    this.#life = 0;
    return this;
  }

  /** Points at a turn: `actor/life/turn`. */
  turn(actor: { id: string; idHash: number }, life: number, turn: number): this {
    this.#hash = hashWith(hashWith(actor.idHash, life), turn);
    this.#isHashed = true;
    this.isDrawn = true;
    this.occurrence = 0;
    this.#name = actor.id;
    this.#life = life;
    this.#turn = turn;
    return this;
  }

  /** What draws are keyed by. Made only when something is drawn. */
  get hash(): number {
    if (!this.#isHashed) {
      this.#hash = hashText(this.#name);
      this.#isHashed = true;
    }
    return this.#hash;
  }

  /** The name under which a perturbation lists the thing. */
  get name(): string {
    return this.#life === 0 ? this.#name : `${this.#name}/${this.#life}/${this.#turn}`;
  }
}

/** One kind of fault in one run. Components hold it, so that no look-up is needed. */
export class FaultKind {
  readonly definition: FaultDefinition;
  delivered = 0;
  noticed = 0;
  /** Draws below this hit; 0 when the fault is off. */
  readonly threshold: number;
  readonly stream: DrawStream;
  /** What is drawn from after a branch. */
  readonly branchStream: DrawStream;
  readonly min: number;
  readonly max: number;
  /** Explicit decisions; null when there are none. */
  readonly listed: Strikes | null;

  constructor(
    definition: FaultDefinition,
    options: {
      threshold: number;
      stream: DrawStream;
      branchStream: DrawStream;
      setting: FaultSetting;
      listed: Strikes | null;
    },
  ) {
    this.definition = definition;
    this.threshold = options.threshold;
    this.stream = options.stream;
    this.branchStream = options.branchStream;
    this.min = options.setting.min ?? definition.value.min;
    this.max = options.setting.max ?? definition.value.max;
    this.listed = options.listed;
  }
}

/**
 * Decides every fault of a run: by keyed draws, and by the list of explicit perturbations.
 *
 * Each decision depends on the seed, the fault, the entity and the occurrence alone. All that
 * strikes is recorded, so a run can be repeated from its record with every draw off.
 */
export class FaultPlan {
  /** The virtual time, kept up by the world. */
  nowMs = 0;
  /** What struck, in order. */
  readonly record: Perturbation[] = [];
  /** Called for each fault that is delivered. */
  onDelivered: ((perturbation: Perturbation) => void) | null = null;
  readonly #kinds = new Map<FaultId, FaultKind>();
  readonly #chaosEndsMs: number;
  readonly #branchFromMs: number;
  readonly #keepsRecord: boolean;

  constructor(options: FaultPlanOptions, keepsRecord = true) {
    this.#keepsRecord = keepsRecord;
    this.#chaosEndsMs = options.chaosEndsMs;
    this.#branchFromMs = options.branch?.fromMs ?? Number.MAX_SAFE_INTEGER;
    const { asked } = options;
    const listed = listPerturbations(options.perturbations ?? []);
    for (const definition of [...worldFaults(), ...options.definitions ?? []]) {
      const { id } = definition;
      invariant(!this.#kinds.has(id), "FAULT_TWICE", `Fault "${id}" is defined twice`);
      const setting = options.settings?.[id] ?? {};
      const isOn = isDrawn(definition, options);
      const kind = new FaultKind(definition, {
        threshold: isOn ? hitThreshold(setting.rate ?? definition.rate) : 0,
        stream: drawStream(options.seed, `fault/${id}`),
        branchStream: drawStream(options.branch?.seed ?? options.seed, `fault/${id}`),
        setting,
        listed: strikesOf(listed.get(id), asked?.faults.includes(id) === true ? asked : null),
      });
      this.#kinds.set(id, kind);
    }
    const known = [...this.#kinds.keys()];
    const named = [...listed.keys(), ...options.enabled ?? [], ...asked?.faults ?? []];
    for (const id of [...named, ...Object.keys(options.settings ?? {})]) {
      invariant(this.#kinds.has(id), "FAULT_UNKNOWN", `"${id}" is none of ${known.join(", ")}`);
    }
  }

  /**
   * One kind of fault, to hold on to.
   *
   * @throws {InvariantError} `FAULT_UNKNOWN` when no fault has this name.
   */
  kind(id: FaultId): FaultKind {
    const kind = this.#kinds.get(id);
    invariant(kind !== undefined, "FAULT_UNKNOWN", `No fault is called "${id}"`);
    return kind;
  }

  /** Decides and, when it strikes, counts and records. */
  strike(kind: FaultKind, subject: FaultSubject): number | null {
    const value = this.strikeUncounted(kind, subject);
    if (value !== null) kind.delivered += 1;
    return value;
  }

  /** As `strike`, where only later it shows whether the fault took effect. */
  strikeUncounted(kind: FaultKind, subject: FaultSubject): number | null {
    if (kind.threshold === 0 && kind.listed === null) return null;
    const value = this.#decide(kind, subject);
    if (value === null) return null;
    const perturbation: Perturbation = {
      fault: kind.definition.id,
      entity: subject.name,
      occurrence: subject.occurrence,
      value,
    };
    if (this.#keepsRecord) this.record.push(perturbation);
    if (this.onDelivered !== null) this.onDelivered(perturbation);
    return value;
  }

  /** Delivered and noticed, by fault. */
  counts(): Record<FaultId, FaultCount> {
    const counts: Record<FaultId, FaultCount> = {};
    for (const [id, { delivered, noticed }] of this.#kinds) counts[id] = { delivered, noticed };
    return counts;
  }

  /** The faults that this run draws. */
  drawn(): FaultId[] {
    return [...this.#kinds].filter(([, kind]) => kind.threshold > 0).map(([id]) => id);
  }

  #decide(kind: FaultKind, subject: FaultSubject): number | null {
    if (kind.listed !== null) {
      const value = kind.listed.at(subject.name, subject.occurrence);
      if (value !== undefined) return value;
    }
    if (kind.threshold === 0 || this.nowMs >= this.#chaosEndsMs || !subject.isDrawn) return null;
    const n = subject.occurrence * 2;
    const stream = this.nowMs < this.#branchFromMs ? kind.stream : kind.branchStream;
    if (draw32(stream, subject.hash, n) >= kind.threshold) return null;
    const { min, max } = kind;
    if (min === max) return min;
    return drawBetween(stream, { entityHash: subject.hash, n: n + 1, min, max });
  }
}

/** Adds one to `noticed` of each of these faults. */
export function notice(touched: readonly FaultKind[] | null): void {
  if (touched === null) return;
  for (const kind of touched) kind.noticed += 1;
}

/** A list of faults with one more; null stands for none. */
export function touchedBy(
  touched: readonly FaultKind[] | null,
  kind: FaultKind,
): readonly FaultKind[] {
  return touched === null ? [kind] : [...touched, kind];
}

function isDrawn(definition: FaultDefinition, options: FaultPlanOptions): boolean {
  if (options.profile === "off") return false;
  if (options.profile === "default" && !definition.keepsContract) return false;
  return options.enabled === undefined || options.enabled.includes(definition.id);
}

function listPerturbations(
  perturbations: readonly Perturbation[],
): Map<FaultId, Map<string, Map<number, number>>> {
  const listed = new Map<FaultId, Map<string, Map<number, number>>>();
  for (const { fault, entity, occurrence, value } of perturbations) {
    const entities = listed.get(fault) ?? new Map<string, Map<number, number>>();
    listed.set(fault, entities);
    const occurrences = entities.get(entity) ?? new Map<number, number>();
    entities.set(entity, occurrences);
    occurrences.set(occurrence, value);
  }
  return listed;
}

function strikesOf(
  listed: ReadonlyMap<string, ReadonlyMap<number, number>> | undefined,
  asked: Strikes | null,
): Strikes | null {
  if (listed === undefined) return asked;
  return {
    at: (entity, occurrence) =>
      listed.get(entity)?.get(occurrence) ?? asked?.at(entity, occurrence),
  };
}
