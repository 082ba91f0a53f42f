import {
  ALBUM_RECONCILER,
  deviceKeeper,
  type DurableStore,
  EMBEDDING,
  type EngineTypes,
  GROUPING,
  HASHING,
  identifier,
  type KeeperState,
  LIBRARIAN,
  type LibraryState,
  TRASH_PLACE,
} from "@scenekeep/engine/core";
import { photoCheckers } from "../checkers/photo_checkers.ts";
import type { PhotoWatch } from "../checkers/photo_watch.ts";
import { LIBRARY_STORE } from "../checkers/stored_bytes.ts";
import type { Scenario } from "../scenario/scenario.ts";
import type { FaultProfile } from "../world/faults/fault_plan.ts";
import { FolderTree } from "../world/folder_tree.ts";
import { givenOrder } from "../world/given_order.ts";
import type { ObjectHolder } from "../world/object_holder.ts";
import { ObjectStore } from "../world/object_store.ts";
import type { TraceSink } from "../world/trace_chain.ts";
import { AppliedItemChecker } from "../oracles/applied_item_checker.ts";
import { World } from "../world/world.ts";
import type { WorldOptions } from "../world/world_options.ts";
import type { Observation } from "../world/observation.ts";
import type { ScenarioOperation } from "../scenario/operation.ts";
import type { UserActions } from "./user_actions.ts";
import { finalProblems } from "./final_facts.ts";
import { FoldedRestart } from "./folded_restart.ts";
import { openAssets } from "./open_assets.ts";
import { engineActors, type PhotoActors } from "./photo_actors.ts";
import type { Contents } from "./contents.ts";
import { PhotoCompute } from "./photo_compute.ts";
import { photoMemory } from "./photo_memory.ts";
import { type LibraryPlan, planLibrary } from "./library_plan.ts";
import { drivePhotos, type PhotoDrive } from "./photo_drive.ts";
import type { RunStatistics } from "./run_statistics.ts";
import { SeededStore } from "./seeded_store.ts";
import { VirtualDevices } from "./virtual_devices.ts";
import { faultOptions, isLarge, phasesOf, START_WALL_MS, watchOptions } from "./world_setup.ts";

/** The process of the librarian. What changes a folder sits beside it, and goes down with it. */
const LIBRARY_PROCESS = "library";

/**
 * The store's own process: those who read and embed sit beside the bytes, and go down with them.
 */
const STORE_PROCESS = "store";

/** What may differ between two runs of one scenario. */
export interface PhotoWorldOptions {
  /** Instead of the scenario's own. */
  readonly seed?: number;
  readonly faults?: FaultProfile;
  readonly trace?: TraceSink;
  /** Put in place of the engine's actors, to plant a bug. */
  readonly actors?: Partial<PhotoActors>;
  /** Put between the librarian and its journal, to plant a bug. */
  readonly store?: (journal: DurableStore<EngineTypes>) => DurableStore<EngineTypes>;
  /**
   * Holds each applied item to the letter of its plan, see {@linkcode AppliedItemChecker}. Only for
   * worlds in which nobody changes what the plan is about: the librarian then decides anew.
   *
   * @default false
   */
  readonly holdsItems?: boolean;
  /** Told of everything that is drawn to happen, as the operation that does the same. */
  readonly onDrawn?: (operation: ScenarioOperation) => void;
  /** Sees every observation, after the checkers. */
  readonly observe?: (observation: Observation<EngineTypes>) => void;
  /** Changes what the world is set up with, to try other orders. */
  readonly adjust?: (options: WorldOptions<EngineTypes>) => WorldOptions<EngineTypes>;
  /** The first so many violations end the run. @default 1 */
  readonly violationsMax?: number;
}

