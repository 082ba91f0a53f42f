import {
  type EngineMessage,
  type EngineTypes,
  LIBRARIAN,
  type LibraryState,
} from "@scenekeep/engine/core";
import type { Observation } from "../world/observation.ts";
import { Unordered } from "../world/picture_text.ts";
import { type LibrarianTurn, PromiseChecker, type Watched } from "./promise_checker.ts";
import type { PromiseId } from "./promise_id.ts";
import type { ShadowLibrary } from "./shadow_library.ts";
import { compareState } from "./state_comparison.ts";

/** Something that a client was told is so. */
interface Acknowledged {
  readonly request: string;
  readonly what: string;
  /** True while the effect is there, by the checkers' own model and by the librarian's state. */
  readonly inShadow: (shadow: ShadowLibrary) => boolean;
  readonly inState: (state: LibraryState) => boolean;
}

/**
 * INV-LOSS-2: what was acknowledged is there after any crash.
 *
 * Keeps what clients were told since the librarian last came to life. When it comes back, each of
 * these effects must be in its state unless a later event took it away, and the whole state must be
 * the one that its committed events make.
 */
export class AcknowledgementChecker extends PromiseChecker {
  readonly promise: PromiseId = "INV-LOSS-2";
  #ledger: Acknowledged[] = [];
  /** The state that was last compared, or gone on with by every turn since. */
  #followed: LibraryState | null = null;

  override observe(observation: Observation<EngineTypes>, _watched: Watched): void {
    if (observation.kind !== "acknowledged") return;
    const noted = acknowledgedEffect(observation.body, observation.reply.body);
    if (noted !== null) this.#ledger.push({ request: observation.request, ...noted });
  }

  override afterTurn(turn: LibrarianTurn): void {
    const isRestart = turn.observation.incoming === null && turn.observation.life > 1;
    if (isRestart && turn.observation.actor === LIBRARIAN) {
      // A life that goes on with the very state of the last one, as after a snapshot at the last
      // commit, has nothing that was read back; `recompute` compares that state now and then.
      if (turn.state === this.#followed) this.#checkLedger(turn);
      else this.#checkAll(turn);
    }
    this.#followed = turn.state;
  }

  override settle(watched: Watched): void {
    this.#checkAll(watched);
  }

  override recompute({ shadow, state }: Watched): void {
    const differences = compareState(shadow, state);
    this.expect(differences.length === 0, "state", () => differences.join("; "));
  }

  override remembers(): unknown {
    return new Unordered(this.#ledger.map(({ request, what }) => [request, what]));
  }

  #checkAll(watched: Watched): void {
    this.#checkLedger(watched);
    this.recompute(watched);
  }

  #checkLedger({ shadow, state }: Watched): void {
    for (const { inShadow, inState, request, what } of this.#ledger) {
      this.expect(
        !inShadow(shadow) || inState(state),
        request,
        () => `${request} was acknowledged and is lost: ${what}`,
      );
    }
    this.#ledger = [];
  }
}

/** The lasting effect of a command, given its answer; null when there is none to look for. */
function acknowledgedEffect(
  command: EngineMessage,
  reply: EngineMessage,
): Omit<Acknowledged, "request"> | null {
  if (reply.kind === "uploadCommitted") {
    const { file, version } = reply;
    return {
      what: `file ${file} in version ${version}`,
      inShadow: (shadow) => (shadow.files.get(file)?.version ?? 0) >= version,
      inState: (state) => (state.files.get(file)?.version ?? 0) >= version,
    };
  }
  if (reply.kind === "planReady") {
    const { id } = reply.plan;
    return {
      what: `plan ${id}`,
      inShadow: (shadow) => (shadow.plans.get(id)?.phase ?? "discarded") !== "discarded",
      inState: (state) => state.plans.has(id),
    };
  }
  if (reply.kind === "receipts") {
    const ids = reply.given.map((receipt) => receipt.id);
    if (ids.length === 0) return null;
    return {
      what: `receipts ${ids.join(", ")}`,
      inShadow: (shadow) => ids.every((id) => shadow.openReceipts.has(id)),
      inState: (state) => ids.every((id) => state.receipts.has(id)),
    };
  }
  return reply.kind === "accepted" ? acceptedEffect(command) : null;
}

function acceptedEffect(command: EngineMessage): Omit<Acknowledged, "request"> | null {
  switch (command.kind) {
    case "makeAlbum": {
      const { album } = command;
      return {
        what: `album ${album}`,
        inShadow: (shadow) => shadow.albums.has(album),
        inState: (state) => state.albums.has(album),
      };
    }
    case "addEntry": {
      const { album, file } = command;
      return {
        what: `entry ${album}/${file}`,
        inShadow: (shadow) => shadow.albums.get(album)?.files.has(file) === true,
        inState: (state) => state.albums.get(album)?.entries.has(file) === true,
      };
    }
    case "trashFiles": {
      const { files } = command;
      return {
        what: `${files.length} files in the trash`,
        inShadow: (shadow) => files.every((file) => shadow.trashedFiles.has(file)),
        inState: (state) => files.every((file) => state.trashedFiles.has(file)),
      };
    }
    case "changeMetadata": {
      const { file, change } = command;
      const { caption } = change;
      if (caption === undefined) return null;
      return {
        what: `caption of ${file}`,
        inShadow: (shadow) => shadow.files.get(file)?.metadata.caption === caption,
        inState: (state) => state.files.get(file)?.metadata.caption === caption,
      };
    }
    case "confirmPlan": {
      const { plan } = command;
      return {
        what: `confirmation of plan ${plan}`,
        inShadow: (shadow) => isConfirmed(shadow.plans.get(plan)?.phase),
        inState: (state) => isConfirmed(state.plans.get(plan)?.phase),
      };
    }
    case "setLimit": {
      const { limitBytes } = command;
      return {
        what: `limit of ${limitBytes} bytes`,
        inShadow: (shadow) => shadow.limitBytes === limitBytes,
        inState: (state) => state.usage.limitBytes === limitBytes,
      };
    }
    default:
      return null;
  }
}

function isConfirmed(phase: string | undefined): boolean {
  return phase !== undefined && phase !== "proposed" && phase !== "discarded";
}
