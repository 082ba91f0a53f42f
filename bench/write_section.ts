const RESULTS = new URL("./RESULTS.md", import.meta.url);

/** Puts a section in the file of results, in the place of the one of that title that is there. */
export async function writeSection(title: string, text: string): Promise<void> {
  const written = await Deno.readTextFile(RESULTS).catch(() => "# Results\n\n");
  const start = written.indexOf(`${title}\n`);
  const end = start < 0 ? -1 : written.indexOf("\n## ", start);
  const before = start < 0 ? `${written.trimEnd()}\n\n` : written.slice(0, start);
  const after = end < 0 ? "" : written.slice(end);
  await Deno.writeTextFile(RESULTS, `${before}${title}\n\n${text}\n${after}`);
}
