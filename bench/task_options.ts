/** The options of a task of this project: what is between `deno run` and the program. */
export function taskOptions(name: string): string[] {
  const text = Deno.readTextFileSync(new URL("../deno.json", import.meta.url));
  const { tasks } = JSON.parse(text) as { tasks: Record<string, { command: string }> };
  const command = tasks[name]?.command;
  if (command === undefined) throw new TypeError(`Cannot find the task "${name}"`);
  return command.split(" ").slice(2, -1);
}