/** A virtual world with a photo library, ready to run. */
export interface PhotoRun {
  readonly world: World<EngineTypes>;
  readonly watch: PhotoWatch;
  readonly statistics: RunStatistics;
  readonly actions: UserActions;
  readonly devices: VirtualDevices;
  readonly filesAtStart: number;
  /** What the library was made from. */
  readonly plan: LibraryPlan;
  /** What the scenario expects at the end and is not so, in words. */
  finalProblems(): string[];
  /** What has a say in what comes and is not in the world's picture, see `pictureText`. */
  memory(): unknown;
}

/** What is true of pictures, whatever actors say of them. */
function picturesOf(
  contents: Contents,
  compute: PhotoCompute,
): Pick<Parameters<typeof photoCheckers>[0], "vectorOf" | "knownDistance" | "digestsOf"> {
  return {
    vectorOf: (hash) => compute.vectors.get(hash) ?? contents.vectorOf(hash.split(":")[0] ?? hash),
    knownDistance: (left, right) => contents.knownDistance(left, right),
    digestsOf: (hash) => contents.digestsOf(hash),
  };
}

/** Sets up the world of a scenario. Linear in the files at the start. */
export function photoWorld(scenario: Scenario, options: PhotoWorldOptions = {}): PhotoRun {
  const seed = options.seed ?? scenario.seed;
  const plan = planLibrary(scenario, seed);
  const actors: PhotoActors = { ...engineActors(plan.model, plan.looksAgain), ...options.actors };
  const compute = new PhotoCompute(plan.contents);
  const devices = new VirtualDevices();
  const { quietFromMs, endsMs } = phasesOf(scenario);
  const watch = photoCheckers({
    quietFromMs,
    limits: plan.model,
    ...picturesOf(plan.contents, compute),
    openAssets: () => devices.names().flatMap((device) => openAssetsOf(world, device)),
  });
  let drive: PhotoDrive | null = null;
  const { observe } = options;
  const setup: WorldOptions<EngineTypes> = {
    faults: faultOptions(scenario, { seed, profile: options.faults, chaosEndsMs: quietFromMs }),
    endsMs,
    budgetMs: 2 * 86_400_000,
    startWallMs: START_WALL_MS,
    checkers: options.holdsItems === true
      ? [...watch.checkers(), new AppliedItemChecker(watch.shadow)]
      : watch.checkers(),
    watch: watchOptions(scenario),
    compute,
    act: (act, into) => drive?.act(act, into),
    drive: observe === undefined ? (observation) => drive?.observe(observation) : (observation) => {
      observe(observation);
      drive?.observe(observation);
    },
    isTimerWork: ({ key }) => isWorkTimer(key),
    recordPerturbations: !isLarge(scenario),
    hashStates: !isLarge(scenario),
    ...givenOptions(scenario, options),
  };
  const world: World<EngineTypes> = new World<EngineTypes>(options.adjust?.(setup) ?? setup);
  addActors(world, { scenario, actors, plan, store: options.store });
  fillStore(world, scenario, plan);
  addDevices(world, { scenario, actors, devices, plan });
  watch.seed(
    plan.seed.events,
    plan.seed.objects.map(({ name, content }) => ({
      name,
      sizeBytes: content.sizeBytes,
    })),
  );
  const driving = drivePhotos({
    scenario,
    seed,
    plan,
    devices,
    watch,
    world,
    onDrawn: options.onDrawn ?? null,
  });
  drive = driving.drive;
  return {
    world,
    watch,
    statistics: driving.statistics,
    actions: driving.actions,
    devices,
    filesAtStart: watch.shadow.files.size,
    plan,
    finalProblems: () => problemsAtEnd(scenario, { watch, devices, ...driving }),
    memory: () => photoMemory({ watch, world, devices, compute, ...driving }),
  };
}

function givenOptions(
  { order }: Scenario,
  { trace, violationsMax = 1 }: PhotoWorldOptions,
): Pick<WorldOptions<EngineTypes>, "choose" | "trace" | "violationsMax"> {
  return {
    violationsMax,
    ...(trace === undefined ? {} : { trace }),
    ...(order === undefined ? {} : { choose: givenOrder<EngineTypes>(order) }),
  };
}

