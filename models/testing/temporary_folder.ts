/** A folder for one test, removed with all that is in it at the end of its block. */
export interface TemporaryFolder extends AsyncDisposable {
  /** Absolute path. */
  readonly path: string;
}

/** Makes a folder for one test. */
export async function temporaryFolder(): Promise<TemporaryFolder> {
  const path = await Deno.realPath(await Deno.makeTempDir({ prefix: "scenekeep-models-" }));
  return {
    path,
    async [Symbol.asyncDispose](): Promise<void> {
      await Deno.remove(path, { recursive: true });
    },
  };
}
