/** True for a link at the end of which nothing is. */
export async function leadsNowhere(full: string): Promise<boolean> {
  try {
    await Deno.stat(full);
    return false;
  } catch (error) {
    return error instanceof Deno.errors.NotFound || error instanceof Deno.errors.FilesystemLoop ||
      error instanceof Deno.errors.NotADirectory;
  }
}
