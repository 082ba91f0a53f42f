import type { TurnContext } from "../protocol/actor.ts";
import type { Compute } from "../protocol/effect.ts";
import {
  type ActorId,
  identifier,
  type MessageId,
  type RequestKey,
  type TimerKey,
} from "../protocol/ids.ts";
import type { Envelope, PortError } from "../protocol/incoming.ts";
import { invariant } from "../protocol/invariant.ts";
import type { ContentHash, FileId, OwnerId } from "../library/ids.ts";
import { GROUPING, LIBRARIAN } from "../messages/addresses.ts";
import type {
  ContentDigests,
  EngineEffect,
  EngineIncoming,
  EngineJob,
  EngineMessage,
  EngineResult,
  LookedPair,
  PictureTraces,
} from "../messages/engine_types.ts";
import type { GroupingCommand, GroupingReply } from "../messages/grouping_messages.ts";
import type { FileChange, LibrarianReport } from "../messages/librarian_messages.ts";
import { groupingActor } from "./grouping_actor.ts";
import type { FileNode, GroupingActorState } from "./grouping_actor_state.ts";
import type { GroupingModel } from "./grouping_state.ts";

/** The owner of the world's library. */
export const OWNER: OwnerId = identifier("ann");

/** A model of two dimensions, so that distances can be read off. */
export const MODEL: GroupingModel = {
  id: identifier("m"),
  dimensions: 2,
  thresholds: { close: 1_000_000, similar: 25_000_000, related: 400_000_000 },
};

const CLIENT: ActorId = identifier("client");
const QUIET_STEPS_MAX = 20_000;

type Notice = { readonly file: FileId } | { readonly pair: readonly [ContentHash, ContentHash] };

/** A unit vector, `angle` in units of 1/32767 of the length: the distance grows with the angle. */
export function vectorAt(angle: number): Int16Array {
  const turned = angle / 32_767;
  return Int16Array.of(Math.round(32_767 * Math.sqrt(1 - turned * turned)), Math.round(angle));
}

/** What comparing the pictures of these crowds comes to: some fit, some do not, of most nothing. */
export function lookedPairs(crowds: readonly (readonly ContentHash[])[]): LookedPair[] {
  const pairs: LookedPair[] = [];
  for (const crowd of crowds) {
    for (const [place, first] of crowd.entries()) {
      for (const second of crowd.slice(place + 1)) {
        const verdict = (first.charCodeAt(1) * 7 + second.charCodeAt(1) * 3) % 5;
        if (verdict > 1) continue;
        const distance = verdict === 0 ? 20_000_000 : 500_000_000;
        const spots = verdict === 0 ? 30 : 2;
        pairs.push({ first, second, distance, spots, isMirrored: false, view: "whole" });
      }
    }
  }
  return pairs;
}

/** What the librarian tells of files, and the vectors that are recorded. */
export class ModelLibrary {
  readonly files: Map<FileId, FileNode> = new Map();
  readonly embedded: Set<ContentHash> = new Set();
  readonly vectors: Map<ContentHash, Int16Array> = new Map();
  readonly pairs: (readonly [ContentHash, ContentHash])[] = [];
  /** How pairs of pictures compare. */
  looked: typeof lookedPairs = lookedPairs;
  /** What the port finds on pictures, and what of it was told. */
  traces: readonly PictureTraces[] = [];
  readonly tracesTold: PictureTraces[] = [];
  /** Contents that hold the picture of another one. */
  digests: readonly ContentDigests[] = [];
  #notices: Notice[] = [];
  #base = 0;

  /** Adds or moves a file. */
  put(name: string, node: { hash: string; side?: FileNode["side"] }): FileId {
    const file = identifier<FileId>(name);
    const contentHash = identifier<ContentHash>(node.hash);
    this.files.set(file, { owner: OWNER, side: node.side ?? "visible", contentHash });
    this.#notices.push({ file });
    return file;
  }

  /** Takes a file away. */
  drop(file: FileId): void {
    this.files.delete(file);
    this.#notices.push({ file });
  }

  /** Records a vector for a content, or only claims to. */
  embed(hash: string, vector: Int16Array | null): void {
    const contentHash = identifier<ContentHash>(hash);
    this.embedded.add(contentHash);
    if (vector !== null && !this.vectors.has(contentHash)) this.vectors.set(contentHash, vector);
    this.#tell(contentHash);
  }

  /** A content is to be embedded anew. */
  unembed(hash: string): void {
    const contentHash = identifier<ContentHash>(hash);
    if (this.embedded.delete(contentHash)) this.#tell(contentHash);
  }

