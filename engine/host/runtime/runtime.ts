import {
  type ActorId,
  type ActorTypes,
  type Envelope,
  identifier,
  type Note,
} from "@scenekeep/engine/core";
import { RecordedActors } from "../recording/recorded_actors.ts";
import type { Recorder } from "../recording/recorder.ts";
import { ActorHost } from "./actor_host.ts";
import { ClientDesk } from "./client_desk.ts";
import type { HostedActor } from "./hosted_actor.ts";
import type { Journal } from "./journal.ts";
import type {
  BusListener,
  BusOutput,
  CommandOptions,
  CommandOutcome,
  LibraryBus,
} from "./library_bus.ts";
import type { Ports } from "./ports.ts";
import type { RuntimeCounts } from "./runtime_counts.ts";
import type { StopReason } from "./runtime_error.ts";
import { DEFAULT_LIMITS, type RuntimeLimits } from "./runtime_limits.ts";

const CLIENT = identifier<ActorId>("client");
const RUNTIME = identifier<ActorId>("runtime");
const ANSWER_WAIT_MS = 30_000;
const DRAIN_MS = 5_000;

/** What a runtime runs, and on what. */
export interface RuntimeOptions<Types extends ActorTypes> {
  /** The library. Belongs to the runtime from now on and is closed with it. */
  readonly journal: Journal;
  readonly actors: readonly HostedActor<Types>[];
  readonly ports: Ports<Types>;
  /** @default {DEFAULT_LIMITS} */
  readonly limits?: Partial<RuntimeLimits>;
  /** Hears everything from the start; more can subscribe later. */
  readonly listener?: BusListener<Types["message"]>;
  /** Has what the actors are given written down. Belongs to the runtime, and ends with it. */
  readonly recorder?: Recorder;
}

/**
 * The real host of one library: runs its actors in this process, on its journal and on real ports.
 *
 * @example
 * ```ts ignore
 * const runtime = Runtime.start({
 *   journal: SqliteJournal.open({ path: "library.sqlite" }),
 *   actors: [hostActor({ id: LIBRARIAN, definition: librarian })],
 *   ports: { clock: SYSTEM_CLOCK, objects, compute },
 * });
 * const outcome = await runtime.request(LIBRARIAN, command, { commandId });
 * await runtime.close();
 * ```
 */
export class Runtime<Types extends ActorTypes> implements LibraryBus<Types["message"]> {
  /** Fulfilled once the runtime has ended, with the reason. Whoever starts one should await it. */
  readonly stopped: Promise<StopReason>;
  readonly #journal: Journal;
  readonly #ports: Ports<Types>;
  readonly #host: ActorHost<Types>;
  readonly #recorded: RecordedActors<Types> | null;
  readonly #desk: ClientDesk<Types["message"]>;
  readonly #listeners = new Set<BusListener<Types["message"]>>();
  readonly #resolveStopped: (reason: StopReason) => void;
  /** Called when nothing is left to do. */
  #onIdle: (() => void) | null = null;
  #closing: Promise<void> | null = null;
  #isStopped = false;

