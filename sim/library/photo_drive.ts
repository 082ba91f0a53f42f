import { type EngineMessage, type EngineTypes, GROUPING, LIBRARIAN } from "@scenekeep/engine/core";
import { FINAL_REVIEW } from "../checkers/scene_checker.ts";
import type { PhotoWatch } from "../checkers/photo_watch.ts";
import type { Scenario } from "../scenario/scenario.ts";
import type { ArrivingItem, ScenarioOperation } from "../scenario/operation.ts";
import type { Observation } from "../world/observation.ts";
import type { OutsideAct } from "../world/operation.ts";
import type { World } from "../world/world.ts";
import type { Arrivals } from "./arrivals.ts";
import { CatalogService } from "./catalog_service.ts";
import type { ActionSubject } from "./drawn_actions.ts";
import type { LibraryPlan } from "./library_plan.ts";
import { LibrarySample } from "./library_sample.ts";
import { RunStatistics } from "./run_statistics.ts";
import { TWIN, UserActions } from "./user_actions.ts";
import { UserClient } from "./user_client.ts";
import type { NewItem, VirtualDevices } from "./virtual_devices.ts";
import { type DueAction, Workload } from "./workload.ts";
import { phasesOf, START_WALL_MS } from "./world_setup.ts";

/** Longest time between a plan and its confirmation, in a drawn workload. */
const THINK_MAX_MS = 8 * 60 * 60 * 1000;

/** Everything that makes something happen in a photo world from outside. */
export interface PhotoDriveParts {
  readonly actions: UserActions;
  readonly client: UserClient;
  readonly devices: VirtualDevices;
  readonly sample: LibrarySample;
  readonly statistics: RunStatistics;
  readonly subject: ActionSubject;
  readonly arrivals: Arrivals | null;
  readonly workload: Workload | null;
  readonly catalog: CatalogService | null;
  readonly startWallMs: number;
  /** Told of everything that is drawn, as the operation that does the same. */
  readonly onDrawn: ((operation: ScenarioOperation) => void) | null;
}

type PhotoWorld = World<EngineTypes>;

/** Carries out what is due from outside, and makes the next of its kind due. */
export class PhotoDrive {
  readonly #parts: PhotoDriveParts;

  constructor(parts: PhotoDriveParts) {
    this.#parts = parts;
  }

  /** Makes everything due that has a time of its own. */
  start(world: PhotoWorld, operations: readonly ScenarioOperation[]): void {
    for (const operation of operations) {
      const { atMs, id, kind } = operation;
      world.submit({ kind: "act", id: `do/${id}`, atMs, name: kind, data: operation });
    }
    for (const action of this.#parts.workload?.first() ?? []) this.#await(world, action);
    this.#awaitBatch(world, 0);
  }

  /** Carries out what is due. */
  act(act: OutsideAct, world: PhotoWorld): void {
    switch (act.name) {
      case "batch":
        return this.#arrive(world, act.data as number);
      case "action":
        return this.#draw(world, act.data as DueAction);
      default:
        return this.#parts.actions.operate(act.data as ScenarioOperation);
    }
  }

  /** Sees what happens, and lets the user and others go on. */
  observe(observation: Observation<EngineTypes>): void {
    const { catalog, client, devices, sample, statistics } = this.#parts;
    if (observation.kind === "turn") {
      if (observation.actor !== LIBRARIAN || observation.events.length === 0) return;
      sample.observe(observation);
      statistics.observe(observation);
      for (const { record, cause } of this.#parts.subject.shadow.delta.purged) {
        statistics.purged(record, cause);
      }
      if (catalog !== null) catalog.observe(observation);
    } else if (observation.kind === "acknowledged") {
      statistics.observe(observation);
      client.observe(observation);
      devices.observe(observation);
    }
  }

  #arrive(world: PhotoWorld, number: number): void {
    const { arrivals, devices, startWallMs } = this.#parts;
    if (arrivals === null) return;
    const batch = arrivals.take(number, startWallMs + world.nowMs);
    const { onDrawn } = this.#parts;
    if (onDrawn !== null) {
      const items = batch.items.map(arrivingItem);
      onDrawn({ id: `arrive${number}`, atMs: world.nowMs, kind: "arrive", ...batch, items });
    }
    devices.shoot(world, batch.device, batch.items);
    this.#awaitBatch(world, number + 1);
  }

  #awaitBatch(world: PhotoWorld, number: number): void {
    const atMs = this.#parts.arrivals?.dueMs(number) ?? null;
    if (atMs === null) return;
    world.submit({ kind: "act", id: `arrive/${number}`, atMs, name: "batch", data: number });
  }

  #draw(world: PhotoWorld, action: DueAction): void {
    const { actions, subject, workload } = this.#parts;
    if (workload === null) return;
    const operation = workload.operation(action, subject);
    const { onDrawn } = this.#parts;
    if (operation !== null) onDrawn?.(operation);
    if (operation !== null) actions.operate(operation);
    const isCleanUp = operation?.kind === "cleanExact" || operation?.kind === "cleanSimilar";
    if (isCleanUp && workload.isRaced(action)) {
      const { id, plan } = operation;
      const twin = { ...operation, id: `${id}${TWIN}`, plan: `${plan}${TWIN}` };
      onDrawn?.(twin);
      actions.operate(twin);
    }
    const next = workload.after(action);
    if (next !== null) this.#await(world, next);
  }

  #await(world: PhotoWorld, action: DueAction): void {
    const id = `action/${action.kind}/${action.number}`;
    world.submit({ kind: "act", id, atMs: action.atMs, name: "action", data: { ...action } });
  }
}

