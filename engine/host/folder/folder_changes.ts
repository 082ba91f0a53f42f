import {
  type Acknowledged,
  type Link,
  type Outcome,
  type PortError,
  type Remove,
  TRASH_PLACE,
} from "@scenekeep/engine/core";
import { dirname } from "@std/path";
import type { PortContext } from "../runtime/ports.ts";
import { NameChanges } from "./change_names.ts";
import { BytesCheck, type CopyCheck } from "./check_bytes.ts";
import type { FileHasher } from "./folder_objects.ts";
import { folderPath } from "./folder_path.ts";
import { FolderPlace } from "./folder_place.ts";
import { codeOf, NameFailure, nameFailure } from "./name_failure.ts";
import { OneAfterAnother } from "./one_after_another.ts";
import { NameSwaps, type StandInKind } from "./swap_names.ts";
import { TRASH_MANIFEST } from "./trash_manifest.ts";
import { openSystemNames, type SystemNames } from "./system_names.ts";

/** What a folder's changes are made with. */
export interface FolderChangesOptions {
  /** The folder, absolute; not a link. */
  readonly root: string;
  readonly hasher: FileHasher;
  /** @default "symbolic" */
  readonly standIns?: StandInKind;
  /** How a copy is held against what stays before it goes. @default "bytes" */
  readonly verify?: CopyCheck;
  /** Told, in words, why a change was not made. */
  readonly onRefused?: (refused: { readonly path: string; readonly reason: string }) => void;
  /** Stays open at the end. @default the system's own calls where they can be had */
  readonly system?: SystemNames;
}

const ACKNOWLEDGED: Outcome<Acknowledged> = { kind: "done", result: { kind: "acknowledged" } };

/**
 * Changes the names of a real folder, see [Note: Names change places]. One request after the other:
 * one that nobody waits for any more ends before the next begins.
 */
export class FolderChanges {
  readonly #options: FolderChangesOptions;
  readonly #place: FolderPlace;
  readonly #swaps: NameSwaps;
  readonly #changes: NameChanges;
  readonly #queue = new OneAfterAnother();

  /** @throws {NameFailure} When the folder is not there. */
  constructor(options: FolderChangesOptions) {
    const { hasher, root, standIns = "symbolic", verify = "bytes" } = options;
    const { system = openSystemNames() } = options;
    this.#options = options;
    this.#place = new FolderPlace(root, system);
    this.#swaps = new NameSwaps(this.#place, standIns);
    const hash = (path: string) => hasher.hash(path);
    const bytes = new BytesCheck(this.#place, { hash, verify });
    this.#changes = new NameChanges({ place: this.#place, swaps: this.#swaps, bytes });
  }

  /**
   * Makes the program's own folder, unless it is there, and sees that stand-ins can be made.
   *
   * @throws {NameFailure} When that is not possible.
   */
  makeOwnDirectories(): void {
    this.#place.makeOwnDirectories();
    this.#swaps.checkKind();
  }

  /** Changes names, all of a request or none. */
  link({ steps }: Link, context: PortContext): Promise<Outcome<Acknowledged>> {
    // Others are under way: what all of them are about is written down with one sync.
    this.#changes.expect(steps);
    return this.#do(context, () => this.#changes.change(steps));
  }

  /** Removes for good what lies in the trash. Nothing else of a folder is ever removed. */
  remove({ object }: Remove, context: PortContext): Promise<Outcome<Acknowledged>> {
    return this.#do(context, () => {
      const path = folderPath(object) ?? object;
      if (!path.startsWith(TRASH_PLACE)) {
        throw new NameFailure("refused", path, "only what is in the trash is removed for good");
      }
      const full = this.#place.slot(path.slice(TRASH_PLACE.length));
      try {
        this.#place.system.unlink(full);
      } catch (error) {
        if (codeOf(error) !== "ENOENT") throw nameFailure(error, path);
      }
      this.#place.system.sync(dirname(full));
      return Promise.resolve();
    });
  }

  /** Fulfilled when nothing is under way, also nothing that nobody waits for. */
  async idle(): Promise<void> {
    await this.#queue.idle();
  }

  /** Ends when nothing is under way any more, also nothing that nobody waits for. */
  async close(): Promise<void> {
    await this.#queue.idle();
    if (this.#options.system === undefined) this.#place.system.close();
  }

  /** Removes what a crash left aside, once all that was under way has been asked for again. */
  clearAside(): Promise<void> {
    return this.#queue.run(() => this.#swaps.clearAside());
  }

  /**
   * Shortens the list of what is in the trash to what still is. Where that cannot be done it stays
   * as it is: longer, and as true.
   */
  tidyManifest(): Promise<void> {
    return this.#queue.run(async () => {
      try {
        await this.#swaps.tidyManifest();
      } catch (error) {
        const reason = error instanceof Error ? reasonOf(error) : String(error);
        this.#options.onRefused?.({ path: TRASH_MANIFEST, reason });
      }
    });
  }

  #do(context: PortContext, work: () => Promise<void>): Promise<Outcome<Acknowledged>> {
    return this.#queue.run(async () => {
      // Whoever asked has been told that nobody knows, and asks again.
      if (context.signal.aborted) return failed("timeout");
      try {
        await work();
        return ACKNOWLEDGED;
      } catch (error) {
        if (!(error instanceof NameFailure)) {
          const reason = error instanceof Error ? reasonOf(error) : String(error);
          this.#options.onRefused?.({ path: "", reason });
          return failed("failed");
        }
        this.#options.onRefused?.({ path: error.path, reason: error.reason });
        return failed(error.error);
      }
    });
  }
}

function reasonOf(error: Error): string {
  const { cause } = error;
  return cause instanceof Error ? `${error.message}: ${cause.message}` : error.message;
}

function failed(error: PortError): Outcome<never> {
  return { kind: "failed", error };
}
