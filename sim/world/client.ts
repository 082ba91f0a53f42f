import {
  type ActorTypes,
  type Envelope,
  identifier,
  invariant,
  type MessageId,
} from "@scenekeep/engine/core";
import { type FaultKind, notice, touchedBy } from "./faults/fault_plan.ts";
import type { WorldKernel } from "./kernel.ts";
import type { ClientCommand } from "./operation.ts";
import { Unordered } from "./picture_text.ts";

/** A command of a client until it is answered. */
export interface ClientRequest<Types extends ActorTypes> {
  readonly kind: "request";
  readonly envelope: Envelope<Types["message"]>;
  attempts: number;
  /** False once it was answered or given up. */
  isOpen: boolean;
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
  readonly #kernel: WorldKernel<Types>;
  readonly #open = new Map<MessageId, ClientRequest<Types>>();
  /** Commands that ended: true when they were answered. */
  readonly #ended = new Map<MessageId, boolean>();

  constructor(kernel: WorldKernel<Types>) {
    this.#kernel = kernel;
  }

  /** The commands that wait for an answer. */
  open(): ClientRequest<Types>[] {
    return [...this.#open.values()];
  }

  /** What waits for an answer, and how the rest ended, for those who watch. */
  picture(): unknown {
    const open = [...this.#open.values()].map(({ envelope, attempts }) => [envelope, attempts]);
    return [new Unordered(open), new Unordered([...this.#ended])];
  }

  /** Sends a command for the first time. */
  start(command: ClientCommand<Types>): void {
    const id = identifier<MessageId>(command.id);
    const isTaken = this.#open.has(id) || this.#ended.has(id);
    invariant(!isTaken, "OPERATION_TWICE", `Operation "${id}" exists already`);
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
      isOpen: true,
      touched: null,
    };
    this.#open.set(id, request);
    this.attempt(request);
  }

  /** Sends an open command, the first time or again. */
  attempt(request: ClientRequest<Types>): void {
    if (!request.isOpen) return;
    const { timing } = this.#kernel.options;
    const { attempts, envelope, touched } = request;
    if (timing.clientAttemptsMax > 0 && attempts >= timing.clientAttemptsMax) {
      this.#end(envelope.id, false);
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
    const request = envelope.inReplyTo === null ? undefined : this.#open.get(envelope.inReplyTo);
    if (request === undefined) {
      this.#kernel.board.observe({ kind: "received", client: envelope.to, envelope });
      return;
    }
    this.#end(request.envelope.id, true);
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
    const request = this.#open.get(envelope.inReplyTo ?? envelope.id);
    if (request !== undefined) request.touched = touchedBy(request.touched, fault);
  }

  /** True when the client got an answer to this command. */
  isAnswered(id: string): boolean {
    return this.#ended.get(id as MessageId) === true;
  }

  #end(id: MessageId, isAnswered: boolean): void {
    this.#open.get(id)!.isOpen = false;
    this.#open.delete(id);
    this.#ended.set(id, isAnswered);
  }
}
