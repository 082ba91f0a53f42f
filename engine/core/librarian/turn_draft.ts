import type { TurnContext } from "../protocol/actor.ts";
import type { ChannelContract, PortRequest } from "../protocol/effect.ts";
import type { ActorId, MessageId } from "../protocol/ids.ts";
import { identifier } from "../protocol/ids.ts";
import type { Envelope } from "../protocol/incoming.ts";
import { witness } from "../library/clock_trust.ts";
import type { LibraryEvent } from "../library/events.ts";
import type { LibraryState } from "../library/state.ts";
import type { EngineEffect, EngineJob, EngineMessage } from "../messages/engine_types.ts";
import type { LibrarianReply, RefusalCode } from "../messages/librarian_replies.ts";
import type { AlbumRecord } from "../library/album.ts";
import type { FileRecord, Metadata } from "../library/file.ts";
import type { AlbumId, FileId, ObligationId } from "../library/ids.ts";
import type { Arrangement, PlanRefusal } from "../library/plan.ts";

/** Where an answer goes. */
export interface Asker {
  readonly id: MessageId;
  readonly from: ActorId;
  readonly channel: ChannelContract;
}

/**
 * One turn of the librarian in the making: reads the state, collects effects.
 *
 * The state does not change before the turn is committed, so a handler that emits several events
 * reasons on the state before all of them.
 */
export class TurnDraft {
  readonly state: LibraryState;
  readonly context: TurnContext;
  readonly effects: EngineEffect[] = [];
  #nextTrashSequence: number;
  #clockEmitted = false;
  readonly #arrangements = new Map<AlbumId, Arrangement>();
  readonly #metadata = new Map<FileId, Metadata>();
  readonly #entriesAdded = new Set<string>();
  readonly #obligationsMade = new Set<ObligationId>();

  constructor(state: LibraryState, context: TurnContext) {
    this.state = state;
    this.context = context;
    this.#nextTrashSequence = state.nextTrashSequence;
  }

  /** Witnessed time of this turn, see [Note: Witnessed time]. */
  get witnessedMs(): number {
    return witness(this.state.clock, this.context).witnessedMs;
  }

  /** True while purges and receipts must wait. */
  get clockSuspect(): boolean {
    return witness(this.state.clock, this.context).suspectSinceMs !== null;
  }

  /** The number of the next thing that enters the trash in this turn. */
  takeTrashSequence(): number {
    this.#nextTrashSequence += 1;
    return this.#nextTrashSequence - 1;
  }

  emit(event: LibraryEvent): void {
    this.effects.push({ kind: "append", event });
  }

  /**
   * Makes the clock reading of this turn durable, once, so that the times it gives never go back.
   */
  emitClock(): void {
    if (this.#clockEmitted) return;
    this.#clockEmitted = true;
    this.emit({ kind: "clockWitnessed", trust: witness(this.state.clock, this.context) });
  }

  /** The user's word: the clock is right. */
  emitTrustedClock(): void {
    this.#clockEmitted = true;
    const trust = { ...witness(this.state.clock, this.context), suspectSinceMs: null };
    this.emit({ kind: "clockWitnessed", trust });
  }

  /** The album's cover and order as the events of this turn leave them. */
  arrangementOf(album: AlbumRecord): Arrangement {
    return this.#arrangements.get(album.id) ?? { cover: album.cover, order: album.order };
  }

  /** Sets cover and order; several changes of one turn build on each other. */
  arrange(album: AlbumRecord, arrangement: Arrangement): void {
    const known = this.arrangementOf(album);
    if (known.cover === arrangement.cover && known.order === arrangement.order) return;
    this.#arrangements.set(album.id, arrangement);
    this.emit({ kind: "albumArranged", album: album.id, ...arrangement });
  }

  /** True when the file is in the album, or this turn adds it. */
  hasEntry(album: AlbumRecord, file: FileId): boolean {
    return album.entries.has(file) || this.#entriesAdded.has(`${album.id}\n${file}`);
  }

  /** Adds an entry that is not there, with its name in a folder. */
  addEntry(album: AlbumRecord, file: FileId, name: string | null = null): void {
    this.#entriesAdded.add(`${album.id}\n${file}`);
    this.emit({ kind: "entryAdded", album: album.id, file, name });
  }

  /** The file's metadata as the events of this turn leave them. */
  metadataOf(file: FileRecord): Metadata {
    return this.#metadata.get(file.id) ?? file.metadata;
  }

  /** Changes metadata; several changes of one turn build on each other. */
  changeMetadata(file: FileRecord, metadata: Metadata): void {
    this.#metadata.set(file.id, metadata);
    this.emit({ kind: "metadataChanged", file: file.id, metadata });
  }

  /** Makes an obligation, unless it is there or this turn has made it. */
  makeObligation(obligation: Omit<LibraryEvent & { kind: "obligationMade" }, "kind">): void {
    const { obligation: id } = obligation;
    if (this.state.obligations.has(id) || this.#obligationsMade.has(id)) return;
    this.#obligationsMade.add(id);
    this.emit({ kind: "obligationMade", ...obligation });
  }

  request(effect: PortRequest<EngineJob>): void {
    this.effects.push(effect);
  }

  send(to: ActorId, channel: ChannelContract, body: EngineMessage): void {
    this.effects.push({ kind: "send", to, channel, body });
  }

  timer(key: string, afterMs: number): void {
    this.effects.push({ kind: "setTimer", key: identifier(key), afterMs });
  }

  warn(code: string, detail: string): void {
    this.effects.push({ kind: "note", level: "warning", code, detail });
  }

  reply(asker: Asker, body: LibrarianReply): void {
    this.effects.push({
      kind: "reply",
      inReplyTo: asker.id,
      to: asker.from,
      channel: asker.channel,
      body,
    });
  }

  refuse(asker: Asker, code: RefusalCode, detail: string): void {
    this.refusePlan(asker, { code, detail, refusal: null });
  }

  refusePlan(
    asker: Asker,
    refused: { code: RefusalCode; detail: string; refusal: PlanRefusal | null },
  ): void {
    this.reply(asker, { kind: "refused", ...refused });
  }
}

/** The part of an envelope that an answer needs. */
export function askerOf(envelope: Envelope<EngineMessage>): Asker {
  return { id: envelope.id, from: envelope.from, channel: envelope.channel };
}
