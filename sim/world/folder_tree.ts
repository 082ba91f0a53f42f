import type { Link, ObjectName } from "@scenekeep/engine/core";
import type { Content, HolderOutcome, ObjectHolder } from "./object_holder.ts";

/** What stands under a name of a folder tree. */
export type FolderNode =
  | { readonly kind: "bytes"; readonly content: Content }
  | { readonly kind: "link"; readonly target: string };

/** How a folder tree is set up. */
export interface FolderTreeOptions {
  readonly name: string;
  /** The process that it belongs to; outside of all processes when absent. */
  readonly process?: string;
  /** Paths that start with this name trash slots. @default "trash/" */
  readonly trashPrefix?: string;
  /** Time to change or find a name. @default 1 */
  readonly latencyMs?: number;
  /** How fast bytes move. @default 100_000 */
  readonly bytesPerMs?: number;
}

const ACKNOWLEDGED: HolderOutcome = { kind: "done", result: { kind: "acknowledged" } };
const LINKS_MAX = 16;

/**
 * A virtual folder tree with links and trash slots; each change of a name is atomic.
 *
 * As an object store its objects are called `NAME/PATH`, and those in the trash `NAME/TRASHSLOT`
 * after the trash prefix. Reading follows links. Every change may be asked for again after it was
 * done, and then succeeds without changing more.
 */
export class FolderTree implements ObjectHolder {
  readonly name: string;
  readonly process: string | null;
  readonly #trashPrefix: string;
  readonly #latencyMs: number;
  readonly #bytesPerMs: number;
  readonly #nodes = new Map<string, FolderNode>();
  readonly #slots = new Map<string, FolderNode>();

  constructor(options: FolderTreeOptions) {
    this.name = options.name;
    this.process = options.process ?? null;
    this.#trashPrefix = options.trashPrefix ?? "trash/";
    this.#latencyMs = options.latencyMs ?? 1;
    this.#bytesPerMs = options.bytesPerMs ?? 100_000;
  }

  durationMs(sizeBytes: number): number {
    return this.#latencyMs + Math.floor(sizeBytes / this.#bytesPerMs);
  }

  /** What stands under a path, links not followed. */
  node(path: string): FolderNode | null {
    return this.#nodes.get(path) ?? null;
  }

  /** What lies in a trash slot. */
  slot(slot: string): FolderNode | null {
    return this.#slots.get(slot) ?? null;
  }

  /** All paths with what stands there. */
  nodes(): Iterable<readonly [string, FolderNode]> {
    return this.#nodes;
  }

