import { fromFileUrl } from "@std/path";
import { ModelError } from "../model_error.ts";

/** A file of an npm package. */
export interface NpmAsset {
  /** Name of the package, which the import map pins to one version. */
  readonly package: string;
  /** Exact version that is wanted. */
  readonly version: string;
  /** Path of the file inside the package. */
  readonly file: string;
}

/**
 * The path on disk of a file of an npm package, which is fetched into the package cache when it is
 * not there yet. No code of the package runs.
 *
 * The runtime resolves a path inside a package only once the package is installed, and it installs
 * what a module imports. So the package's own `package.json` is imported, as data. The name is
 * computed on purpose: a literal would make the runtime fetch the package as soon as anything
 * imports this file, although the model may already be there or never be used.
 *
 * @throws {ModelError} `MODEL_ASSET_MISSING` when the package cannot be had, has another version,
 * or lacks the file.
 */
export async function locateNpmAsset(asset: NpmAsset): Promise<string> {
  const manifest = `${asset.package}/package.json`;
  const version = await installedVersion(manifest, asset);
  if (version !== asset.version) {
    throw missing(asset, `the import map gives version ${version}`);
  }
  const url = import.meta.resolve(`${asset.package}/${asset.file}`);
  if (!url.startsWith("file:")) throw missing(asset, `it resolves to ${url}`);
  const path = fromFileUrl(url);
  try {
    await Deno.stat(path);
  } catch (cause) {
    throw missing(asset, `the package has no such file at ${path}`, cause);
  }
  return path;
}

async function installedVersion(manifest: string, asset: NpmAsset): Promise<unknown> {
  try {
    const module: { default?: { version?: unknown } } = await import(manifest, {
      with: { type: "json" },
    });
    return module.default?.version;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.split("\n")[0] : String(cause);
    throw missing(asset, `the package is not installed and cannot be fetched: ${why}`, cause);
  }
}

function missing(asset: NpmAsset, why: string, cause?: unknown): ModelError {
  return new ModelError(
    "MODEL_ASSET_MISSING",
    `Cannot find "${asset.file}" of npm package ${asset.package}@${asset.version}: ${why}. ` +
      `Try again with the package registry in reach`,
    { cause },
  );
}
