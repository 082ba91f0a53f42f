import { type AlbumId, type ContentHash, identifier, type PlanId } from "@scenekeep/engine/core";
import type { ShadowLibrary } from "../checkers/shadow_library.ts";
import type { FinalFact } from "../scenario/scenario.ts";
import type { UserActions } from "./user_actions.ts";
import type { VirtualDevices } from "./virtual_devices.ts";

/** Where the facts of a world at rest are read. */
export interface FinalView {
  readonly shadow: ShadowLibrary;
  readonly actions: UserActions;
  readonly devices: VirtualDevices;
  /** Items of a plan that were skipped, by reason. */
  skipped(plan: PlanId, reason: string): number;
}

/** What is not as a scenario expects it at the end, in words. */
export function finalProblems(facts: readonly FinalFact[], view: FinalView): string[] {
  const problems: string[] = [];
  for (const fact of facts) {
    const found = foundInstead(fact, view);
    if (found !== null) problems.push(`Expected ${JSON.stringify(fact)}: got ${found}`);
  }
  return problems;
}

/** What is there instead; null when the fact holds. */
function foundInstead(fact: FinalFact, view: FinalView): string | null {
  const { shadow } = view;
  switch (fact.kind) {
    case "live":
      return differs(shadow.files.has(view.actions.file(fact.file)), fact.is);
    case "inTrash":
      return differs(shadow.trashedFiles.has(view.actions.file(fact.file)), fact.is);
    case "entry": {
      const album = shadow.albums.get(identifier<AlbumId>(fact.album));
      return differs(album?.files.has(view.actions.file(fact.file)) === true, fact.is);
    }
    case "copies": {
      const hash = identifier<ContentHash>(fact.contentHash);
      return differs(shadow.filesByHash.get(hash)?.length ?? 0, fact.count);
    }
    case "entries": {
      const album = shadow.albums.get(identifier<AlbumId>(fact.album));
      return differs(album?.files.size ?? 0, fact.count);
    }
    case "onDevice":
      return differs(view.devices.has(fact.device, fact.asset), fact.is);
    case "plan": {
      const phase = shadow.plans.get(identifier<PlanId>(fact.plan))?.phase ?? "absent";
      return differs(phase === "discarded" ? "absent" : phase, fact.phase);
    }
    case "skipped": {
      const count = view.skipped(identifier<PlanId>(fact.plan), fact.reason);
      return count >= fact.countMin ? null : `${count}`;
    }
    case "answered": {
      const code = view.actions.answers.get(fact.operation);
      return code === fact.code ? null : `${code === undefined ? "no answer" : code}`;
    }
    case "caption": {
      const caption = shadow.files.get(view.actions.file(fact.file))?.metadata.caption;
      return differs(caption ?? "no file", fact.caption);
    }
  }
}

function differs(found: boolean | number | string, expected: unknown): string | null {
  return found === expected ? null : `${found}`;
}