  content(object: ObjectName): Content | null {
    const path = this.#pathOf(object);
    if (path.startsWith(this.#trashPrefix)) {
      const node = this.#slots.get(path.slice(this.#trashPrefix.length));
      return node === undefined ? null : this.#resolve(node);
    }
    const node = this.#nodes.get(path);
    return node === undefined ? null : this.#resolve(node);
  }

  /** Writes bytes under a name that is free or has the same bytes. */
  write(object: ObjectName, content: Content): HolderOutcome {
    const path = this.#pathOf(object);
    const node = this.#nodes.get(path);
    if (node?.kind === "link") return { kind: "failed", error: "refused" };
    if (node !== undefined && node.content.contentHash !== content.contentHash) {
      return { kind: "failed", error: "changed" };
    }
    this.#nodes.set(path, { kind: "bytes", content });
    return ACKNOWLEDGED;
  }

  /** Removes bytes, or what lies in a trash slot. A link's name is not removed this way. */
  remove(object: ObjectName, expectedHash: string | null): HolderOutcome {
    const path = this.#pathOf(object);
    const isSlot = path.startsWith(this.#trashPrefix);
    const nodes = isSlot ? this.#slots : this.#nodes;
    const name = isSlot ? path.slice(this.#trashPrefix.length) : path;
    const node = nodes.get(name);
    if (node === undefined) return ACKNOWLEDGED;
    if (node.kind === "link" && !isSlot) return { kind: "failed", error: "refused" };
    if (expectedHash !== null && hashOf(node) !== null && hashOf(node) !== expectedHash) {
      return { kind: "failed", error: "changed" };
    }
    nodes.delete(name);
    return ACKNOWLEDGED;
  }

  damage(object: ObjectName, content: Content): void {
    this.put(object, content);
  }

  put(object: ObjectName, content: Content): void {
    this.#nodes.set(this.#pathOf(object), { kind: "bytes", content });
  }

  erase(object: ObjectName): void {
    this.#nodes.delete(this.#pathOf(object));
  }

  /** All bytes outside of the trash. */
  *objects(): Iterable<readonly [ObjectName, Content]> {
    for (const [path, node] of this.#nodes) {
      if (node.kind === "bytes") yield [`${this.name}/${path}` as ObjectName, node.content];
    }
  }

  /** Carries out one atomic change of a name. */
  change(link: Link): HolderOutcome {
    switch (link.action) {
      case "replace":
        return this.#replace(link);
      case "discard":
        return this.#discard(link);
      case "add":
        return this.#add(link);
      case "unlink":
        return this.#unlink(link);
      case "restore":
        return this.#restore(link);
    }
  }

  #replace(link: Link): HolderOutcome {
    if (link.slot === null || link.target === null) return { kind: "failed", error: "refused" };
    const node = this.#nodes.get(link.path);
    if (isLinkTo(node, link.target) && this.#slots.has(link.slot)) return ACKNOWLEDGED;
    if (node === undefined) return { kind: "failed", error: "missing" };
    if (node.kind === "link" || this.#slots.has(link.slot)) {
      return { kind: "failed", error: "refused" };
    }
    if (link.expectedHash !== null && node.content.contentHash !== link.expectedHash) {
      return { kind: "failed", error: "changed" };
    }
    if (link.target === link.path || !this.#resolves(link.target)) {
      return { kind: "failed", error: "missing" };
    }
    this.#slots.set(link.slot, node);
    this.#nodes.set(link.path, { kind: "link", target: link.target });
    return ACKNOWLEDGED;
  }

  #discard(link: Link): HolderOutcome {
    if (link.slot === null) return { kind: "failed", error: "refused" };
    const node = this.#nodes.get(link.path);
    const isDone = this.#slots.has(link.slot);
    if (node === undefined) return isDone ? ACKNOWLEDGED : { kind: "failed", error: "missing" };
    if (isDone) return { kind: "failed", error: "refused" };
    if (link.expectedHash !== null && hashOf(node) !== link.expectedHash) {
      return { kind: "failed", error: "changed" };
    }
    this.#slots.set(link.slot, node);
    this.#nodes.delete(link.path);
    return ACKNOWLEDGED;
  }

  #add(link: Link): HolderOutcome {
    if (link.target === null) return { kind: "failed", error: "refused" };
    const node = this.#nodes.get(link.path);
    if (isLinkTo(node, link.target)) return ACKNOWLEDGED;
    if (node !== undefined) return { kind: "failed", error: "changed" };
    if (!this.#resolves(link.target)) return { kind: "failed", error: "missing" };
    this.#nodes.set(link.path, { kind: "link", target: link.target });
    return ACKNOWLEDGED;
  }

  #unlink(link: Link): HolderOutcome {
    const node = this.#nodes.get(link.path);
    if (node === undefined) return ACKNOWLEDGED;
    if (node.kind === "bytes") return { kind: "failed", error: "refused" };
    if (link.target !== null && node.target !== link.target) {
      return { kind: "failed", error: "changed" };
    }
    this.#nodes.delete(link.path);
    return ACKNOWLEDGED;
  }

  #restore(link: Link): HolderOutcome {
    if (link.slot === null) return { kind: "failed", error: "refused" };
    const kept = this.#slots.get(link.slot);
    const node = this.#nodes.get(link.path);
    if (kept === undefined) {
      const isDone = node !== undefined &&
        (link.expectedHash === null || hashOf(node) === link.expectedHash);
      return isDone ? ACKNOWLEDGED : { kind: "failed", error: "missing" };
    }
    if (link.expectedHash !== null && hashOf(kept) !== link.expectedHash) {
      return { kind: "failed", error: "changed" };
    }
    if (node?.kind === "bytes") return { kind: "failed", error: "changed" };
    this.#nodes.set(link.path, kept);
    this.#slots.delete(link.slot);
    return ACKNOWLEDGED;
  }

  #pathOf(object: ObjectName): string {
    return object.slice(this.name.length + 1);
  }

  #resolves(path: string): boolean {
    const node = this.#nodes.get(path);
    return node !== undefined && this.#resolve(node) !== null;
  }

  #resolve(node: FolderNode): Content | null {
    let current: FolderNode | undefined = node;
    for (let links = 0; links < LINKS_MAX && current !== undefined; links++) {
      if (current.kind === "bytes") return current.content;
      current = this.#nodes.get(current.target);
    }
    return null;
  }
}

function hashOf(node: FolderNode): string | null {
  return node.kind === "bytes" ? node.content.contentHash : null;
}

function isLinkTo(node: FolderNode | undefined, target: string): boolean {
  return node?.kind === "link" && node.target === target;
}
