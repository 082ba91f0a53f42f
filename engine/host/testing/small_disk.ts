/** Runs its arguments on a small disk of their own, mounted on the folder `$0`. */
export const SMALL_DISK: readonly string[] = [
  "unshare",
  "--user",
  "--map-root-user",
  "--mount",
  "sh",
  "-c",
  `mount -t tmpfs -o size=3m tmpfs "$0" && exec "$@"`,
];

/** Why a test that needs this command is left out; null when it runs. */
export function commandMissing(command: readonly string[], what: string): string | null {
  if (Deno.permissions.querySync({ name: "run" }).state !== "granted") return null;
  const [name = "", ...args] = command;
  try {
    const { success } = new Deno.Command(name, { args, stdout: "null", stderr: "null" })
      .outputSync();
    return success ? null : `needs ${what}`;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return `needs ${name}`;
    throw error;
  }
}
