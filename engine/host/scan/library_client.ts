import {
  type ActorId,
  type CommitFailure,
  type EngineMessage,
  type EngineTypes,
  identifier,
  type MessageId,
} from "@scenekeep/engine/core";
import type { LibraryBus } from "../runtime/library_bus.ts";
import { ScanError } from "./scan_error.ts";

/** How long one answer may take: a plan over a large library takes seconds. */
const ANSWER_MS_MAX = 10 * 60_000;

/** How long scenes may take: every candidate pair of a large library is compared before. */
export const SCENES_MS_MAX: number = 7 * 24 * 60 * 60_000;

/** How long to wait before a command is sent again that found no room. */
const BUSY_PAUSE_MS = 20;

/** How a client calls itself, and what goes wrong. */
export interface LibraryClientOptions {
  /** Why the library was closed, where that is known. */
  readonly stopReason: () => Error | null;
  /** What it means that the disk does not take the journal; absent where that is a mistake. */
  readonly refusedError?: (reason: CommitFailure) => Error;
  /** Names the client's commands: for a library that is kept, another one in each life. */
  readonly name?: string;
}

/** Talks to the actors of one library, one command after the other. */
export class LibraryClient {
  readonly #bus: LibraryBus<EngineTypes["message"]>;
  readonly #stopReason: () => Error | null;
  readonly #refusedError: LibraryClientOptions["refusedError"];
  readonly #name: string;
  #sent = 0;

  constructor(bus: LibraryBus<EngineTypes["message"]>, options: LibraryClientOptions) {
    this.#bus = bus;
    this.#stopReason = options.stopReason;
    this.#refusedError = options.refusedError;
    this.#name = options.name ?? "scan";
  }

  /**
   * Sends a command and returns its answer, which must be of one of the kinds `wanted`.
   *
   * @throws {ScanError} `STOPPED` when the library was closed; `ENGINE` when it failed or answered
   * something else, which is a mistake of the program.
   */
  async ask<Kind extends EngineMessage["kind"]>(
    to: ActorId,
    body: EngineMessage,
    wanted: readonly Kind[],
    timeoutMs: number = ANSWER_MS_MAX,
  ): Promise<EngineMessage & { readonly kind: Kind }> {
    this.#sent += 1;
    const commandId = identifier<MessageId>(`${this.#name}/${this.#sent}`);
    for (;;) {
      // deno-lint-ignore no-await-in-loop -- sent again only when there was no room
      const outcome = await this.#bus.request(to, body, { commandId, timeoutMs });
      switch (outcome.kind) {
        case "reply":
          if (isOneOf(outcome.body, wanted)) return outcome.body;
          throw engineError(to, body, JSON.stringify(outcome.body).slice(0, 500));
        case "busy":
          // deno-lint-ignore no-await-in-loop -- the pause is the point
          await new Promise((resolve) => setTimeout(resolve, BUSY_PAUSE_MS));
          break;
        case "closed":
          throw this.#stopReason() ?? new ScanError("STOPPED", "The scan was stopped");
        case "refused":
          throw this.#refusedError?.(outcome.reason) ?? engineError(to, body, outcome.reason);
        default:
          throw engineError(to, body, outcome.kind);
      }
    }
  }

  /** Says something that has no answer, in the name of `from`. Waits until there is room for it. */
  async tell(to: ActorId, from: ActorId, body: EngineMessage): Promise<void> {
    this.#sent += 1;
    const commandId = identifier<MessageId>(`${this.#name}/${this.#sent}`);
    for (;;) {
      const outcome = this.#bus.tell(to, body, { commandId, from });
      if (outcome === "accepted") return;
      if (outcome === "closed") {
        throw this.#stopReason() ?? new ScanError("STOPPED", "The scan was stopped");
      }
      // deno-lint-ignore no-await-in-loop -- the pause is the point
      await new Promise((resolve) => setTimeout(resolve, BUSY_PAUSE_MS));
    }
  }
}

function isOneOf<Kind extends EngineMessage["kind"]>(
  body: EngineMessage,
  wanted: readonly Kind[],
): body is EngineMessage & { readonly kind: Kind } {
  return wanted.some((kind) => kind === body.kind);
}

function engineError(to: ActorId, body: EngineMessage, answer: string): ScanError {
  return new ScanError("ENGINE", `Cannot scan: "${to}" answered ${body.kind} with ${answer}`);
}
