import {
  type Added,
  auditLedger,
  type AuditProgress,
  auditRecord,
  type LedgerFiles,
  ledgerFiles,
  NOTHING_AUDITED,
} from "./ledger_audit.ts";
import type { LedgerAnswer, LedgerCommand } from "./ledger_program.ts";
import type { PlantedBug } from "./planted_bug.ts";
import { type Program, startProgram } from "./program.ts";
import { randomNumbers } from "./random_numbers.ts";

/** What a crash loop does. */
export interface CrashLoopOptions {
  /** An empty folder for its files. */
  readonly folder: string;
  /** How often the process is killed. */
  readonly kills: number;
  /** Where the random waits start. The machine decides the rest. */
  readonly seed: number;
  /**
   * Commands under way at the same time.
   *
   * @default {16}
   */
  readonly callers?: number;
  /**
   * A bug for the loop to find.
   *
   * @default {null}
   */
  readonly bug?: PlantedBug | null;
  /**
   * How long the effects that the last life left open may take.
   *
   * @default {20_000}
   */
  readonly settleMaxMs?: number;
}

/** What a crash loop met. */
export interface CrashReport {
  readonly kills: number;
  /** Kills before the process said that it was ready: while it recovered. */
  readonly killsWhileStarting: number;
  /** Kills with commands under way. */
  readonly killsUnderLoad: number;
  readonly acknowledged: number;
  /** Commands that were sent again: after a kill, or though they were answered. */
  readonly sentAgain: number;
  /** Answers to commands that had been answered before; all were the same. */
  readonly answeredAgain: number;
  /** Effects outside that were asked for again and found done. */
  readonly effectsRepeated: number;
  /** Milliseconds from a start to `ready`, the middle one. */
  readonly startMs: number;
  readonly wallMs: number;
}

/** A kill under load comes so many milliseconds after `ready`, at most. */
const KILL_WAIT_MAX_MS = 120;
/** So long a start is taken to last where none is known yet: kills fall into it. */
const START_GUESS_MS = 150;
/** Of 100 kills so many come while the process starts. */
const KILLS_WHILE_STARTING_PERCENT = 20;
/** Of 100 commands so many are sent though they were answered. */
const NEEDLESS_PERCENT = 10;
const STANDING_WAIT_MS = 5;
/** The exit code after SIGKILL. */
const KILLED = 128 + 9;

/**
 * Kills the ledger again and again under load, and checks after each kill that nothing acknowledged
 * is lost and nothing is doubled. The contract test of a `LibraryBus` on a durable journal.
 *
 * @throws {Error} When a promise is broken; the message says which.
 */
export async function runCrashLoop(options: CrashLoopOptions): Promise<CrashReport> {
  const fromMs = performance.now();
  const loop = new CrashLoop(options);
  for (let kill = 0; kill < options.kills; kill += 1) {
    // deno-lint-ignore no-await-in-loop -- one life after the other
    await loop.lifeWithKill();
  }
  await loop.lastLife();
  return loop.report(performance.now() - fromMs);
}