  /** Marks two contents as not duplicates. */
  mark(left: string, right: string): void {
    const pair = [identifier<ContentHash>(left), identifier<ContentHash>(right)] as const;
    this.pairs.push(pair);
    this.#notices.push({ pair });
  }

  /** The librarian restarts and forgets what it had told. */
  restart(): void {
    this.#base += this.#notices.length + 1;
    this.#notices = [
      ...this.pairs.map((pair) => ({ pair })),
      ...[...this.files.keys()].map((file) => ({ file })),
    ];
  }

  /** Takes a message of grouping; the answer, if it is one that is answered. */
  receive(body: LibrarianReport): EngineMessage | null {
    if (body.kind === "embeddingsLost") {
      for (const contentHash of body.contentHashes) {
        if (!this.embedded.delete(contentHash)) continue;
        this.#tell(contentHash);
      }
      return null;
    }
    if (body.kind === "tracesFound") {
      this.tracesTold.push(...body.traces);
      return null;
    }
    invariant(body.kind === "pullChanges", "GROUPING_MESSAGE", body.kind);
    const end = this.#base + this.#notices.length;
    const reset = body.cursor < this.#base || body.cursor > end;
    const from = reset ? this.#base : body.cursor;
    // Few at a time, so that a run takes several answers.
    const next = Math.min(end, from + Math.min(body.limit, 3));
    const told = this.#notices.slice(from - this.#base, next - this.#base);
    return {
      kind: "changes",
      from: body.cursor,
      reset,
      next,
      more: next < end,
      files: told.flatMap((notice) => "file" in notice ? [this.#change(notice.file)] : []),
      notDuplicates: told.flatMap((notice) => "pair" in notice ? [notice.pair] : []),
    };
  }

  #tell(contentHash: ContentHash): void {
    for (const [file, node] of this.files) {
      if (node.contentHash === contentHash) this.#notices.push({ file });
    }
  }

  #change(file: FileId): FileChange {
    const node = this.files.get(file);
    if (node === undefined) return { file, node: null };
    return { file, node: { ...node, embedded: this.embedded.has(node.contentHash) } };
  }
}

/** One grouping actor, a model library, and a network that loses, doubles and reorders. */
export class GroupingWorld {
  readonly library: ModelLibrary = new ModelLibrary();
  readonly messages: Envelope<EngineMessage>[] = [];
  readonly requests: Compute<EngineJob>[] = [];
  readonly timers: Map<TimerKey, number> = new Map();
  readonly #replies = new Map<MessageId, GroupingReply[]>();
  readonly #definition: ReturnType<typeof groupingActor>;
  #state: GroupingActorState;
  #incarnation = 0;
  #turn = 0;
  #nowMs = 0;
  #sent = 0;
  #looks = 0;

  /** @param options `looksAgain`: whether pictures are compared, see {@linkcode lookedPairs}. */
  constructor({ looksAgain = false }: { readonly looksAgain?: boolean } = {}) {
    this.#definition = groupingActor({ model: MODEL, looksAgain });
    this.#state = this.#definition.initial();
    this.restart();
  }

  /** The actor's state, for reading. */
  get state(): GroupingActorState {
    return this.#state;
  }

  /** Milliseconds since the world began. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** Sends a command; the list fills with its answers. */
  ask(body: GroupingCommand): GroupingReply[] {
    this.#sent += 1;
    const id = identifier<MessageId>(`client/${this.#sent}`);
    const replies: GroupingReply[] = [];
    this.#replies.set(id, replies);
    this.#post({ id, from: CLIENT, to: GROUPING, body, inReplyTo: null });
    return replies;
  }

  /** Ends the actor's life and begins the next. */
  restart(): void {
    this.#incarnation += 1;
    this.#turn = 0;
    this.requests.length = 0;
    this.timers.clear();
    this.#state = this.#definition.initial();
    this.#carryOut(this.#definition.restored(this.#state, this.#context()));
  }