  private constructor(options: RuntimeOptions<Types>) {
    const { journal, ports } = options;
    const { promise, resolve } = Promise.withResolvers<StopReason>();
    this.stopped = promise;
    this.#resolveStopped = resolve;
    this.#journal = journal;
    this.#ports = ports;
    this.#desk = new ClientDesk(ports.clock);
    if (options.listener !== undefined) this.#listeners.add(options.listener);
    this.#recorded = options.recorder === undefined ? null : new RecordedActors(options.actors, {
      recorder: options.recorder,
      clock: ports.clock,
      library: journal.libraryId,
    });
    this.#host = new ActorHost({
      journal,
      actors: this.#recorded?.actors ?? options.actors,
      ports,
      limits: { ...DEFAULT_LIMITS, ...options.limits },
      audience: {
        settle: (command, outcome) => this.#desk.settle(command, outcome),
        leave: (envelope, received) => this.#leave(envelope, received),
        note: (actor, note) => this.#note(actor, note),
        failed: (error) => this.#stop({ kind: "failed", error }),
        rested: () => this.#rested(),
      },
    });
  }

  /**
   * Opens every actor and starts to run them.
   *
   * @throws {JournalError | RuntimeError} When an actor cannot be opened. The journal is closed
   * then.
   */
  static start<Types extends ActorTypes>(options: RuntimeOptions<Types>): Runtime<Types> {
    let runtime: Runtime<Types> | null = null;
    try {
      runtime = new Runtime(options);
      runtime.#open();
      return runtime;
    } catch (error) {
      if (runtime !== null) {
        runtime.#host.stop();
        runtime.#recorded?.end("failed");
      }
      options.journal.close();
      throw error;
    }
  }

  /** What has happened since the start. */
  get counts(): RuntimeCounts {
    return { ...this.#host.counts };
  }

  /** @throws {TypeError} When no such actor lives here. */
  request(
    to: ActorId,
    body: Types["message"],
    options: CommandOptions,
  ): Promise<CommandOutcome<Types["message"]>> {
    const { commandId, from = CLIENT, timeoutMs = ANSWER_WAIT_MS } = options;
    const taken = this.tell(to, body, { commandId, from });
    if (taken !== "accepted") return Promise.resolve({ kind: taken });
    return this.#desk.wait(commandId, timeoutMs);
  }

  /** @throws {TypeError} When no such actor lives here. */
  tell(
    to: ActorId,
    body: Types["message"],
    options: Omit<CommandOptions, "timeoutMs">,
  ): "accepted" | "busy" | "closed" {
    const { commandId, from = CLIENT } = options;
    if (this.#closing !== null || this.#isStopped) return "closed";
    const envelope: Envelope<Types["message"]> = {
      id: commandId,
      from,
      to,
      channel: "remote",
      inReplyTo: null,
      body,
    };
    return this.#host.offerCommand(envelope) === "full" ? "busy" : "accepted";
  }

  subscribe(listener: BusListener<Types["message"]>): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Takes no more commands and starts no more work; what is under way has `drainMs` to end. What
   * has not ended then is in the journal and goes on at the next start.
   */
  close(options: { readonly drainMs?: number } = {}): Promise<void> {
    this.#closing ??= this.#close(options.drainMs ?? DRAIN_MS);
    return this.#closing;
  }

  #open(): void {
    for (const warning of this.#journal.warnings) this.#warn("JOURNAL_DAMAGE", warning);
    const before = this.#journal.warnings.length;
    this.#host.open();
    for (const warning of this.#journal.warnings.slice(before)) {
      this.#warn("JOURNAL_DAMAGE", warning);
    }
  }

  async #close(drainMs: number): Promise<void> {
    if (this.#isStopped) return;
    this.#host.windDown();
    await this.#idle(drainMs);
    if (this.#isStopped) return;
    this.#stop({ kind: "closed" });
  }

  /** Fulfilled when nothing is under way any more, or after `waitMs`. */
  #idle(waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        cancel();
        this.#onIdle = null;
        resolve();
      };
      const cancel = this.#ports.clock.after(waitMs, done);
      this.#onIdle = () => {
        if (this.#host.isIdle) done();
      };
      this.#onIdle();
    });
  }

  #stop(reason: StopReason): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#host.stop();
    if (reason.kind === "closed") this.#host.saveSnapshots();
    this.#recorded?.end(reason.kind);
    this.#desk.close();
    this.#journal.close();
    this.#onIdle?.();
    this.#resolveStopped(reason);
  }

  #rested(): void {
    this.#recorded?.rested();
    this.#onIdle?.();
  }

  #leave(envelope: Envelope<Types["message"]>, received: () => void): void {
    const { inReplyTo, channel } = envelope;
    const reply = { kind: "reply", body: envelope.body } as const;
    if (inReplyTo !== null && this.#desk.settle(inReplyTo, reply)) return;
    // A local message does not leave the process: `Channels` has seen to it.
    if (channel === "local") return;
    this.#tell({
      kind: "message",
      envelope: { ...envelope, channel },
      received: () => {
        if (!this.#isStopped) received();
      },
    });
  }

  #note(actor: ActorId, note: Omit<Note, "kind">): void {
    const { level, code, detail } = note;
    this.#tell({ kind: "note", actor, note: { level, code, detail } });
  }

  #warn(code: string, detail: string): void {
    this.#note(RUNTIME, { level: "warning", code, detail });
  }

  #tell(output: BusOutput<Types["message"]>): void {
    for (const listener of this.#listeners) {
      try {
        listener(output);
      } catch (error) {
        // It broke its word; the others must not suffer for it.
        this.#listeners.delete(listener);
        this.#warn("LISTENER_FAILED", error instanceof Error ? error.message : String(error));
      }
    }
  }
}
