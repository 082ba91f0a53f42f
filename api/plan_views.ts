import type { z } from "@hono/zod-openapi";
import type { ItemState, PlanItem, PlanRecord } from "@scenekeep/engine/core";
import type { OpenLibrary } from "@scenekeep/engine/host";
import { plain } from "./route_parts.ts";
import type {
  CheckSchema,
  ItemPageSchema,
  ItemQuerySchema,
  ItemStateSchema,
  PlanSummarySchema,
} from "./schemas/plan.ts";

/** Problems of a certificate that are shown, at most. */
const PROBLEMS_SHOWN_MAX = 100;

type ItemPage = z.infer<typeof ItemPageSchema>;

/** A plan in numbers. Linear in its items. */
export function summaryOf(
  library: OpenLibrary,
  record: PlanRecord,
): z.infer<typeof PlanSummarySchema> {
  const { plan, phase } = record;
  const { certificate } = plan;
  const items = { total: 0, waiting: 0, toCarryOut: 0, applied: 0, skipped: 0, undone: 0 };
  for (const item of record.items) {
    items.total += 1;
    items[stateOf(item)] += 1;
  }
  return {
    id: plan.id,
    cleanup: plan.cleanup,
    phase,
    scope: { ...plan.scope },
    scenes: plan.scenes.length,
    items,
    bytes: {
      toTrash: certificate.bytesToTrash,
      usageBefore: certificate.usageBeforeBytes,
      usageAfterApply: certificate.usageAfterApplyBytes,
      usageAfterPurge: certificate.usageAfterPurgeBytes,
    },
    keptInstead: plan.keptInstead.length,
    check: checkOf(library, record),
  };
}

function checkOf(library: OpenLibrary, { plan }: PlanRecord): z.infer<typeof CheckSchema> {
  const problems = library.checkOf(plan.id);
  if (problems === null) return { result: "notChecked", problems: [] };
  return {
    result: problems.length === 0 ? "passed" : "failed",
    problems: plain(problems.slice(0, PROBLEMS_SHOWN_MAX)),
  };
}

/** A page of items from index `after`. Linear in the items that it passes. */
export function itemPageOf(
  record: PlanRecord,
  page: z.infer<typeof ItemQuerySchema>,
): ItemPage {
  const items: ItemPage["items"] = [];
  for (let index = page.after; index < record.items.length; index += 1) {
    const [item, state] = [record.plan.items[index], record.items[index]];
    if (item === undefined || state === undefined) break;
    if (page.state !== undefined && stateOf(state) !== page.state) continue;
    if (items.length === page.limit) return { items, next: index };
    items.push(itemView(item, state));
  }
  return { items, next: null };
}

function stateOf(item: ItemState): z.infer<typeof ItemStateSchema> {
  return item.kind === "applied" && !item.carriedOut ? "toCarryOut" : item.kind;
}

function itemView(item: PlanItem, state: ItemState): ItemPage["items"][number] {
  const changes = state.kind === "applied" ? state.changes : null;
  return {
    index: item.index,
    state: stateOf(state),
    scene: item.scene,
    action: item.action,
    file: item.file,
    fromAlbum: item.fromAlbum,
    keeper: item.keeper,
    distance: item.distance,
    bytesToTrash: item.bytesToTrash,
    why: item.why,
    lost: [...item.lost],
    companions: [...item.companions],
    added: plain(changes?.added ?? []),
    removed: plain(changes?.removed ?? []),
    changedFile: changes?.merged?.file ?? null,
    reason: state.kind === "skipped" ? state.reason : null,
    stays: state.kind === "undone" ? [...state.stays] : [],
  };
}
