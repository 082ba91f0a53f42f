import type { NameStep } from "@scenekeep/engine/core";
import { unreachable } from "@scenekeep/engine/core";
import type { BytesCheck } from "./check_bytes.ts";
import type { FolderPlace } from "./folder_place.ts";
import { ByteMoves } from "./move_bytes.ts";
import { NameFailure, nameFailure } from "./name_failure.ts";
import { isSameInode, type NameNode, nodeAt } from "./name_node.ts";
import { pathOfLink } from "./path_of_link.ts";
import type { NameSwaps, SlottedName } from "./swap_names.ts";

/** Steps without a slot of their own lie aside under this and their place in the request. */
const NO_SLOT = "0.";

/**
 * The steps of a change of names on a real tree. Each finds out for itself what of it has been done
 * before, by another attempt or another life of the program, and does the rest.
 */
export class NameChanges {
  readonly #place: FolderPlace;
  readonly #swaps: NameSwaps;
  readonly #bytes: BytesCheck;
  readonly #moves: ByteMoves;

  constructor(parts: { place: FolderPlace; swaps: NameSwaps; bytes: BytesCheck }) {
    this.#place = parts.place;
    this.#swaps = parts.swaps;
    this.#bytes = parts.bytes;
    this.#moves = new ByteMoves(parts);
  }

  /** Announces a change that will be asked for soon. Makes nothing of it. */
  expect(steps: readonly NameStep[]): void {
    for (const step of steps) {
      const { path, slot } = step;
      if (isTrashing(step) && slot !== null) this.#swaps.expectTrashed({ path, slot });
    }
  }

  /**
   * Makes all steps, one after the other, or none.
   *
   * @throws {NameFailure} When one cannot be made; those before it have been taken back.
   * @throws What the runtime does when they could not be taken back: nobody knows then.
   */
  async change(steps: readonly NameStep[]): Promise<void> {
    for (const [place, step] of steps.entries()) {
      try {
        // deno-lint-ignore no-await-in-loop -- one after the other is the point
        await this.#make(step, place);
      } catch (error) {
        this.#takeAllBack(steps, place);
        throw nameFailure(error, step.path);
      }
    }
  }

