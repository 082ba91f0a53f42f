/**
 * A seed that is another one for each commit, so that tests that draw try something new with each,
 * and the same again when one is tested twice.
 *
 * @module
 */

/** Where the source is. */
const HOUSE = new URL("..", import.meta.url).pathname;

/** Seeds stay below this. */
const SEED_LIMIT = 2 ** 31;

/** The seed of the commit that is checked out; 1 where there is no repository or no `git`. */
export async function commitSeed(): Promise<number> {
  try {
    const { code, stdout } = await new Deno.Command("git", {
      args: ["-C", HOUSE, "rev-parse", "HEAD"],
      stderr: "null",
    }).output();
    return code === 0 ? seedOf(new TextDecoder().decode(stdout)) : 1;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 1;
    throw error;
  }
}

/** The seed that the hash of a commit stands for: 1 to 2,147,483,647. */
export function seedOf(commit: string): number {
  return Number.parseInt(commit.slice(0, 8), 16) % (SEED_LIMIT - 1) + 1;
}
