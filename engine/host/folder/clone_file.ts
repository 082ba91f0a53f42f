/** What the program says when it cannot, and the code that the system has for it. */
const CODES: readonly (readonly [RegExp, string])[] = [
  [/no space left/i, "ENOSPC"],
  [/input\/output error/i, "EIO"],
  [/read-only file system/i, "EROFS"],
  [/no such file/i, "ENOENT"],
  [/permission denied/i, "EACCES"],
];

/**
 * Makes a new file that shares the blocks of another one until one of them is written, with the
 * times, permissions, owner and attributes of `like`. By `cp` of the GNU coreutils: the runtime has
 * no call for it.
 *
 * Throws an error with the code of the system: `EOPNOTSUPP` where the file system, or the program,
 * cannot do it.
 */
export function cloneFile(from: string, to: string, like: string): void {
  copyBy("--reflink=always", "--no-dereference", "--", from, to);
  const attributes = "--preserve=mode,ownership,timestamps,xattr";
  copyBy("--attributes-only", attributes, "--no-dereference", "--", like, to);
}

function copyBy(...words: string[]): void {
  const { stderr, success } = copyProgram(words);
  if (success) return;
  const said = new TextDecoder().decode(stderr).trim();
  const code = CODES.find(([pattern]) => pattern.test(said))?.[1] ?? "EOPNOTSUPP";
  throw Object.assign(new Error(said), { code });
}

function copyProgram(words: string[]): { readonly success: boolean; readonly stderr: Uint8Array } {
  try {
    const options = { args: words, env: { LC_ALL: "C" }, stdout: "null" } as const;
    return new Deno.Command("cp", { ...options, stderr: "piped" }).outputSync();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return { success: false, stderr: new TextEncoder().encode("there is no cp") };
  }
}
