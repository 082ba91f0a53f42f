import type { ActorTypes, EffectOf, IncomingOf } from "@scenekeep/engine/core";
import { plainJson } from "./plain_data.ts";
import type { TraceChain } from "./trace_chain.ts";

const SPACE = 32;
const PERCENT = 37;

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
 * Writes the line of a turn. Its details are JSON, where a message leaves out its receiver:
 * `{"effects":[{KIND:{…}},…],"incoming":{KIND:{…}}}`.
 */
export function writeTurn<Types extends ActorTypes>(
  trace: TraceChain,
  line: TurnLine<Types>,
): void {
  const { effects, incoming, outcome } = line;
  const what = incoming === null ? "" : whatOf(incoming);
  const colon = incoming === null ? "" : ":";
  const fate = outcome === "committed" ? what : `${outcome}${colon}${what}`;
  let kinds = effects.length === 0 ? "-" : "";
  let details = "";
  for (let index = 0; index < effects.length; index++) {
    const effect = effects[index]!;
    kinds += index === 0 ? effect.kind : `+${effect.kind}`;
    const detail = effectText(trace, effect);
    details += index === 0 ? detail : `,${detail}`;
  }
  const cause = incoming === null ? "null" : incomingText(trace, incoming);
  trace.add(`${headOf(line)}${fate} ${kinds} {"effects":[${details}],"incoming":${cause}}`);
}

/** Writes the line of something that is not a turn. */
export function writeHappening(trace: TraceChain, line: HappeningLine): void {
  trace.add(`${headOf(line)}${line.what} - ${trace.value(line.detail)}`);
}

function headOf(line: { event: number; virtualMs: number; who: string }): string {
  return `${line.event} ${line.virtualMs} ${wordOf(line.who)} `;
}

function whatOf<Types extends ActorTypes>(incoming: IncomingOf<Types>): string {
  if (incoming.kind !== "message") return `${incoming.kind}:${wordOf(incoming.key)}`;
  const { body } = incoming.envelope;
  const hasKind = typeof body === "object" && body !== null && "kind" in body &&
    typeof body.kind === "string";
  return `message:${hasKind ? wordOf(body.kind as string) : "body"}`;
}

function incomingText<Types extends ActorTypes>(
  trace: TraceChain,
  incoming: IncomingOf<Types>,
): string {
  if (incoming.kind === "timer") return `{"timer":${JSON.stringify(incoming.key)}}`;
  if (incoming.kind === "completed") {
    const outcome = plainJson(incoming.outcome);
    return `{"completed":{"key":${JSON.stringify(incoming.key)},"outcome":${outcome}}}`;
  }
  const { body, channel, from, id, inReplyTo } = incoming.envelope;
  const request = inReplyTo === null ? "" : `,"inReplyTo":${JSON.stringify(inReplyTo)}`;
  return `{"message":{"body":${trace.value(body)},"channel":"${channel}","from":${
    JSON.stringify(from)
  },"id":${JSON.stringify(id)}${request}}}`;
}

function effectText<Types extends ActorTypes>(
  trace: TraceChain,
  effect: EffectOf<Types>,
): string {
  switch (effect.kind) {
    case "append":
      return `{"append":${trace.value(effect.event)}}`;
    case "send":
      return `{"send":{"body":${trace.value(effect.body)},"channel":"${effect.channel}","to":${
        JSON.stringify(effect.to)
      }}}`;
    case "reply":
      return `{"reply":{"body":${trace.value(effect.body)},"channel":"${effect.channel}",` +
        `"inReplyTo":${JSON.stringify(effect.inReplyTo)},"to":${JSON.stringify(effect.to)}}}`;
    case "compute":
      return `{"compute":{"job":${plainJson(effect.job)},"key":${JSON.stringify(effect.key)}}}`;
    default:
      return `{"effect":${trace.value(effect)}}`;
  }
}

/** Text without spaces: each space, control character and `%` becomes `%` and two digits. */
function wordOf(text: string): string {
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit <= SPACE || unit === PERCENT) return text.replace(/[\0- %]/g, percentEncoded);
  }
  return text;
}

function percentEncoded(character: string): string {
  return `%${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
}