/** A drawn item as an operation lists it. */
function arrivingItem(item: NewItem): ArrivingItem {
  const { capture, hashes, raw, sizes, takenAtMs } = item;
  return {
    asset: item.asset,
    kind: item.fileKind,
    contentHash: hashes.join(":"),
    sizeBytes: sizes[0] ?? 1,
    ...(sizes[1] === undefined ? {} : { videoBytes: sizes[1] }),
    deviceAlbums: item.deviceAlbums,
    ...(capture === null ? {} : { capture }),
    ...(raw ? { raw } : {}),
    ...(takenAtMs === null ? {} : { takenAtMs }),
    widthPixels: item.widthPixels,
    heightPixels: item.heightPixels,
  };
}

/** Sets up what makes things happen in a photo world. */
export function drivePhotos(
  setup: {
    scenario: Scenario;
    seed: number;
    plan: LibraryPlan;
    devices: VirtualDevices;
    watch: PhotoWatch;
    world: PhotoWorld;
    onDrawn: ((operation: ScenarioOperation) => void) | null;
  },
): { drive: PhotoDrive; statistics: RunStatistics; actions: UserActions } {
  const { devices, plan, scenario, seed, watch, world } = setup;
  const client = new UserClient(() => world);
  const statistics = new RunStatistics();
  const sample = new LibrarySample(watch.shadow);
  sample.learn(plan.seed.events);
  const actions = new UserActions({
    seed,
    world: () => world,
    client,
    devices,
    contents: plan.contents,
    shadow: watch.shadow,
    thinkMaxMs: scenario.workload === undefined ? 0 : THINK_MAX_MS,
  });
  const { limitBytes } = scenario.library;
  const { quietFromMs } = phasesOf(scenario);
  const drive = new PhotoDrive({
    actions,
    client,
    devices,
    sample,
    statistics,
    subject: {
      shadow: watch.shadow,
      sample,
      devices,
      limitBytes,
      backupAlbums: new Set(
        plan.devices.flatMap(({ backup }) => backup.map(({ album }) => album)),
      ),
    },
    arrivals: plan.arrivals,
    workload: scenario.workload === undefined
      ? null
      : new Workload({ seed, rates: scenario.workload, endsMs: quietFromMs }),
    catalog: scenario.library.kind === "catalog" ? new CatalogService(seed, client) : null,
    startWallMs: START_WALL_MS,
    onDrawn: setup.onDrawn,
  });
  drive.start(world, [...scenario.operations ?? [], ...quietOperations(scenario, quietFromMs)]);
  if (scenario.library.kind === "stored") reviewAtEnd(client, phasesOf(scenario));
  return { drive, statistics, actions };
}

/**
 * What the user does when all is quiet: says that the clock is right, makes room again, and before
 * the end looks at every scene there is.
 */
function quietOperations(scenario: Scenario, quietFromMs: number): ScenarioOperation[] {
  const operations: ScenarioOperation[] = [
    { id: "quiet/clock", atMs: quietFromMs, kind: "trustClock" },
  ];
  if ((scenario.workload?.limitChanges ?? 0) > 0) {
    const { limitBytes } = scenario.library;
    operations.push({ id: "quiet/limit", atMs: quietFromMs, kind: "setLimit", limitBytes });
  }
  return operations;
}

/** How long before the end of the run the last reviews are opened. */
const LAST_REVIEWS_MS = 6 * 60 * 60 * 1000;

/** Opens a review of each tier when all is at rest and reads it to its end. */
function reviewAtEnd(
  client: UserClient,
  { endsMs, quietFromMs }: { endsMs: number; quietFromMs: number },
): void {
  const beforeMs = Math.min(LAST_REVIEWS_MS, (endsMs - quietFromMs) >> 2);
  const limit = 1000;
  const read = (review: string, reply: EngineMessage): void => {
    if (reply.kind !== "reviewPage" || reply.next === null) return;
    const { next } = reply;
    client.ask(`${review}/${next}`, {
      to: GROUPING,
      body: { kind: "readReview", review, after: next, limit },
    }, (page) => read(review, page));
  };
  for (const tier of ["close", "similar", "related"] as const) {
    const review = `${FINAL_REVIEW}${tier}`;
    client.ask(review, {
      to: GROUPING,
      body: { kind: "openReview", review, tier, limit },
      afterMs: endsMs - beforeMs,
    }, (reply) => read(review, reply));
  }
}
