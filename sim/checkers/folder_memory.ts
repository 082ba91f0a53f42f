import type { PlanId } from "@scenekeep/engine/core";
import type { FolderNode, FolderTree } from "../world/folder_tree.ts";

/**
 * What a folder was like before each plan was applied, name by name, for as long as nobody but the
 * plan and its undo has moved anything.
 */
export class FolderMemory {
  readonly #before = new Map<PlanId, ReadonlyMap<string, FolderNode>>();

  /** A plan is about to be applied: what others were applied before is not to be compared more. */
  remember(plan: PlanId, folder: FolderTree): void {
    this.#before.clear();
    this.#before.set(plan, new Map(folder.nodes()));
  }

  /** The undo of a plan changes the folder for all other plans. */
  forgetOthers(plan: PlanId): void {
    for (const other of this.#before.keys()) if (other !== plan) this.#before.delete(other);
  }

  /** All that it knows. */
  remembers(): unknown {
    return this.#before;
  }

  /** Somebody else has changed the folder. */
  forget(): void {
    this.#before.clear();
  }

  /** What is not as it was before the plan; null when nobody can say. */
  differences(plan: PlanId, folder: FolderTree): string[] | null {
    const before = this.#before.get(plan);
    this.#before.delete(plan);
    if (before === undefined) return null;
    const now = new Map(folder.nodes());
    const paths = new Set([...before.keys(), ...now.keys()]);
    return [...paths].filter((path) => textOf(before.get(path)) !== textOf(now.get(path)));
  }
}

function textOf(node: FolderNode | undefined): string {
  if (node === undefined) return "nothing";
  return node.kind === "link" ? `link to ${node.target}` : `bytes ${node.content.contentHash}`;
}
