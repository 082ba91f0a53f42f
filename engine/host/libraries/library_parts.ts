import {
  type ActorDefinition,
  ALBUM_RECONCILER,
  ALBUM_RECONCILER_ACTOR,
  type EngineTypes,
  GROUPING,
  groupingActor,
  HASHING,
  hashingActor,
  identifier,
  LIBRARIAN,
  type LibraryState,
  type ModelId,
} from "@scenekeep/engine/core";
import { join } from "@std/path";
import { EmbeddingCompute } from "../embedding/embedding_compute.ts";
import { FolderObjects } from "../folder/folder_objects.ts";
import { folderPath } from "../folder/folder_path.ts";
import { contentPath } from "../looking/content_path.ts";
import { hostActor, type HostedActor } from "../runtime/hosted_actor.ts";
import type { ComputePort, ObjectPort, Ports } from "../runtime/ports.ts";
import { DEFAULT_LIMITS } from "../runtime/runtime_limits.ts";
import { SYSTEM_CLOCK } from "../runtime/system_clock.ts";
import { modelActors } from "../scan/model_actors.ts";
import type { ReadFolder } from "../scan/read_folder.ts";
import type { ScanWorkers } from "../scan/scan_workers.ts";
import { SCAN_ATTEMPTS_MAX } from "../scan/transient_library.ts";
import { CatalogObjects, CatalogVectors } from "./catalog_ports.ts";
import type { LibraryDescription } from "./library_description.ts";
import type { ServiceFile } from "./service_file.ts";

/** A folder that is being read, or was since its library was opened. */
export interface FolderReading {
  readonly folder: ReadFolder;
  /** Belongs to the library that is opened with it, and ends with that. */
  readonly workers: ScanWorkers;
  /** Told that no picture can be embedded at all. */
  readonly onUnavailable: (reason: string) => void;
}

/** What the parts of a library are made of. */
export interface PartsOptions {
  readonly description: LibraryDescription;
  readonly service: ServiceFile;
  readonly librarian: ActorDefinition<LibraryState, EngineTypes>;
  readonly state: () => Readonly<LibraryState>;
  /** Null for a catalog, and for a folder that has not been read since it was opened. */
  readonly reading: FolderReading | null;
}

/** The actors of a library, and the outside world that they act on. */
export interface LibraryParts {
  readonly actors: readonly HostedActor<EngineTypes>[];
  readonly ports: Ports<EngineTypes>;
  readonly computationsAtOnce: number;
}

/** The parts that a library of this description needs. */
export function libraryParts(options: PartsOptions): LibraryParts {
  const { description, reading, librarian } = options;
  const actors = [
    hostActor({ id: LIBRARIAN, definition: librarian, settings: {} }),
    hostActor({ id: ALBUM_RECONCILER, definition: ALBUM_RECONCILER_ACTOR, settings: {} }),
  ];
  const { computationsAtOnce } = DEFAULT_LIMITS;
  if (description.kind === "catalog") {
    const ports = {
      clock: SYSTEM_CLOCK,
      objects: new CatalogObjects(options.service, options.state),
      compute: new CatalogVectors(options.service),
    };
    return { actors: [...actors, ...catalogGrouping(description)], ports, computationsAtOnce };
  }
  if (reading === null) {
    const ports = { clock: SYSTEM_CLOCK, objects: NO_OBJECTS, compute: NO_COMPUTE };
    return { actors, ports, computationsAtOnce };
  }
  const settings = { attemptsMax: SCAN_ATTEMPTS_MAX };
  const { workers } = reading;
  return {
    actors: [
      ...actors,
      hostActor({ id: HASHING, definition: hashingActor(settings), settings }),
      ...(workers.model === null ? [] : modelActors(workers.model.prepared)),
    ],
    ports: folderPorts(reading, description.folder ?? "", options.state),
    computationsAtOnce: workers.processes * 2 + 2,
  };
}

function catalogGrouping({ model }: LibraryDescription): HostedActor<EngineTypes>[] {
  if (model === null) return [];
  const { dimensions, thresholds } = model;
  const definition = groupingActor({
    model: { id: identifier<ModelId>(model.id), dimensions, thresholds },
  });
  return [hostActor({ id: GROUPING, definition })];
}

function folderPorts(
  reading: FolderReading,
  root: string,
  state: () => Readonly<LibraryState>,
): Ports<EngineTypes> {
  const { folder, workers, onUnavailable } = reading;
  const objects = new FolderObjects({
    root,
    hasher: workers,
    cache: workers.hashes,
    seen: (path) => folder.byPath.get(path),
    nowMs: () => SYSTEM_CLOCK.read().wallMs,
  });
  const compute = workers.model === null ? NO_COMPUTE : new EmbeddingCompute({
    embedder: () => workers.embedder(),
    cache: workers.model.cache,
    looks: workers.lookDesk({
      pathOf: (hash) => contentPath(root, state(), hash),
      onUnavailable,
    }),
    pathOf: (object) => {
      const path = folderPath(object);
      return path === null ? null : join(root, path);
    },
    onUnavailable,
  });
  return { clock: SYSTEM_CLOCK, objects, compute };
}

function refused(): Promise<{ kind: "failed"; error: "refused" }> {
  return Promise.resolve({ kind: "failed", error: "refused" });
}

/** Nothing is read of a folder that is not being scanned, and nothing in it is ever changed. */
const NO_OBJECTS: ObjectPort = {
  readObject: refused,
  writeObject: refused,
  link: refused,
  remove: refused,
};

const NO_COMPUTE: ComputePort<EngineTypes["job"], EngineTypes["result"]> = { compute: refused };
