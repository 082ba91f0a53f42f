/** Bytes taken at once: an arrow is three, and somebody may type ahead. */
const KEY_BYTES_MAX = 64;

/**
 * Keys of a terminal, one by one as they are pressed; an arrow is its whole sequence, `ESC [ A`.
 * Ctrl-C stays a signal. The terminal is as it was once the iteration ends.
 */
export async function* keysOf(stdin: typeof Deno.stdin): AsyncGenerator<string, void> {
  const buffer = new Uint8Array(KEY_BYTES_MAX);
  stdin.setRaw(true, { cbreak: true });
  try {
    // deno-lint-ignore no-await-in-loop -- one key after the other
    for (let read = await stdin.read(buffer); read !== null; read = await stdin.read(buffer)) {
      yield* splitKeys(new TextDecoder().decode(buffer.subarray(0, read)));
    }
  } finally {
    stdin.setRaw(false);
  }
}

/** The keys in what a terminal sent at once. */
export function splitKeys(sent: string): string[] {
  // deno-lint-ignore no-control-regex -- keys are what it is about
  return sent.match(/\x1b\[[0-9;]*[A-Za-z~]|\x1bO[A-Z]|[\s\S]/gu) ?? [];
}
