import { makeThumbnails } from "@scenekeep/models";
import { join, resolve } from "@std/path";
import { kindOfName } from "../folder/file_kinds.ts";

/** Which pictures of a folder to show small. */
export interface ScanThumbnailsOptions {
  /** The folder. */
  readonly root: string;
  /** Below the folder, with `/` between names; what is no picture by name is left out. */
  readonly files: readonly string[];
  readonly signal?: AbortSignal | undefined;
  /** Told how many have been made. */
  readonly onProgress?: ((made: number, total: number) => void) | undefined;
}

/** Small pictures of files of a folder, base64 of a JPEG by path. Not all have one. */
export async function scanThumbnails(
  options: ScanThumbnailsOptions,
): Promise<ReadonlyMap<string, string>> {
  const root = resolve(options.root);
  const pictures = options.files.filter((file) => {
    const { kind, raw } = kindOfName(file);
    return kind === "photo" && !raw;
  });
  const byPath = new Map(pictures.map((file) => [join(root, file), file]));
  const made = new Map<string, string>();
  let done = 0;
  await makeThumbnails({
    root,
    paths: [...byPath.keys()],
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    onThumbnail: (path, jpeg) => {
      done += 1;
      const file = byPath.get(path);
      if (jpeg !== null && file !== undefined) made.set(file, jpeg);
      options.onProgress?.(done, byPath.size);
    },
  });
  return made;
}
