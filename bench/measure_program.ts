import { fromFileUrl } from "@std/path";

/**
 * Runs a program of `models/` that measures, in a process of its own and with the packages of
 * models, and reads the one line of JSON that it prints.
 *
 * @param program Its URL.
 * @throws {Error} When it fails, with what it said.
 */
export async function measureBy<Result>(
  program: string,
  parameters: readonly string[],
): Promise<Result> {
  const { code, stderr, stdout } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--config",
      fromFileUrl(new URL("../models/packages/deno.json", import.meta.url)),
      fromFileUrl(program),
      ...parameters,
    ],
  }).output();
  if (code !== 0) throw new Error(`Cannot measure: ${new TextDecoder().decode(stderr)}`);
  return JSON.parse(new TextDecoder().decode(stdout));
}
