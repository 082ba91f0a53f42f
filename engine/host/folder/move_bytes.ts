import type { NameStep } from "@scenekeep/engine/core";
import type { BytesCheck } from "./check_bytes.ts";
import type { FolderPlace } from "./folder_place.ts";
import { NameFailure } from "./name_failure.ts";
import { hasSameBytes, isSameInode, nodeAt } from "./name_node.ts";
import type { NameSwaps, SlottedName } from "./swap_names.ts";

/** A step of a move, and its place among the steps: what lies aside for it is of no other one. */
export interface PlacedStep {
  readonly step: NameStep;
  readonly place: number;
}

/**
 * Lets another name have the bytes of a file. The file gets the new name as a second one of the
 * same inode; links to the old name lead to the new one next; the old name goes last. So at every
 * moment each name leads to the content, and nothing is copied.
 */
export class ByteMoves {
  readonly #place: FolderPlace;
  readonly #swaps: NameSwaps;
  readonly #bytes: BytesCheck;

  constructor(parts: { place: FolderPlace; swaps: NameSwaps; bytes: BytesCheck }) {
    this.#place = parts.place;
    this.#swaps = parts.swaps;
    this.#bytes = parts.bytes;
  }

  /** Gives a file its new name, unless it has it. */
  async move({ place, step }: PlacedStep): Promise<void> {
    const { expectedHash, path, sameAs, target } = step;
    if (target === null || path === target) {
      throw new NameFailure("refused", path, "nothing moves there");
    }
    this.#place.makeWayTo(path);
    const name = this.#nameOf(path, `0.${place}`);
    this.#swaps.settle(name, target);
    const node = nodeAt(name.full, path);
    const from = this.#place.node(target);
    const isMade = node?.kind === "file" && (from === null || isSameInode(from, node) ||
      this.#swaps.leadsTo(from, target, path));
    const there = isMade ? node : from;
    if (there?.kind !== "file") throw new NameFailure("missing", path, `"${target}" is not there`);
    const problem = this.#place.ownerProblem(there);
    if (problem !== null) throw new NameFailure("refused", path, problem);
    const at = isMade ? path : target;
    await this.#bytes.check(there, this.#place.pathTo(at), {
      path: at,
      expectedHash,
      sameAs: null,
    });
    if (isMade) return;
    const isExpected = sameAs === null
      ? node === null
      : node !== null && this.#swaps.leadsTo(node, path, sameAs);
    if (!isExpected) throw new NameFailure("changed", path, "something else has the name by now");
    this.#swaps.giveName(name, { to: target, over: node });
    const now = nodeAt(name.full, path);
    if (now !== null && hasSameBytes(there, now)) return;
    throw new NameFailure("changed", path, `"${target}" changed a moment ago`);
  }

  /**
   * Lets a link lead to the new name of its file. Where `sameAs` is the name itself it still has
   * the bytes, which have the new name as well by now, and becomes a link.
   */
  relink({ place, step: { path, sameAs, target } }: PlacedStep): void {
    if (target === null || sameAs === null) {
      throw new NameFailure("refused", path, "it would lead to nothing");
    }
    const name = this.#nameOf(path, `0.${place}`);
    this.#swaps.settle(name, target);
    const to = path === target ? null : this.#place.node(target);
    if (to?.kind !== "file") {
      throw new NameFailure("missing", path, `"${target}" is not there`);
    }
    const node = nodeAt(name.full, path);
    if (node === null) throw new NameFailure("missing", path, "it is not there");
    const hasBytes = sameAs === path && isSameInode(node, to);
    if (!hasBytes && this.#swaps.leadsTo(node, path, target)) return;
    if (!hasBytes && !this.#swaps.leadsTo(node, path, sameAs)) {
      throw new NameFailure("changed", path, "it leads elsewhere, or is a file of its own");
    }
    const problem = this.#place.ownerProblem(node);
    if (problem !== null) throw new NameFailure("refused", path, problem);
    this.#swaps.putStandIn(name, { target, over: node });
  }

  /** Gives a file its old name as a second one again: those that led there will do so next. */
  takeGoingBack({ place, step: { path, target } }: PlacedStep): void {
    if (target === null) return;
    const name = this.#nameOf(path, `0.${place}`);
    this.#swaps.settle(name, target);
    if (nodeAt(name.full, path) !== null || this.#place.node(target)?.kind !== "file") return;
    this.#swaps.giveName(name, { to: target, over: null });
  }

  /** Gives a file its old name back, and the new one to the link that had it, or to nothing. */
  takeMoveBack({ place, step: { path, sameAs, target } }: PlacedStep): void {
    if (target === null) return;
    const name = this.#nameOf(path, `0.${place}`);
    this.#swaps.settle(name, target);
    const node = nodeAt(name.full, path);
    if (node?.kind !== "file") return;
    const old = this.#nameOf(target, `00.${place}`);
    this.#swaps.settle(old, path);
    const from = nodeAt(old.full, target);
    if (from === null || !isSameInode(from, node)) {
      if (from !== null && !this.#swaps.leadsTo(from, target, path)) return;
      this.#swaps.giveName(old, { to: path, over: from });
    }
    if (sameAs === null) this.#swaps.takeAway(name, node);
    else this.#swaps.putStandIn(name, { target: sameAs, over: node });
  }

  /** Lets a link lead to the old name of its file again. */
  takeRelinkBack({ place, step: { path, sameAs, target } }: PlacedStep): void {
    // What had the bytes gets them back by the move that is taken back next.
    if (target === null || sameAs === null || sameAs === path) return;
    const name = this.#nameOf(path, `0.${place}`);
    this.#swaps.settle(name, target);
    const node = nodeAt(name.full, path);
    if (node === null || !this.#swaps.leadsTo(node, path, target)) return;
    if (node.kind === "file" && this.#swaps.leadsTo(node, path, sameAs)) return;
    this.#swaps.putStandIn(name, { target: sameAs, over: node });
  }

  #nameOf(path: string, slot: string): SlottedName {
    return { path, full: this.#place.pathTo(path), slot };
  }
}
