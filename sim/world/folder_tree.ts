import type { Link, NameStep, ObjectName, PortError } from "@scenekeep/engine/core";
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
 * A virtual folder tree with links and trash slots; each step of a change is atomic.
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

  /** Bytes that the tree and its trash take; a link takes none. Linear. */
  storedBytes(): number {
    let storedBytes = 0;
    for (const nodes of [this.#nodes, this.#slots]) {
      for (const node of nodes.values()) {
        if (node.kind === "bytes") storedBytes += node.content.sizeBytes;
      }
    }
    return storedBytes;
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

  /** Changes names, one step after the other, all of them or none. */
  change(link: Link): HolderOutcome {
    for (const step of link.steps) {
      const error = this.#step(step);
      if (error === null) continue;
      this.takeBack(link);
      return { kind: "failed", error };
    }
    return ACKNOWLEDGED;
  }

  /** Takes back all steps that were made, by this request or by an earlier one like it. */
  takeBack(link: Link): void {
    for (const step of link.steps.toReversed()) this.#takeBack(step);
  }

  /** What a crash leaves of a change: its first steps, as far as they can be made. */
  changePart(link: Link, steps: number): void {
    for (const step of link.steps.slice(0, steps)) if (this.#step(step) !== null) return;
  }

  /** What lies in the trash, by slot. */
  slots(): Iterable<readonly [string, FolderNode]> {
    return this.#slots;
  }

  #step(step: NameStep): PortError | null {
    switch (step.action) {
      case "replace":
        return this.#replace(step);
      case "discard":
        return this.#discard(step);
      case "add":
        return this.#add(step);
      case "unlink":
        return this.#unlink(step);
      case "restore":
        return this.#restore(step);
      case "mend":
        return this.#mend(step);
      case "move":
        return this.#move(step);
      case "relink":
        return this.#relink(step);
    }
  }

  #replace(step: NameStep): PortError | null {
    if (step.slot === null || step.target === null) return "refused";
    const node = this.#nodes.get(step.path);
    if (isLinkTo(node, step.target) && this.#slots.has(step.slot)) return null;
    if (node === undefined) return "missing";
    if (this.#slots.has(step.slot)) return "refused";
    if (!this.#isExpected(node, step)) return "changed";
    if (step.target === step.path || !this.#resolves(step.target)) return "missing";
    this.#slots.set(step.slot, node);
    this.#nodes.set(step.path, { kind: "link", target: step.target });
    return null;
  }

  #discard(step: NameStep): PortError | null {
    if (step.slot === null) return "refused";
    const node = this.#nodes.get(step.path);
    const isDone = this.#slots.has(step.slot);
    if (node === undefined) return isDone ? null : "missing";
    if (isDone) return "refused";
    if (!this.#isExpected(node, step)) return "changed";
    this.#slots.set(step.slot, node);
    this.#nodes.delete(step.path);
    return null;
  }

  #add(step: NameStep): PortError | null {
    if (step.target === null) return "refused";
    const node = this.#nodes.get(step.path);
    if (isLinkTo(node, step.target)) return null;
    if (node !== undefined) return "changed";
    if (!this.#resolves(step.target)) return "missing";
    this.#nodes.set(step.path, { kind: "link", target: step.target });
    return null;
  }

  #unlink(step: NameStep): PortError | null {
    const node = this.#nodes.get(step.path);
    if (node === undefined) return null;
    if (node.kind === "bytes") return "refused";
    if (step.target !== null && node.target !== step.target) return "changed";
    this.#nodes.delete(step.path);
    return null;
  }

  #restore(step: NameStep): PortError | null {
    if (step.slot === null) return "refused";
    const kept = this.#slots.get(step.slot);
    const node = this.#nodes.get(step.path);
    const isStandIn = step.target !== null && isLinkTo(node, step.target);
    if (kept === undefined) {
      const isDone = node !== undefined && !isStandIn && this.#isExpected(node, step);
      return isDone ? null : "missing";
    }
    // What a link in the trash led to may be in the trash as well.
    if (kept.kind === "bytes" && !this.#isExpected(kept, step)) return "changed";
    if (node !== undefined && !isStandIn) return "changed";
    this.#nodes.set(step.path, kept);
    this.#slots.delete(step.slot);
    return null;
  }

  #mend({ expectedHash, path, target }: NameStep): PortError | null {
    if (target === null) return "refused";
    const node = this.#nodes.get(path);
    if (node === undefined) return "missing";
    const to = this.#nodes.get(target);
    if (to?.kind !== "bytes") return "missing";
    if (expectedHash !== null && to.content.contentHash !== expectedHash) return "changed";
    if (isLinkTo(node, target)) return null;
    if (node.kind !== "link" || this.#nodes.has(node.target)) return "changed";
    this.#nodes.set(path, { kind: "link", target });
    return null;
  }

  #move({ expectedHash, path, sameAs, target }: NameStep): PortError | null {
    if (target === null) return "refused";
    const node = this.#nodes.get(path);
    const from = this.#nodes.get(target);
    const isMade = node?.kind === "bytes" && (from === undefined || isLinkTo(from, path));
    const bytes = isMade ? node : from;
    if (bytes?.kind !== "bytes") return "missing";
    if (expectedHash !== null && bytes.content.contentHash !== expectedHash) return "changed";
    if (isMade) return null;
    if (sameAs === null ? node !== undefined : !isLinkTo(node, sameAs)) return "changed";
    this.#nodes.set(path, bytes);
    this.#nodes.set(target, { kind: "link", target: path });
    return null;
  }

  #relink({ path, sameAs, target }: NameStep): PortError | null {
    if (target === null || sameAs === null) return "refused";
    const node = this.#nodes.get(path);
    if (node === undefined || this.#nodes.get(target)?.kind !== "bytes") return "missing";
    if (isLinkTo(node, target)) return null;
    if (!isLinkTo(node, sameAs)) return "changed";
    this.#nodes.set(path, { kind: "link", target });
    return null;
  }

  #takeMoveBack({ path, sameAs, target }: NameStep): void {
    const node = this.#nodes.get(path);
    const from = target === null ? undefined : this.#nodes.get(target);
    if (target === null || node?.kind !== "bytes" || !isLinkTo(from, path)) return;
    this.#nodes.set(target, node);
    if (sameAs === null) this.#nodes.delete(path);
    else this.#nodes.set(path, { kind: "link", target: sameAs });
  }

  #takeBack(step: NameStep): void {
    const { action, path, sameAs, slot, target } = step;
    switch (action) {
      case "replace":
      case "discard": {
        const kept = this.#slots.get(slot ?? "");
        const node = this.#nodes.get(path);
        const isMade = action === "replace"
          ? target !== null && isLinkTo(node, target)
          : node === undefined;
        if (kept === undefined || !isMade) return;
        this.#nodes.set(path, kept);
        this.#slots.delete(slot ?? "");
        return;
      }
      case "restore": {
        const node = this.#nodes.get(path);
        if (node === undefined || slot === null || this.#slots.has(slot)) return;
        if (target !== null && isLinkTo(node, target)) return;
        this.#slots.set(slot, node);
        if (target === null) this.#nodes.delete(path);
        else this.#nodes.set(path, { kind: "link", target });
        return;
      }
      case "add":
        if (target !== null && isLinkTo(this.#nodes.get(path), target)) this.#nodes.delete(path);
        return;
      case "unlink":
        // Where the bytes did not move away from it, the name was never theirs to lead to.
        if (target !== null && !this.#nodes.has(path) && this.#resolves(target)) {
          this.#nodes.set(path, { kind: "link", target });
        }
        return;
      case "mend":
        return;
      case "move":
        return this.#takeMoveBack(step);
      case "relink":
        // What had the bytes gets them back by the move that is taken back next.
        if (sameAs === path) return;
        if (target !== null && sameAs !== null && isLinkTo(this.#nodes.get(path), target)) {
          this.#nodes.set(path, { kind: "link", target: sameAs });
        }
        return;
    }
  }

  #isExpected(node: FolderNode, step: NameStep): boolean {
    const { expectedHash, sameAs } = step;
    const found = this.#resolve(node)?.contentHash;
    if (expectedHash !== null && found !== expectedHash) return false;
    if (sameAs === null) return true;
    const same = this.#nodes.get(sameAs);
    return same !== undefined && this.#resolve(same)?.contentHash === found;
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