  /** Keeps of the state only what JSON carries. */
  recode(): void {
    const snapshot = JSON.parse(JSON.stringify(this.#definition.encode(this.#state)));
    this.#state = this.#definition.decode(snapshot);
  }

  /** Delivers the message at `index`; with `keep` it will come again. */
  deliver(index: number, options: { keep: boolean }): void {
    const at = index % Math.max(1, this.messages.length);
    const envelope = this.messages[at];
    if (envelope === undefined) return;
    if (!options.keep) this.messages.splice(at, 1);
    if (envelope.to === GROUPING) return this.#give({ kind: "message", envelope });
    if (envelope.to === CLIENT) {
      const { body, inReplyTo } = envelope;
      if (inReplyTo !== null) this.#replies.get(inReplyTo)?.push(body as GroupingReply);
      return;
    }
    const answer = this.library.receive(envelope.body as LibrarianReport);
    if (answer === null) return;
    this.#sent += 1;
    const id = identifier<MessageId>(`librarian/${this.#sent}`);
    this.#post({ id, from: LIBRARIAN, to: GROUPING, body: answer, inReplyTo: null });
  }

  /** Ends the load at `index`: with an error, with too few vectors, or as it should. */
  complete(index: number, end: PortError | "short" | null): void {
    const request = this.requests[index % Math.max(1, this.requests.length)];
    if (request === undefined) return;
    this.requests.splice(index % this.requests.length, 1);
    const { job, key } = request;
    if (end !== null && end !== "short") {
      return this.#give({ kind: "completed", key, outcome: { kind: "failed", error: end } });
    }
    if (job.kind === "lookAgain") return this.#completeLook(key, job.crowds, end);
    invariant(job.kind === "loadVectors", "GROUPING_JOB", job.kind);
    const vectors = job.contentHashes.map((hash) => this.library.vectors.get(hash) ?? null);
    const told = end === "short" ? vectors.slice(1) : vectors;
    const outcome = { kind: "done", result: { kind: "vectors", vectors: told } } as const;
    this.#give({ kind: "completed", key, outcome });
  }

  /** Every second answer only says that it goes on; one that falls short is of another kind. */
  #completeLook(
    key: RequestKey,
    crowds: readonly (readonly ContentHash[])[],
    end: "short" | null,
  ): void {
    this.#looks += 1;
    const isPart = this.#looks % 2 === 1;
    const result: EngineResult = end === "short"
      ? { kind: "vectorsErased" }
      : isPart
      ? { kind: "lookingAgain" }
      : {
        kind: "lookedAgain",
        pairs: this.library.looked(crowds),
        traces: this.library.traces,
        digests: this.library.digests,
      };
    this.#give({ kind: "completed", key, outcome: { kind: "done", result } });
  }

  /** Fires a timer, due or not. */
  fire(key: TimerKey | undefined): void {
    const dueMs = key === undefined ? undefined : this.timers.get(key);
    if (key === undefined || dueMs === undefined) return;
    this.#nowMs = Math.max(this.#nowMs, dueMs);
    this.timers.delete(key);
    this.#give({ kind: "timer", key });
  }

  /** Lets everything arrive and succeed until nothing but the debounce is left. */
  settle(): void {
    for (let step = 0; step < QUIET_STEPS_MAX; step += 1) {
      if (this.messages.length > 0) this.deliver(0, { keep: false });
      else if (this.requests.length > 0) this.complete(0, null);
      else if (this.#state.phase === "idle") return;
      else this.fireNext();
    }
    invariant(false, "GROUPING_STUCK", this.#state.phase);
  }

  /** Fires the timer that is due first. */
  fireNext(): void {
    let next: TimerKey | undefined;
    for (const [key, atMs] of this.timers) {
      if (next === undefined || atMs < (this.timers.get(next) ?? 0)) next = key;
    }
    this.fire(next);
  }

  #give(incoming: EngineIncoming): void {
    this.#turn += 1;
    this.#carryOut(this.#definition.receive(this.#state, incoming, this.#context()));
    for (const rule of this.#definition.invariants) {
      const problem = rule.check(this.#state);
      invariant(problem === null, rule.id, problem ?? "");
    }
  }

  #carryOut(effects: readonly EngineEffect[]): void {
    for (const effect of effects) {
      switch (effect.kind) {
        case "send":
        case "reply": {
          this.#sent += 1;
          this.#post({
            id: identifier(`grouping/${this.#sent}`),
            from: GROUPING,
            to: effect.to,
            body: effect.body,
            inReplyTo: effect.kind === "reply" ? effect.inReplyTo : null,
          });
          break;
        }
        case "setTimer":
          this.timers.set(effect.key, this.#nowMs + effect.afterMs);
          break;
        case "cancelTimer":
          this.timers.delete(effect.key);
          break;
        case "compute":
          this.requests.push(effect);
          break;
        case "note":
          break;
        default:
          invariant(false, "GROUPING_EFFECT", effect.kind);
      }
    }
  }

  #post(envelope: Omit<Envelope<EngineMessage>, "channel">): void {
    this.messages.push({ ...envelope, channel: "remote" });
  }

  #context(): TurnContext {
    return {
      self: GROUPING,
      incarnation: this.#incarnation,
      turn: this.#turn,
      wallMs: 1_700_000_000_000 + this.#nowMs,
      monotonicMs: this.#nowMs,
      bootId: "boot",
    };
  }
}
