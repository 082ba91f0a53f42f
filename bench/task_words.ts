/**
 * The words that start a task of this project, all but the program and what follows it: `env` with
 * the variables that the task sets, the runtime, and its options.
 */
export function taskWords(name: string): string[] {
  const text = Deno.readTextFileSync(new URL("../deno.json", import.meta.url));
  const { tasks } = JSON.parse(text) as { tasks: Record<string, { command: string }> };
  const words = tasks[name]?.command.split(" ") ?? [];
  const runtime = words.indexOf("deno");
  if (runtime < 0) throw new TypeError(`Cannot find a task "${name}" that runs a program`);
  return ["env", ...words.slice(0, runtime), Deno.execPath(), ...words.slice(runtime + 1, -1)];
}
