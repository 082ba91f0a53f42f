import type { ObjectName } from "@scenekeep/engine/core";
import type { Content, HolderOutcome, ObjectHolder } from "./object_holder.ts";

/** How an object store is set up. */
export interface ObjectStoreOptions {
  readonly name: string;
  /** The process that it belongs to; outside of all processes when absent. */
  readonly process?: string;
  /** Bytes that fit. @default Number.MAX_SAFE_INTEGER */
  readonly capacityBytes?: number;
  /** Time to find an object. @default 1 */
  readonly latencyMs?: number;
  /** How fast bytes move. @default 100_000 */
  readonly bytesPerMs?: number;
}

const ACKNOWLEDGED: HolderOutcome = { kind: "done", result: { kind: "acknowledged" } };

/**
 * A virtual object store: names, sizes and content hashes, no bytes.
 *
 * A removed name is fenced for ever: it can never be written again. Writing what is there already
 * changes nothing and succeeds.
 */
export class ObjectStore implements ObjectHolder {
  readonly name: string;
  readonly process: string | null;
  /** May be changed while the world runs. */
  capacityBytes: number;
  /** Bytes of all objects. */
  usedBytes = 0;
  readonly #latencyMs: number;
  readonly #bytesPerMs: number;
  readonly #objects = new Map<ObjectName, Content>();
  readonly #removed = new Set<ObjectName>();

  constructor(options: ObjectStoreOptions) {
    this.name = options.name;
    this.process = options.process ?? null;
    this.capacityBytes = options.capacityBytes ?? Number.MAX_SAFE_INTEGER;
    this.#latencyMs = options.latencyMs ?? 1;
    this.#bytesPerMs = options.bytesPerMs ?? 100_000;
  }

  durationMs(sizeBytes: number): number {
    return this.#latencyMs + Math.floor(sizeBytes / this.#bytesPerMs);
  }

  content(object: ObjectName): Content | null {
    return this.#objects.get(object) ?? null;
  }

  /** Every name that was removed. */
  removed(): Iterable<ObjectName> {
    return this.#removed;
  }

  /** True when the name was removed and can never be written again. */
  isRemoved(object: ObjectName): boolean {
    return this.#removed.has(object);
  }

  write(object: ObjectName, content: Content): HolderOutcome {
    if (this.#removed.has(object)) return { kind: "failed", error: "gone" };
    const before = this.#objects.get(object)?.sizeBytes ?? 0;
    if (this.usedBytes - before + content.sizeBytes > this.capacityBytes) {
      return { kind: "failed", error: "diskFull" };
    }
    this.#set(object, content);
    return ACKNOWLEDGED;
  }

  remove(object: ObjectName, expectedHash: string | null): HolderOutcome {
    const content = this.#objects.get(object);
    if (content !== undefined && expectedHash !== null && content.contentHash !== expectedHash) {
      return { kind: "failed", error: "changed" };
    }
    this.erase(object);
    this.#removed.add(object);
    return ACKNOWLEDGED;
  }

  damage(object: ObjectName, content: Content): void {
    if (!this.#removed.has(object)) this.#set(object, content);
  }

  put(object: ObjectName, content: Content): void {
    this.#set(object, content);
  }

  erase(object: ObjectName): void {
    this.usedBytes -= this.#objects.get(object)?.sizeBytes ?? 0;
    this.#objects.delete(object);
  }

  objects(): Iterable<readonly [ObjectName, Content]> {
    return this.#objects;
  }

  #set(object: ObjectName, content: Content): void {
    this.erase(object);
    this.#objects.set(object, { sizeBytes: content.sizeBytes, contentHash: content.contentHash });
    this.usedBytes += content.sizeBytes;
  }
}