  #takeAllBack(steps: readonly NameStep[], failed: number): void {
    for (let place = steps.length - 1; place >= 0; place -= 1) {
      const step = steps[place];
      // What comes behind is of an earlier attempt, if it is there: a slot is nobody else's.
      if (step === undefined || (place > failed && !isFound(step))) continue;
      try {
        if (isOfMove(step, steps)) this.#moves.takeGoingBack({ step, place });
        else this.#takeBack(step, place, place < failed);
      } catch (error) {
        throw new Error(`Cannot take back what was done to "${step.path}"`, { cause: error });
      }
    }
  }

  async #make(step: NameStep, place: number): Promise<void> {
    switch (step.action) {
      case "replace":
      case "discard":
        return await this.#trash(step);
      case "restore":
        return await this.#restore(step);
      case "add":
        return this.#add(step);
      case "unlink":
        return this.#unlink(step, place);
      case "mend":
        return await this.#mend(step, place);
      case "move":
        return await this.#moves.move({ step, place });
      case "relink":
        return this.#moves.relink({ step, place });
      default:
        return unreachable(step.action);
    }
  }

  async #trash(step: NameStep): Promise<void> {
    const { path, target } = step;
    const name = this.#nameOf(step);
    const replaces = step.action === "replace";
    if (replaces && target === null) throw new NameFailure("refused", path, "nothing takes it");
    this.#swaps.settle(name, target);
    const before = this.#swaps.kept(name.slot);
    const node = nodeAt(name.full, path);
    if (before !== null && (node === null || !isSameInode(before, node))) {
      // It has gone there before; whatever has the name by now is somebody else's.
      if (node !== null && target !== null && this.#swaps.leadsTo(node, path, target)) return;
      return await this.#checkKept(before, step);
    }
    if (node === null) throw new NameFailure("missing", path, "it is not there");
    const problem = this.#place.ownerProblem(node) ?? this.#place.deviceProblem(node);
    if (problem !== null) throw new NameFailure("refused", path, problem);
    const standIn = target === null ? null : this.#targetOf(path, target, node);
    await this.#bytes.check(node, name.full, step);
    const kept = before ?? this.#swaps.keep(name, node);
    if (target === null) return this.#swaps.takeAway(name, kept);
    this.#swaps.putStandIn(name, { target, over: kept });
    const now = nodeAt(name.full, path);
    const leads = now !== null && this.#swaps.leadsTo(now, path, target);
    const still = this.#place.node(target);
    if (leads && still !== null && standIn !== null && isSameInode(still, standIn)) return;
    throw new NameFailure("changed", path, `"${target}", which stays, changed a moment ago`);
  }

  /** The file that takes a name: bytes, not a link, and others than what is under the name. */
  #targetOf(path: string, target: string, node: NameNode): NameNode {
    const standIn = path === target ? null : this.#place.node(target);
    if (standIn?.kind !== "file") {
      throw new NameFailure("missing", path, `"${target}", which stays, is not there`);
    }
    if (isSameInode(standIn, node)) {
      throw new NameFailure("changed", path, `it is another name of "${target}" by now`);
    }
    return standIn;
  }

  /** What lies in a slot is what was to go there; otherwise the slot is taken. */
  async #checkKept(kept: NameNode, step: NameStep): Promise<void> {
    if (kept.kind === "link") return;
    const full = this.#place.slot(slotOf(step));
    await this.#bytes.check(kept, full, { ...step, sameAs: null });
  }

  async #restore(step: NameStep): Promise<void> {
    const { path, target } = step;
    if (this.#swaps.kept(slotOf(step)) === null) return await this.#checkRestored(step);
    this.#place.makeWayTo(path);
    const name = this.#nameOf(step);
    this.#swaps.settle(name, target);
    // Looked at after that: a name less is a change of the file that has it.
    const kept = this.#swaps.kept(name.slot);
    if (kept === null) throw new NameFailure("changed", path, "it left the trash a moment ago");
    const node = nodeAt(name.full, path);
    if (node !== null && isSameInode(kept, node)) return this.#swaps.dropSlot(name.slot);
    await this.#checkKept(kept, step);
    const isFree = node === null || this.#isDangling(path, node) ||
      (target !== null && this.#swaps.leadsTo(node, path, target));
    if (!isFree) throw new NameFailure("changed", path, "something else has its name by now");
    this.#swaps.bringBack(name, node);
  }

  /** The slot is empty: it has come back before, or is lost. */
  async #checkRestored(step: NameStep): Promise<void> {
    const { path, target } = step;
    const full = this.#place.pathTo(path);
    const node = nodeAt(full, path);
    const isBack = node !== null &&
      (target === null || !this.#swaps.leadsTo(node, path, target));
    if (!isBack) throw new NameFailure("missing", path, "it is not in the trash");
    if (node.kind === "file") await this.#bytes.check(node, full, { ...step, sameAs: null });
  }

  /** A link to nothing holds nothing: it gives way to what was there. */
  #isDangling(path: string, node: NameNode): boolean {
    if (node.kind !== "link") return false;
    const target = pathOfLink(path, node.target ?? "");
    if (target === null) return false;
    try {
      return this.#place.node(target) === null;
    } catch (error) {
      if (error instanceof NameFailure) return error.error === "missing";
      throw error;
    }
  }

  #add({ path, target }: NameStep): void {
    if (target === null) throw new NameFailure("refused", path, "it would lead to nothing");
    // An album that nothing was ever in has no directory yet.
    this.#place.makeWayTo(path);
    const node = this.#place.node(path);
    if (node !== null && this.#swaps.leadsTo(node, path, target)) return;
    if (node !== null) throw new NameFailure("changed", path, "something else is there");
    if (path === target || this.#place.node(target)?.kind !== "file") {
      throw new NameFailure("missing", path, `"${target}" is not there`);
    }
    this.#swaps.addStandIn(path, target);
  }

  #unlink(step: NameStep, place: number): void {
    const { path, target } = step;
    const name = this.#unslottedNameOf(step, place);
    this.#swaps.settle(name, target);
    const node = nodeAt(name.full, path);
    if (node === null) return;
    const leads = target !== null && this.#swaps.leadsTo(node, path, target);
    if (node.kind === "file" && !leads) throw new NameFailure("refused", path, "it is no link");
    if (target !== null && !leads) throw new NameFailure("changed", path, "it leads elsewhere");
    this.#swaps.takeAway(name, node);
  }

  async #mend(step: NameStep, place: number): Promise<void> {
    const { expectedHash, path, target } = step;
    const name = this.#unslottedNameOf(step, place);
    this.#swaps.settle(name, target);
    const to = target === null ? null : this.#place.node(target);
    if (target === null || to?.kind !== "file" || path === target) {
      throw new NameFailure("missing", path, `"${target}" is not there`);
    }
    const node = nodeAt(name.full, path);
    if (node === null) throw new NameFailure("missing", path, "it is not there");
    const full = this.#place.pathTo(target);
    await this.#bytes.check(to, full, { path: target, expectedHash, sameAs: null });
    if (this.#swaps.leadsTo(node, path, target)) return;
    if (!this.#isDangling(path, node)) {
      throw new NameFailure("changed", path, "it leads somewhere by now");
    }
    const problem = this.#place.ownerProblem(node);
    if (problem !== null) throw new NameFailure("refused", path, problem);
    this.#swaps.putStandIn(name, { target, over: node });
  }

  /** @param wasMade False for the step that failed: it may be half done. */
  #takeBack(step: NameStep, place: number, wasMade: boolean): void {
    // Nothing can have been done to a name that cannot be reached.
    if (step.slot === null && !wasMade && !this.#isReachable(step.path)) return;
    switch (step.action) {
      case "replace":
      case "discard":
        return this.#takeTrashBack(step);
      case "restore":
        return this.#takeRestoreBack(step, wasMade);
      case "add":
        return wasMade || this.#isAdded(step) ? this.#unlink(step, place) : undefined;
      case "unlink":
        return this.#takeUnlinkBack(step, place);
      case "mend":
        // Once it leads there it may: what it led to before was nothing.
        if (!wasMade) this.#swaps.settle(this.#unslottedNameOf(step, place), step.target);
        return;
      case "move":
        return this.#moves.takeMoveBack({ step, place });
      case "relink":
        return this.#moves.takeRelinkBack({ step, place });
      default:
        return unreachable(step.action);
    }
  }

  /** A name that went leads to its file again, as long as that is there. */
  #takeUnlinkBack(step: NameStep, place: number): void {
    const { path, target } = step;
    if (target === null) return;
    this.#swaps.settle(this.#unslottedNameOf(step, place), target);
    if (this.#place.node(path) !== null || this.#place.node(target)?.kind !== "file") return;
    this.#add(step);
  }

  /** A link that was made, and of which the disk may not know yet. */
  #isAdded({ path, target }: NameStep): boolean {
    const node = this.#place.node(path);
    return node !== null && target !== null && this.#swaps.leadsTo(node, path, target);
  }

  #takeTrashBack(step: NameStep): void {
    const { path, target } = step;
    if (step.slot === null || this.#swaps.kept(step.slot) === null) return;
    this.#place.makeWayTo(path);
    const name = this.#nameOf(step);
    this.#swaps.settle(name, target);
    const kept = this.#swaps.kept(name.slot);
    const node = nodeAt(name.full, path);
    if (kept === null) return;
    if (node !== null && isSameInode(kept, node)) return this.#swaps.dropSlot(name.slot);
    const isOurs = node === null || (target !== null && this.#swaps.leadsTo(node, path, target));
    if (isOurs) this.#swaps.bringBack(name, node);
    else this.#swaps.rescue(this.#place.slot(name.slot), path);
  }

  #takeRestoreBack(step: NameStep, wasMade: boolean): void {
    const { path, target } = step;
    const kept = step.slot === null ? null : this.#swaps.kept(step.slot);
    if (kept === null && !wasMade) return;
    const name = this.#reachableNameOf(step);
    // Nothing can have been done to a name that cannot be reached, and its bytes are safe.
    if (name === null && kept !== null) return;
    if (name === null) throw new NameFailure("missing", path, "its directory is gone");
    this.#swaps.settle(name, target);
    const node = nodeAt(name.full, path);
    if (node === null || (kept !== null && !isSameInode(kept, node))) return;
    if (target !== null && this.#swaps.leadsTo(node, path, target)) return;
    const again = kept ?? this.#swaps.keep(name, node);
    if (target === null) this.#swaps.takeAway(name, again);
    else this.#swaps.putStandIn(name, { target, over: again });
  }

  #isReachable(path: string): boolean {
    try {
      this.#place.pathTo(path);
      return true;
    } catch (error) {
      if (error instanceof NameFailure) return false;
      throw error;
    }
  }

  #reachableNameOf(step: NameStep): SlottedName | null {
    try {
      return this.#nameOf(step);
    } catch (error) {
      if (error instanceof NameFailure) return null;
      throw error;
    }
  }

  #unslottedNameOf({ path }: NameStep, place: number): SlottedName {
    return { path, full: this.#place.pathTo(path), slot: `${NO_SLOT}${place}` };
  }

  #nameOf(step: NameStep): SlottedName {
    return { path: step.path, full: this.#place.pathTo(step.path), slot: slotOf(step) };
  }
}

function isTrashing({ action }: NameStep): boolean {
  return action === "replace" || action === "discard";
}

/** True for the step by which a file loses the name that it had before it moved. */
function isOfMove({ action, path, target }: NameStep, steps: readonly NameStep[]): boolean {
  return action === "unlink" &&
    steps.some((step) => step.action === "move" && step.target === path && step.path === target);
}

/** True for steps of which a later attempt can tell whether they were made. */
function isFound(step: NameStep): boolean {
  return isTrashing(step) || step.action === "unlink" || step.action === "relink";
}

function slotOf({ path, slot }: NameStep): string {
  if (slot === null) throw new NameFailure("refused", path, "it has no slot in the trash");
  return slot;
}
