import {
  type ActorId,
  type ActorTypes,
  type Envelope,
  identifier,
  invariant,
  type MessageId,
} from "@scenekeep/engine/core";
import { type FaultKind, notice, touchedBy } from "./faults/fault_plan.ts";
import type { WorldKernel } from "./kernel.ts";
import type { ClientCommand } from "./operation.ts";

/** A command of a client until it is answered. */
export interface ClientRequest<Types extends ActorTypes> {
  readonly kind: "request";
  readonly envelope: Envelope<Types["message"]>;
  attempts: number;
  state: "open" | "answered" | "givenUp";
  touched: readonly FaultKind[] | null;
}

/** An answer or message on its way to a client. */
export interface ClientArrival<Types extends ActorTypes> {
  readonly kind: "clientArrival";
  readonly envelope: Envelope<Types["message"]>;
  readonly touched: readonly FaultKind[] | null;
}

/**
 * The clients of a world: outside of every process, they never crash, and ask again under the same
 * message id until they are answered.
 */
export class Clients<Types extends ActorTypes> {
  /** How many commands are open. */
  openCount = 0;
  readonly #kernel: WorldKernel<Types>;
  readonly #requests = new Map<MessageId, ClientRequest<Types>>();

  constructor(kernel: WorldKernel<Types>) {
    this.#kernel = kernel;
  }

  /** The commands that wait for an answer. */
  open(): ClientRequest<Types>[] {
    return [...this.#requests.values()].filter((request) => request.state === "open");
  }

  /** Sends a command for the first time. */
  start(command: ClientCommand<Types>): void {
    const id = identifier<MessageId>(command.id);
    invariant(!this.#requests.has(id), "OPERATION_TWICE", `Operation "${id}" exists already`);
    this.#kernel.actor(command.to);
    const request: ClientRequest<Types> = {
      kind: "request",
      envelope: {
        id,
        from: command.from,
        to: command.to,
        channel: "remote",
        inReplyTo: null,
        body: command.body,
      },
      attempts: 0,
      state: "open",
      touched: null,
    };
    this.#requests.set(id, request);
    this.openCount += 1;
    this.attempt(request);
  }

  /** Sends an open command, the first time or again. */
  attempt(request: ClientRequest<Types>): void {
    if (request.state !== "open") return;
    const { timing } = this.#kernel.options;
    const { attempts, envelope, touched } = request;
    if (timing.clientAttemptsMax > 0 && attempts >= timing.clientAttemptsMax) {
      request.state = "givenUp";
      this.openCount -= 1;
      const observation = { kind: "givenUp", client: envelope.from, request: envelope.id } as const;
      const detail = { request: envelope.id };
      return this.#kernel.observe(observation, { what: "givenUp", who: envelope.from, detail });
    }
    request.attempts += 1;
    request.touched = null;
    const occurrence = attempts * 2;
    this.#kernel.counts.messagesSent += 1;
    this.#kernel.channels.sendRemote({ envelope, occurrence, touched, flight: null });
    const waitMs = timing.clientRetryFirstMs * (1 << Math.min(attempts, 20));
    this.#kernel.scheduler.add(request, Math.min(waitMs, timing.clientRetryLastMs));
  }

  /** Puts an envelope on its way to a client. */
  expect(
    envelope: Envelope<Types["message"]>,
    touched: readonly FaultKind[] | null,
    delayMs: number,
  ): void {
    this.#kernel.scheduler.add({ kind: "clientArrival", envelope, touched }, delayMs);
  }

  /** Hands an envelope to its client. */
  arrive(arrival: ClientArrival<Types>): void {
    const { envelope } = arrival;
    notice(arrival.touched);
    const request = envelope.inReplyTo === null
      ? undefined
      : this.#requests.get(envelope.inReplyTo);
    if (request === undefined || request.state !== "open") {
      this.#kernel.board.observe({ kind: "received", client: envelope.to, envelope });
      return;
    }
    request.state = "answered";
    this.openCount -= 1;
    notice(request.touched);
    this.#kernel.observe({
      kind: "acknowledged",
      client: envelope.to,
      request: request.envelope.id,
      body: request.envelope.body,
      reply: envelope,
    }, {
      what: "acknowledged",
      who: envelope.to,
      detail: { reply: envelope.id, request: request.envelope.id },
    });
  }

  /** Has the next attempt of a lost command carry the fault that lost it. */
  touch(envelope: Envelope<Types["message"]>, fault: FaultKind): void {
    const request = this.#requests.get(envelope.inReplyTo ?? envelope.id);
    if (request !== undefined) request.touched = touchedBy(request.touched, fault);
  }

  /** True when the client got an answer to this command. */
  isAnswered(id: string): boolean {
    return this.#requests.get(id as MessageId)?.state === "answered";
  }

  /** True when this name belongs to a client that has sent something. */
  knows(client: ActorId): boolean {
    for (const { envelope } of this.#requests.values()) if (envelope.from === client) return true;
    return false;
  }
}