function problemsAtEnd(
  scenario: Scenario,
  { actions, devices, statistics, watch }: Pick<
    PhotoRun,
    "actions" | "devices" | "statistics" | "watch"
  >,
): string[] {
  return finalProblems(scenario.expect?.final ?? [], {
    shadow: watch.shadow,
    actions,
    devices,
    skipped: (id, reason) => statistics.skippedOf(id, reason),
  });
}

function openAssetsOf(world: World<EngineTypes>, device: string): string[] {
  return openAssets(device, world.state(deviceKeeper(identifier(device))) as KeeperState);
}

/** Events between two snapshots of a device in a large world: each writes all that it knows. */
const LARGE_SNAPSHOT_EVENTS = 50_000;

/** Timers without whose end work would stay open; what only repeats itself for ever is none. */
function isWorkTimer(key: string): boolean {
  return key === "report" || key === "ask" || key.startsWith("ask/") || key.startsWith("retry/") ||
    key.startsWith("doubt/");
}

function addActors(
  world: World<EngineTypes>,
  added: {
    scenario: Scenario;
    actors: PhotoActors;
    plan: LibraryPlan;
    store: PhotoWorldOptions["store"];
  },
): void {
  const { actors, plan, scenario, store } = added;
  const process = LIBRARY_PROCESS;
  const folded = isLarge(scenario) ? new FoldedRestart<LibraryState>() : null;
  world.addActor(folded === null ? actors.librarian : folded.definition(actors.librarian), {
    id: LIBRARIAN,
    process,
    tree: LIBRARY_STORE,
    ...(isLarge(scenario) ? { snapshotEventsMin: Number.MAX_SAFE_INTEGER } : {}),
    // A snapshot begins another numbering of changes. INV-LOSS-2 compares all else at each restart.
    comparesRestarts: false,
    store: (journal) => {
      const whole = new SeededStore(journal, plan.seed.events);
      const seeded = folded === null ? whole : folded.store(whole);
      return store === undefined ? seeded : store(seeded);
    },
  });
  world.addActor(actors.reconciler, { id: ALBUM_RECONCILER, process });
  world.addActor(actors.hashing, { id: HASHING, process: STORE_PROCESS });
  world.addActor(actors.embedding, { id: EMBEDDING, process: STORE_PROCESS });
  world.addActor(actors.grouping, { id: GROUPING, process: "grouping" });
}

function fillStore(world: World<EngineTypes>, scenario: Scenario, plan: LibraryPlan): void {
  const holder: ObjectHolder = scenario.library.kind === "folder"
    ? new FolderTree({ name: LIBRARY_STORE, process: LIBRARY_PROCESS, trashPrefix: TRASH_PLACE })
    : new ObjectStore({ name: LIBRARY_STORE, process: STORE_PROCESS });
  world.addHolder(holder);
  if (scenario.library.kind === "catalog") return;
  for (const { name, content } of plan.seed.objects) holder.put(name, content);
  if (!(holder instanceof FolderTree)) return;
  for (const { path, target } of plan.seed.links) {
    holder.change({
      kind: "link",
      key: identifier(`seed/${path}`),
      steps: [{ action: "add", path, target, slot: null, expectedHash: null, sameAs: null }],
    });
  }
}

function addDevices(
  world: World<EngineTypes>,
  added: { scenario: Scenario; actors: PhotoActors; devices: VirtualDevices; plan: LibraryPlan },
): void {
  const { keeper } = added.actors;
  for (const { id, backup } of added.plan.devices) {
    added.devices.add(world, id);
    const folded = isLarge(added.scenario) ? new FoldedRestart<KeeperState>() : null;
    world.addActor(folded === null ? keeper : folded.definition(keeper), {
      id: deviceKeeper(identifier(id)),
      process: id,
      ...(folded === null ? {} : {
        snapshotEventsMin: LARGE_SNAPSHOT_EVENTS,
        store: (journal) => folded.store(journal),
      }),
    });
    added.devices.choose(world, id, backup, { id: `start/${id}`, isFirst: true });
  }
}
