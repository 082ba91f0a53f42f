import { crypto } from "@std/crypto";
import { type ActorId, type EngineMessage, identifier } from "@scenekeep/engine/core";
import type { CommandOutcome, OpenLibrary } from "@scenekeep/engine/host";
import type { Context } from "hono";
import type { ApiEnvironment } from "./api_context.ts";
import { ApiProblem, type ProblemExtras } from "./problem.ts";

/** Scenes and files that a problem names, at most: the rest would say no more. */
const NAMED_IN_PROBLEM_MAX = 100;

/**
 * One request as a command of the library: its idempotency key names it, so that whatever is sent
 * again under the same key is done once and answered alike.
 */
export class ClientCommand {
  readonly #library: OpenLibrary;
  readonly #key: string;
  #parts = 0;

  private constructor(library: OpenLibrary, key: string) {
    this.#library = library;
    this.#key = key;
  }

  /**
   * Takes the key of a request, or makes one up.
   *
   * @throws {ApiProblem} `IDEMPOTENCY_KEY_REUSED` when another request had the same key.
   */
  static async of(c: Context<ApiEnvironment>, library: OpenLibrary): Promise<ClientCommand> {
    const key = c.req.header("idempotency-key");
    if (key === undefined) return new ClientCommand(library, globalThis.crypto.randomUUID());
    const asked = `${c.req.method} ${c.req.path}\n${await c.req.text()}`;
    const claim = { fingerprint: sha256(asked), wallMs: Date.now() };
    if (!library.service.claimCommand(key, claim)) {
      throw new ApiProblem("IDEMPOTENCY_KEY_REUSED", `Choose a new key: "${key}" has been used`);
    }
    return new ClientCommand(library, key);
  }

  /** A name for what the request makes, the same each time it is sent. */
  nameFor(what: string): string {
    return `${what}-${sha256(this.#key).slice(0, 32)}`;
  }

  /**
   * Sends the next part of the request; the answer must be of kind `wanted`.
   *
   * @throws {ApiProblem} When it was refused, or not answered.
   */
  async ask<Kind extends EngineMessage["kind"]>(
    body: EngineMessage,
    wanted: Kind,
    to?: ActorId,
  ): Promise<EngineMessage & { readonly kind: Kind }> {
    const suffix = this.#parts === 0 ? "" : `/${this.#parts}`;
    this.#parts += 1;
    return await ask(this.#library, { body, wanted, to, name: `${this.#key}${suffix}` });
  }
}

/**
 * The engine does not change folders yet, so whatever would has to be refused before it is
 * recorded.
 *
 * @throws {ApiProblem} `WRONG_LIBRARY_KIND`.
 */
export function refuseFolder({ description }: OpenLibrary): void {
  if (description.kind !== "folder") return;
  throw new ApiProblem(
    "WRONG_LIBRARY_KIND",
    "A folder is only looked at: nothing in it is changed",
  );
}

/** Asks something that changes nothing. */
export function query<Kind extends EngineMessage["kind"]>(
  library: OpenLibrary,
  body: EngineMessage,
  wanted: Kind,
  to?: ActorId,
): Promise<EngineMessage & { readonly kind: Kind }> {
  return ask(library, { body, wanted, to, name: globalThis.crypto.randomUUID() });
}

async function ask<Kind extends EngineMessage["kind"]>(
  library: OpenLibrary,
  asked: {
    readonly body: EngineMessage;
    readonly wanted: Kind;
    readonly to: ActorId | undefined;
    readonly name: string;
  },
): Promise<EngineMessage & { readonly kind: Kind }> {
  const { body, wanted, to, name } = asked;
  const outcome = await library.request(body, {
    commandId: identifier(`client/${name}`),
    ...(to === undefined ? {} : { to }),
  });
  const reply = replyOf(outcome);
  if (reply.kind === wanted) return reply as EngineMessage & { readonly kind: Kind };
  // Only an answer that was kept for another request can be of another kind.
  throw new ApiProblem("IDEMPOTENCY_KEY_REUSED", `The key was answered with "${reply.kind}"`);
}

function replyOf(outcome: CommandOutcome<EngineMessage>): EngineMessage {
  switch (outcome.kind) {
    case "reply":
      return accepted(outcome.body);
    case "refused":
      if (outcome.reason === "diskFull") {
        throw new ApiProblem("DISK_FULL", "Free some space on the disk of the library");
      }
      throw new ApiProblem("BUSY", `The journal did not take it: ${outcome.reason}`);
    case "busy":
      throw new ApiProblem("BUSY", "Send it again a little later");
    case "crashed":
      throw new ApiProblem("ACTOR_CRASHED", "The log of the server says more");
    case "timeout":
      throw new ApiProblem("NOT_ANSWERED", "Send it again with the same Idempotency-Key");
    case "closed":
      throw new ApiProblem("STOPPING", "Send it again with the same Idempotency-Key");
  }
}

/** The answer, unless it is a refusal: the one place where those become problems. */
function accepted(reply: EngineMessage): EngineMessage {
  if (reply.kind === "reviewRefused") throw new ApiProblem(reply.code, reply.detail);
  if (reply.kind !== "refused") return reply;
  const { code, detail, refusal } = reply;
  const extras: ProblemExtras = refusal === null ? {} : {
    refusal: {
      code: refusal.code,
      scenes: refusal.scenes.slice(0, NAMED_IN_PROBLEM_MAX),
      keptInstead: refusal.keptInstead.slice(0, NAMED_IN_PROBLEM_MAX).map(
        ({ file, reason, album }) => ({ file, reason, album }),
      ),
    },
  };
  throw new ApiProblem(code, detail === "" ? code : detail, extras);
}

function sha256(text: string): string {
  const digest = crypto.subtle.digestSync("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(digest).toHex();
}
