import {
  type Acknowledged,
  type Compute,
  type EngineJob,
  type EngineResult,
  type FileId,
  identifier,
  type LibraryState,
  type ObjectFacts,
  type ObjectName,
  type Outcome,
  type ReadObject,
  type Remove,
  type StoredObject,
} from "@scenekeep/engine/core";
import type { ComputePort, ObjectPort, PortContext } from "../runtime/ports.ts";
import type { ServiceFile } from "./service_file.ts";

const CATALOG_STORE = "catalog/";

/** Names one object of a catalog's file, so that the file can be told from it. */
export function catalogObject(file: FileId, role: StoredObject["role"]): ObjectName {
  return identifier(`${CATALOG_STORE}${file}/${role}`);
}

/** The file and role that an object name stands for, or null for other names. */
export function parseCatalogObject(name: string): { file: FileId; role: string } | null {
  const slash = name.lastIndexOf("/");
  if (!name.startsWith(CATALOG_STORE) || slash <= CATALOG_STORE.length) return null;
  return {
    file: identifier(name.slice(CATALOG_STORE.length, slash)),
    role: name.slice(slash + 1),
  };
}

/**
 * The objects of a catalog: its service has the bytes. Reading one gives what the service said of
 * it, as long as the file is live; removing one is noted for the service to carry out.
 */
export class CatalogObjects implements ObjectPort {
  readonly #file: ServiceFile;
  readonly #state: () => Readonly<LibraryState>;

  constructor(file: ServiceFile, state: () => Readonly<LibraryState>) {
    this.#file = file;
    this.#state = state;
  }

  readObject({ object }: ReadObject): Promise<Outcome<ObjectFacts>> {
    const named = parseCatalogObject(object);
    const file = named === null ? undefined : this.#state().files.get(named.file);
    const stored = file?.objects.find(({ name }) => name === object);
    if (file === undefined || stored === undefined) {
      return Promise.resolve({ kind: "failed", error: "missing" });
    }
    const [image = null, video = null] = file.contentHash?.split(":") ?? [];
    const contentHash = stored.role === "original" ? image : stored.role === "video" ? video : null;
    return Promise.resolve({
      kind: "done",
      result: { kind: "objectFacts", sizeBytes: stored.sizeBytes, contentHash },
    });
  }

  writeObject(): Promise<Outcome<Acknowledged>> {
    return Promise.resolve({ kind: "failed", error: "refused" });
  }

  link(): Promise<Outcome<Acknowledged>> {
    return Promise.resolve({ kind: "failed", error: "refused" });
  }

  remove({ object }: Remove, { effectId }: PortContext): Promise<Outcome<Acknowledged>> {
    try {
      this.#file.putRemoval(effectId, object);
    } catch {
      // The disk refuses; the librarian asks again until it is noted.
      return Promise.resolve({ kind: "failed", error: "ioError" });
    }
    return Promise.resolve({ kind: "done", result: { kind: "acknowledged" } });
  }
}

/** The vectors of a catalog: given by its service, kept here. Nothing is computed. */
export class CatalogVectors implements ComputePort<EngineJob, EngineResult> {
  readonly #file: ServiceFile;

  constructor(file: ServiceFile) {
    this.#file = file;
  }

  compute({ job }: Compute<EngineJob>): Promise<Outcome<EngineResult>> {
    try {
      return Promise.resolve(this.#carryOut(job));
    } catch {
      return Promise.resolve({ kind: "failed", error: "ioError" });
    }
  }

  #carryOut(job: EngineJob): Outcome<EngineResult> {
    switch (job.kind) {
      case "embed":
        return { kind: "failed", error: "refused" };
      case "storeVector":
        this.#file.putVectors([job]);
        return { kind: "done", result: { kind: "vectorStored" } };
      case "loadVectors": {
        const vectors = job.contentHashes.map((hash) => this.#file.vector(hash));
        return { kind: "done", result: { kind: "vectors", vectors } };
      }
      case "lookAgain":
        return { kind: "failed", error: "refused" };
      case "eraseVectors":
        this.#file.eraseVectors(job.contentHashes);
        return { kind: "done", result: { kind: "vectorsErased" } };
    }
  }
}
