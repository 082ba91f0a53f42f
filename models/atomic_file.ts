import { dirname } from "@std/path";

/**
 * Writes a file so that its name shows the whole content or what was there before, also after a
 * crash and with several processes at once: written under another name, made durable, then renamed.
 *
 * The folder is created when it is missing.
 */
export async function writeFileAtomically(
  path: string,
  content: Uint8Array | ReadableStream<Uint8Array>,
): Promise<void> {
  const folder = dirname(path);
  await Deno.mkdir(folder, { recursive: true });
  const temporary = `${path}.${crypto.randomUUID()}.part`;
  try {
    await writeDurably(temporary, content);
    await Deno.rename(temporary, path);
  } catch (error) {
    await removeIfThere(temporary);
    throw error;
  }
  await makeFolderDurable(folder);
}

async function writeDurably(
  path: string,
  content: Uint8Array | ReadableStream<Uint8Array>,
): Promise<void> {
  await Deno.writeFile(path, content, { createNew: true });
  using file = await Deno.open(path, { write: true });
  await file.sync();
}

/** A rename is durable once the folder that holds the name is. Windows cannot open a folder. */
async function makeFolderDurable(folder: string): Promise<void> {
  if (Deno.build.os === "windows") return;
  using opened = await Deno.open(folder, { read: true });
  await opened.sync();
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
