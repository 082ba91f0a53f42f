/**
 * A real browser for tests of pages.
 *
 * @module
 */

import { join } from "@std/path";

const CHROMIUM = "/usr/bin/chromium";

/** Why tests cannot use a browser; null when they can. */
export function browserMissing(): string | null {
  try {
    return Deno.statSync(CHROMIUM).isFile ? null : "chromium is not installed";
  } catch {
    return "chromium is not installed: apt-get install chromium";
  }
}

/**
 * Opens a page and lets its scripts run for five seconds of the browser's time. Scripts tell what
 * they found by putting `FACTS`, JSON and `END` into the text of the page.
 *
 * @param place A folder for what the browser writes.
 * @throws {TypeError} When the page told nothing.
 */
export async function factsOf(page: string, place: string): Promise<Record<string, unknown>> {
  const { stdout } = await new Deno.Command(CHROMIUM, {
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--window-size=1200,900",
      `--user-data-dir=${join(place, "chromium")}`,
      "--virtual-time-budget=5000",
      "--dump-dom",
      `file://${page}`,
    ],
    stderr: "null",
  }).output();
  const found = /FACTS(\{.*\})END/s.exec(new TextDecoder().decode(stdout))?.[1];
  if (found === undefined) throw new TypeError(`Cannot find out what ${page} shows`);
  return JSON.parse(
    found.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&nbsp;", "\u00a0")
      .replaceAll("&amp;", "&"),
  );
}
