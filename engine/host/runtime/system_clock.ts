import type { ClockReading } from "@scenekeep/engine/core";
import type { ClockPort } from "./ports.ts";

/** Names this run of the process: made with the process, as the monotonic clock is. */
const BOOT_ID = crypto.randomUUID();

/** A timer of the runtime waits at most 2^31 - 1 ms, some 25 days; one day leaves room. */
const WAIT_MAX_MS = 86_400_000;

/** The clocks of this machine. */
export const SYSTEM_CLOCK: ClockPort = { read, after };

function read(): ClockReading {
  return {
    wallMs: Date.now(),
    monotonicMs: Math.floor(performance.now()),
    bootId: BOOT_ID,
  };
}

function after(delayMs: number, fire: () => void): () => void {
  const dueMs = performance.now() + delayMs;
  // Always by a timer, never at once: whoever asks goes on first.
  let timer = wait(delayMs);
  return () => clearTimeout(timer);

  function wait(leftMs: number): ReturnType<typeof setTimeout> {
    return setTimeout(look, Math.min(Math.ceil(leftMs), WAIT_MAX_MS));
  }

  function look(): void {
    const leftMs = dueMs - performance.now();
    if (leftMs <= 0) fire();
    else timer = wait(leftMs);
  }
}
