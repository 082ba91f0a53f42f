import type { ActorTypes, EffectOf, IncomingOf } from "@scenekeep/engine/core";
import type { CanonicalWriter } from "./canonical_writer.ts";
import type { TraceChain } from "./trace_chain.ts";

/** How wide each column before the details is shown, its space included. */
const WIDTHS = [9, 13, 28, 30, 32] as const;

/** A turn, as one line of the trace shows it. */
export interface TurnLine<Types extends ActorTypes> {
  readonly event: number;
  readonly virtualMs: number;
  readonly who: string;
  readonly outcome: "committed" | "duplicate" | "stale" | "refused" | "restored";
  readonly incoming: IncomingOf<Types> | null;
  readonly effects: readonly EffectOf<Types>[];
}

/** Something that is not a turn, as one line of the trace shows it. */
export interface HappeningLine {
  readonly event: number;
  readonly virtualMs: number;
  readonly what: string;
  readonly who: string;
  readonly detail: unknown;
}

/** A line of a trace, taken apart. */
export interface TraceLine {
  readonly event: number;
  readonly virtualMs: number;
  readonly who: string;
  readonly what: string;
  readonly effects: string;
  readonly detail: unknown;
}

/** The columns before the details, in order. */
export const TRACE_COLUMNS: readonly ["event", "virtualMs", "who", "what", "effects"] = [
  "event",
  "virtualMs",
  "who",
  "what",
  "effects",
];

/**
 * A line as a trace shows it, in columns. The line itself has one space between its columns: with
 * that put back these are the bytes that were hashed.
 */
export function showTraceLine(line: string): string {
  let shown = "";
  let start = 0;
  for (const width of WIDTHS) {
    const end = line.indexOf(" ", start);
    shown += line.slice(start, end + 1).padEnd(width);
    start = end + 1;
  }
  return shown + line.slice(start);
}

/** Takes a line of a trace apart. Only details hold spaces: a column has `%20` instead. */
export function readTraceLine(line: string): TraceLine {
  const parts = /^(\S*) +(\S*) +(\S*) +(\S*) +(\S*) +(.*)$/u.exec(line);
  const [, event, virtualMs, who, what, effects, detail] = parts ?? [];
  return {
    event: Number(event),
    virtualMs: Number(virtualMs),
    who: who ?? "",
    what: what ?? "",
    effects: effects ?? "",
    detail: detail === undefined ? line : JSON.parse(detail),
  };
}

/**
 * Writes the line of a turn. Its details are JSON, canonical where the chain checks every line:
 * `{"effects":[{KIND:{…}},…],"incoming":{KIND:{…}}}`, where a message leaves out its receiver.
 */
export function writeTurn<Types extends ActorTypes>(
  trace: TraceChain,
  line: TurnLine<Types>,
): void {
  const { writer } = trace;
  const { incoming, effects } = line;
  writeHead(trace, line);
  if (line.outcome !== "committed") {
    writer.text(line.outcome);
    if (incoming !== null) writer.byte(58);
  }
  if (incoming !== null) writeWhat(writer, incoming);
  writer.byte(32);
  if (effects.length === 0) writer.byte(45);
  for (let index = 0; index < effects.length; index++) {
    if (index > 0) writer.byte(43);
    writer.text(effects[index]!.kind);
  }
  writer.byte(32);
  writer.text('{"effects":[');
  for (let index = 0; index < effects.length; index++) {
    if (index > 0) writer.byte(44);
    writeEffect(trace, effects[index]!);
  }
  writer.text('],"incoming":');
  if (incoming === null) writer.text("null");
  else writeIncoming(trace, incoming);
  writer.byte(125);
  trace.end();
}

/** Writes the line of something that is not a turn. */
export function writeHappening(trace: TraceChain, line: HappeningLine): void {
  const { writer } = trace;
  writeHead(trace, line);
  writer.text(line.what);
  writer.byte(32);
  writer.text("- ");
  trace.value(line.detail);
  trace.end();
}

function writeHead(
  trace: TraceChain,
  line: { event: number; virtualMs: number; who: string },
): void {
  const { writer } = trace;
  trace.begin();
  writer.integer(line.event);
  writer.byte(32);
  writer.integer(line.virtualMs);
  writer.byte(32);
  writer.word(line.who);
  writer.byte(32);
}

function writeWhat<Types extends ActorTypes>(
  writer: CanonicalWriter,
  incoming: IncomingOf<Types>,
): void {
  writer.text(incoming.kind);
  writer.byte(58);
  if (incoming.kind !== "message") {
    writer.word(incoming.key);
    return;
  }
  const { body } = incoming.envelope;
  const hasKind = typeof body === "object" && body !== null && "kind" in body &&
    typeof body.kind === "string";
  writer.word(hasKind ? body.kind as string : "body");
}

function writeIncoming<Types extends ActorTypes>(
  trace: TraceChain,
  incoming: IncomingOf<Types>,
): void {
  const { writer } = trace;
  if (incoming.kind === "timer") {
    writer.text('{"timer":');
    writer.quoted(incoming.key);
  } else if (incoming.kind === "completed") {
    writer.text('{"completed":{"key":');
    writer.quoted(incoming.key);
    writer.text(',"outcome":');
    writer.json(incoming.outcome);
    writer.byte(125);
  } else {
    const { envelope } = incoming;
    writer.text('{"message":{"body":');
    trace.value(envelope.body);
    writer.text(',"channel":"');
    writer.text(envelope.channel);
    writer.text('","from":');
    writer.quoted(envelope.from);
    writer.text(',"id":');
    writer.quoted(envelope.id);
    if (envelope.inReplyTo !== null) {
      writer.text(',"inReplyTo":');
      writer.quoted(envelope.inReplyTo);
    }
    writer.byte(125);
  }
  writer.byte(125);
}

function writeEffect<Types extends ActorTypes>(
  trace: TraceChain,
  effect: EffectOf<Types>,
): void {
  const { writer } = trace;
  switch (effect.kind) {
    case "append":
      writer.text('{"append":');
      trace.value(effect.event);
      break;
    case "send":
      writer.text('{"send":{"body":');
      trace.value(effect.body);
      writer.text(',"channel":"');
      writer.text(effect.channel);
      writer.text('","to":');
      writer.quoted(effect.to);
      writer.byte(125);
      break;
    case "reply":
      writer.text('{"reply":{"body":');
      trace.value(effect.body);
      writer.text(',"channel":"');
      writer.text(effect.channel);
      writer.text('","inReplyTo":');
      writer.quoted(effect.inReplyTo);
      writer.text(',"to":');
      writer.quoted(effect.to);
      writer.byte(125);
      break;
    case "compute":
      writer.text('{"compute":{"job":');
      writer.json(effect.job);
      writer.text(',"key":');
      writer.quoted(effect.key);
      writer.byte(125);
      break;
    default:
      writer.text('{"effect":');
      trace.value(effect);
  }
  writer.byte(125);
}
