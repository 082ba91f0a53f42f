import {
  type ActorId,
  type CertificateProblem,
  checkCertificate,
  type EngineMessage,
  type EngineTypes,
  GROUPING,
  identifier,
  LIBRARIAN,
  type LibraryEvent,
  type LibraryState,
  type MessageId,
  type PlanId,
} from "@scenekeep/engine/core";
import type { Recorder } from "../recording/recorder.ts";
import type { BusListener, CommandOutcome, LibraryBus } from "../runtime/library_bus.ts";
import { Runtime } from "../runtime/runtime.ts";
import type { StopReason } from "../runtime/runtime_error.ts";
import { ReviewDesk } from "./review_desk.ts";
import { type Winnable, winnableByExactCopies } from "./winnable.ts";
import type { LibraryDescription } from "./library_description.ts";
import { type FolderReading, libraryParts } from "./library_parts.ts";
import { observeLibrarian } from "./observed_librarian.ts";
import type { ServiceFile } from "./service_file.ts";
import type { Journal } from "../runtime/journal.ts";

/** What a library is opened on. All of it belongs to the library from then on. */
export interface LibraryFiles {
  readonly description: LibraryDescription;
  readonly journal: Journal;
  readonly service: ServiceFile;
  /** The folder that is being read, or null. */
  readonly reading: FolderReading | null;
  readonly recorder?: Recorder;
}

/** Lasts from one opening of a library to its close. */
export class OpenLibrary {
  readonly description: LibraryDescription;
  readonly service: ServiceFile;
  readonly reviews: ReviewDesk = new ReviewDesk();
  readonly #runtime: Runtime<EngineTypes>;
  readonly #state: () => Readonly<LibraryState>;
  readonly #watchers = new Set<() => void>();
  readonly #groups: boolean;
  readonly #reading: FolderReading | null;
  #closing: Promise<void> | null = null;
  #version = 0;
  #winnable: { readonly version: number; readonly value: Winnable } | null = null;

  private constructor(
    files: LibraryFiles,
    listener: BusListener<EngineMessage>,
  ) {
    const { description, journal, service, reading, recorder } = files;
    this.description = description;
    this.service = service;
    this.#reading = reading;
    const librarian = observeLibrarian((event, state) => this.#heard(event, state));
    this.#state = librarian.state;
    const { actors, ports, computationsAtOnce } = libraryParts({
      description,
      service,
      reading,
      librarian: librarian.definition,
      state: librarian.state,
    });
    this.#groups = actors.some(({ id }) => id === GROUPING);
    this.#runtime = Runtime.start<EngineTypes>({
      journal,
      actors,
      ports,
      limits: { computationsAtOnce },
      listener,
      ...(recorder === undefined ? {} : { recorder }),
    });
  }

  /**
   * Starts the library on its files, which belong to it from now on, and makes it if it is new.
   *
   * @throws {JournalError | RuntimeError} When it cannot be started; the files are closed then.
   */
  static async start(
    files: LibraryFiles,
    listener: BusListener<EngineMessage>,
  ): Promise<OpenLibrary> {
    let library: OpenLibrary;
    try {
      library = new OpenLibrary(files, listener);
    } catch (error) {
      files.service.close();
      await files.reading?.workers[Symbol.asyncDispose]();
      throw error;
    }
    await library.#make();
    return library;
  }

  /** What the librarian knows between two turns. For reading. */
  get state(): Readonly<LibraryState> {
    return this.#state();
  }

  /** Whether grouping lives here: without it there are no similar images. */
  get groups(): boolean {
    return this.#groups;
  }

  /** Counts what has happened since the opening: another number, another state. */
  get version(): number {
    return this.#version;
  }

  /** Fulfilled when the library has ended, by `close` or by a failure. */
  get stopped(): Promise<StopReason> {
    return this.#runtime.stopped;
  }

  /** What removing all exact copies could win now; worked out again after a change only. */
  get winnable(): Winnable {
    if (this.#winnable?.version !== this.#version) {
      this.#winnable = { version: this.#version, value: winnableByExactCopies(this.state) };
    }
    return this.#winnable.value;
  }

  /** The bus that leads to the library's actors. */
  get bus(): LibraryBus<EngineMessage> {
    return this.#runtime;
  }

  /** Sends a command to the librarian, or to another actor, and waits for the answer. */
  request(
    body: EngineMessage,
    options: { readonly commandId: MessageId; readonly to?: ActorId },
  ): Promise<CommandOutcome<EngineMessage>> {
    const { commandId, to = LIBRARIAN } = options;
    return this.#runtime.request(to, body, { commandId });
  }

  /** What the independent checker found when the plan was made; null when it was not checked. */
  checkOf(plan: PlanId): readonly CertificateProblem[] | null {
    return this.service.planCheck(plan);
  }

  /** Has `changed` called after each event, until the returned function is called. */
  watch(changed: () => void): () => void {
    this.#watchers.add(changed);
    return () => this.#watchers.delete(changed);
  }

  /** Finishes what is under way and lets go of the library. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#runtime.close();
    this.service.close();
    await this.#reading?.workers[Symbol.asyncDispose]();
  }

  async #make(): Promise<void> {
    if (this.state.library !== null) return;
    const { id, kind, limitBytes } = this.description;
    // In a folder every directory is an album, and none can be named like these.
    const place = kind === "folder" ? ".scenekeep/" : "";
    const outcome = await this.request({
      kind: "makeLibrary",
      library: id,
      libraryKind: kind,
      owner: identifier("owner"),
      limitBytes,
      favorites: identifier(`${place}favorites`),
      uncategorized: identifier(`${place}uncategorized`),
    }, { commandId: identifier("host/makeLibrary") });
    if (outcome.kind === "reply" && outcome.body.kind === "accepted") return;
    await this.close();
    throw new Error(`Cannot make library "${id}": its journal must take it: ${outcome.kind}`);
  }

  #heard(event: LibraryEvent, state: Readonly<LibraryState>): void {
    this.#version += 1;
    if (event.kind === "planProposed") this.#check(event, state);
    for (const changed of this.#watchers) changed();
  }

  /** Checks a plan on the very state that it was proposed on. A replay finds it checked. */
  #check(event: LibraryEvent & { kind: "planProposed" }, state: Readonly<LibraryState>): void {
    const { plan } = event;
    try {
      if (this.service.planCheck(plan.id) !== null) return;
      this.service.putPlanCheck(plan.id, checkCertificate(state, plan));
    } catch {
      // Unchecked then, and said so: a plan without a good check is not confirmed.
    }
  }
}
