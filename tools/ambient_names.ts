/** What deterministic code must not name, and what to use instead. */

/** Where an ambient name is banned: everywhere deterministic, or only in the core. */
export interface AmbientBan {
  /** What to use instead. */
  readonly hint: string;
  /** Tests and benchmarks may name it. */
  readonly allowedInTests?: boolean;
  /** The simulator may name it; the core may not. */
  readonly coreOnly?: boolean;
}

const CLOCK: AmbientBan = { hint: "Take the time from the context of the turn" };
const RANDOM: AmbientBan = { hint: "Draw by key from the seed" };
const TIMER: AmbientBan = { hint: "Return a SetTimer effect" };
const OUTSIDE: AmbientBan = { hint: "Return an effect and let the host do it" };
const RUNTIME: AmbientBan = { ...OUTSIDE, allowedInTests: true };
const LOCALE: AmbientBan = { hint: "Compare and print by code unit" };
const COLLECTOR: AmbientBan = { hint: "Let no result depend on the garbage collector" };
const WHOLE_GLOBAL: AmbientBan = { hint: "Name the global itself, so that it can be checked" };
const CODE: AmbientBan = { hint: "Write the code out" };
const PROMISE: AmbientBan = {
  hint: "The core answers at once: return effects as data",
  coreOnly: true,
};

/** The global names that are banned. */
export const BANNED_GLOBALS: ReadonlyMap<string, AmbientBan> = new Map([
  ...names(CLOCK, "Date", "Temporal", "performance"),
  ...names(RANDOM, "crypto", "Crypto"),
  ...names(TIMER, "setTimeout", "setInterval", "setImmediate"),
  ...names(TIMER, "clearTimeout", "clearInterval", "clearImmediate", "AbortSignal"),
  ...names(TIMER, "requestAnimationFrame", "queueMicrotask", "scheduler"),
  ...names(RUNTIME, "Deno", "process", "console"),
  ...names(OUTSIDE, "fetch", "Request", "Response", "WebSocket", "XMLHttpRequest", "EventSource"),
  ...names(OUTSIDE, "Worker", "MessageChannel", "BroadcastChannel", "SharedArrayBuffer"),
  ...names(OUTSIDE, "Atomics", "localStorage", "sessionStorage", "caches", "navigator"),
  ...names(OUTSIDE, "location", "alert", "confirm", "prompt", "require", "Buffer"),
  ...names(LOCALE, "Intl"),
  ...names(COLLECTOR, "WeakRef", "FinalizationRegistry", "gc"),
  ...names(WHOLE_GLOBAL, "globalThis", "self", "window", "global"),
  ...names(CODE, "eval", "Function"),
  ...names(PROMISE, "Promise", "PromiseLike"),
]);

/** The methods that depend on the locale, on whatever object they are called. */
export const LOCALE_METHODS: ReadonlySet<string> = new Set([
  "localeCompare",
  "toLocaleString",
  "toLocaleDateString",
  "toLocaleTimeString",
  "toLocaleUpperCase",
  "toLocaleLowerCase",
]);

/**
 * The members of `Math` that the language defines exactly; the others may differ in the last bit
 * from one engine or processor to the next.
 */
export const EXACT_MATH: ReadonlySet<string> = new Set([
  "abs",
  "ceil",
  "clz32",
  "floor",
  "fround",
  "imul",
  "max",
  "min",
  "round",
  "sign",
  "sqrt",
  "trunc",
]);

function names(ban: AmbientBan, ...list: readonly string[]): [string, AmbientBan][] {
  return list.map((name) => [name, ban]);
}