class CrashLoop {
  readonly #files: LedgerFiles;
  readonly #callers: number;
  readonly #bug: PlantedBug | null;
  readonly #settleMaxMs: number;
  readonly #draw: () => number;
  readonly #underWay = new Map<string, LedgerCommand>();
  readonly #answers = new Map<string, Added>();
  readonly #ids: string[] = [];
  #sinceAudit = new Map<string, Added>();
  #progress: AuditProgress = NOTHING_AUDITED;
  #commands = 0;
  #standing: { readonly open: number; readonly version: number } | null = null;
  #settledByMs = 0;
  readonly #startsMs: number[] = [];
  readonly #counts = {
    kills: 0,
    killsWhileStarting: 0,
    killsUnderLoad: 0,
    sentAgain: 0,
    answeredAgain: 0,
    effectsRepeated: 0,
  };

  constructor(options: CrashLoopOptions) {
    this.#files = ledgerFiles(options.folder);
    this.#callers = options.callers ?? 16;
    this.#bug = options.bug ?? null;
    this.#settleMaxMs = options.settleMaxMs ?? 20_000;
    this.#draw = randomNumbers(options.seed);
  }

  /** Starts the process, lets it work, and kills it at a random moment. */
  async lifeWithKill(): Promise<void> {
    const program = this.#start();
    const isEarly = this.#percent(KILLS_WHILE_STARTING_PERCENT);
    const waitMs = this.#draw() % (isEarly ? Math.ceil(this.#startMs()) + 1 : KILL_WAIT_MAX_MS);
    let isReady = false;
    const kill = () => {
      if (!isReady) this.#counts.killsWhileStarting += 1;
      else if (this.#underWay.size > 0) this.#counts.killsUnderLoad += 1;
      this.#counts.kills += 1;
      program.kill();
    };
    let timer = isEarly ? setTimeout(kill, waitMs) : undefined;
    const code = await this.#hear(program, () => {
      isReady = true;
      timer ??= setTimeout(kill, waitMs);
    }).finally(() => clearTimeout(timer));
    if (code !== KILLED) throw new Error(`The process ended by itself with exit code ${code}`);
    this.#audit();
  }

  /** Lets all that is open come to its end, closes in good order, and checks everything. */
  async lastLife(): Promise<void> {
    const program = this.#start();
    this.#commands = Number.MAX_SAFE_INTEGER;
    this.#settledByMs = performance.now() + this.#settleMaxMs;
    const code = await this.#hear(program, () => this.#askUntilSettled(program));
    if (code !== 0) throw new Error(`The last life ended with exit code ${code}`);
    this.#sinceAudit = this.#answers;
    this.#audit();
    if (this.#standing?.open !== 0) {
      throw new Error(`The effects of ${this.#standing?.open} commands never came to their end`);
    }
    const { order } = this.#progress;
    if (order.length !== this.#answers.size) throw new Error("Not every command was answered");
    this.#counts.effectsRepeated = auditRecord(this.#files, order).repeated;
  }

  report(wallMs: number): CrashReport {
    return {
      ...this.#counts,
      acknowledged: this.#answers.size,
      startMs: Math.round(this.#startMs()),
      wallMs: Math.round(wallMs),
    };
  }

  /** The middle one of the starts so far. */
  #startMs(): number {
    const sorted = this.#startsMs.toSorted((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)] ?? START_GUESS_MS;
  }

  #start(): Program {
    const { folder, library, record } = this.#files;
    return startProgram({
      file: "ledger_program.ts",
      args: [library, record, this.#bug ?? ""],
      flags: [`--allow-read=${folder}`, `--allow-write=${folder}`],
    });
  }

  /** Hears the program until it has ended; what it said before it was killed counts. */
  async #hear(program: Program, onReady: () => void): Promise<number> {
    try {
      await this.#hearLines(program, onReady);
    } catch (error) {
      program.kill();
      await program.ended();
      throw error;
    }
    return await program.ended();
  }

  async #hearLines(program: Program, onReady: () => void): Promise<void> {
    const fromMs = performance.now();
    while (true) {
      // deno-lint-ignore no-await-in-loop -- one line after the other
      const line = await program.nextLine();
      if (line === null) return;
      if (line !== "ready") {
        this.#answered(program, JSON.parse(line));
        continue;
      }
      this.#startsMs.push(performance.now() - fromMs);
      for (const command of this.#underWay.values()) this.#send(program, command);
      this.#counts.sentAgain += this.#underWay.size;
      while (this.#underWay.size < this.#callers && this.#next(program)) continue;
      onReady();
    }
  }

  #answered(program: Program, { id, outcome }: LedgerAnswer): void {
    if (outcome.kind !== "reply") {
      // Not applied, as far as the program knows: the same again.
      const command = this.#underWay.get(id);
      if (outcome.kind !== "closed" && command !== undefined) this.#send(program, command);
      return;
    }
    const { body } = outcome;
    if (body.kind === "standing") this.#standing = body;
    if (body.kind !== "added") return;
    const before = this.#answers.get(id);
    if (before !== undefined && JSON.stringify(before) !== JSON.stringify(body)) {
      throw new Error(`"${id}" was answered ${JSON.stringify(before)}, now ${outcome}`);
    }
    if (before === undefined) {
      this.#answers.set(id, body);
      this.#sinceAudit.set(id, body);
      this.#ids.push(id);
    } else this.#counts.answeredAgain += 1;
    this.#underWay.delete(id);
    this.#next(program);
  }

  /** Sends the next command, or one that was answered before. False when there are no more. */
  #next(program: Program): boolean {
    if (this.#commands === Number.MAX_SAFE_INTEGER) return false;
    const answered = this.#ids[this.#draw() % (this.#ids.length + 1)];
    const isNeedless = answered !== undefined && this.#percent(NEEDLESS_PERCENT);
    if (!isNeedless) this.#commands += 1;
    else this.#counts.sentAgain += 1;
    const id = isNeedless ? answered : `command-${this.#commands}`;
    const command: LedgerCommand = { id, body: { kind: "add", amount: this.#draw() % 1000 } };
    if (this.#underWay.has(id)) return true;
    this.#underWay.set(id, command);
    this.#send(program, command);
    return true;
  }

  #send(program: Program, command: LedgerCommand): void {
    program.say(JSON.stringify(command));
  }

  /** Asks until every effect of every command has come to its end, or never will. */
  #askUntilSettled(program: Program): void {
    const isSettled = this.#underWay.size === 0 && this.#standing?.open === 0;
    if (isSettled || performance.now() > this.#settledByMs) return void program.endInput();
    this.#send(program, { id: `ask-${performance.now()}`, body: { kind: "ask" } });
    setTimeout(() => this.#askUntilSettled(program), STANDING_WAIT_MS);
  }

  #audit(): void {
    this.#progress = auditLedger(this.#files, {
      before: this.#progress,
      acknowledged: this.#sinceAudit,
    });
    this.#sinceAudit = new Map();
  }

  #percent(percent: number): boolean {
    return this.#draw() % 100 < percent;
  }
}
