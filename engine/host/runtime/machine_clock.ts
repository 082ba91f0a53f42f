import { createHmac } from "node:crypto";
import type { ClockPort } from "./ports.ts";
import { SYSTEM_CLOCK } from "./system_clock.ts";

/** Where Linux has the id of the time since it started; its text is 36 characters. */
const BOOT_ID_PATH = "/proc/sys/kernel/random/boot_id";
const BOOT_ID_LENGTH = 36;
const READ_ONLY = 0;

/** Hexadecimal digits: no two boots of a machine share 64 bits. */
const NAME_LENGTH = 16;

const SYMBOLS = {
  open: { parameters: ["buffer", "i32"], result: "i32" },
  read: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  close: { parameters: ["i32"], result: "i32" },
} as const;

/**
 * A clock that goes on from one process to the next for as long as the machine is up: what is used
 * for a moment every few days sees those days. Elsewhere than on Linux, or without the permissions
 * for it, the clock of the process, for which all between two uses is a time when it was down.
 *
 * The runtime lets nobody read the id of that time, so the C library does. What is told is made
 * from it and does not lead back: it goes into records and recordings, and the id is in the logs of
 * the system.
 */
export function machineClock(): ClockPort {
  const bootId = bootNameOf();
  if (
    bootId === null ||
    Deno.permissions.querySync({ name: "sys", kind: "osUptime" }).state !== "granted"
  ) {
    return SYSTEM_CLOCK;
  }
  const startedMs = Deno.osUptime() * 1000 - performance.now();
  return {
    read: () => ({
      wallMs: Date.now(),
      monotonicMs: Math.floor(startedMs + performance.now()),
      bootId,
    }),
    after: SYSTEM_CLOCK.after,
  };
}

function bootNameOf(): string | null {
  if (Deno.build.os !== "linux") return null;
  if (Deno.permissions.querySync({ name: "ffi" }).state !== "granted") return null;
  let library: Deno.DynamicLibrary<typeof SYMBOLS>;
  try {
    library = Deno.dlopen("libc.so.6", SYMBOLS);
  } catch {
    // Another C library: the clock of the process will do.
    return null;
  }
  const { close, open, read } = library.symbols;
  try {
    const file = open(new TextEncoder().encode(`${BOOT_ID_PATH}\0`), READ_ONLY);
    if (file < 0) return null;
    const bytes = new Uint8Array(BOOT_ID_LENGTH);
    const length = read(file, bytes, BigInt(bytes.length));
    close(file);
    if (Number(length) !== BOOT_ID_LENGTH) return null;
    return createHmac("sha256", bytes).update("scenekeep").digest("hex").slice(0, NAME_LENGTH);
  } finally {
    library.close();
  }
}
