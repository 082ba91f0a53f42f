/** Takes a minute and two gigabytes a seed: it is run on its own. */
const LARGE = "large-library.json";

/** The scenarios of a folder, not below it, in order of name. */
export async function scenarioFiles(folder: string = "scenarios"): Promise<string[]> {
  const paths: string[] = [];
  for await (const { name } of Deno.readDir(folder)) {
    if (name.endsWith(".json") && name !== "schema.json") paths.push(`${folder}/${name}`);
  }
  return paths.sort();
}

/** Every scenario of `scenarios/` but the large library. */
export async function smallScenarioFiles(): Promise<string[]> {
  return (await scenarioFiles()).filter((path) => !path.endsWith(`/${LARGE}`));
}
