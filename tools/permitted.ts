/**
 * Tests that say which permissions they need. Where a permission was not given, the test is
 * reported as ignored and its name says why, so that a bare `deno test` passes and hides nothing.
 *
 * @module
 */

import { fromFileUrl, join } from "@std/path";

/** `true`: the permission as a whole; a list: only these paths, hosts, programs or names. */
export type Need = true | readonly string[];

/** The permissions that a test needs; the names are those of the `--allow-*` flags. */
export interface Needs {
  /** Reading files: paths. */
  readonly read?: Need;
  /** Writing files: paths. */
  readonly write?: Need;
  /** Starting programs: names or paths. */
  readonly run?: Need;
  /** The network: `host` or `host:port`. */
  readonly net?: Need;
  /** Environment variables: names. */
  readonly env?: Need;
  /** System information: kinds such as `hostname`. */
  readonly sys?: Need;
  /** Native libraries: paths. */
  readonly ffi?: Need;
}

/** A test and what it needs. */
export interface PermittedTest {
  /** What is promised: `symbol() does X when Y`. */
  readonly name: string;
  /** The permissions without which the test is ignored. */
  readonly needs: Needs;
  /** Another reason to ignore the test, such as the result of {@linkcode photosMissing}. */
  readonly skip?: string | null;
  /** Milliseconds after which the test fails. */
  readonly timeoutMs?: number;
  /** The test. */
  readonly fn: (t: Deno.TestContext) => void | Promise<void>;
}

/** What {@linkcode testDefinition} makes, ready for `Deno.test`. */
export type PermittedDefinition = Pick<Deno.TestDefinition, "name" | "ignore" | "fn" | "timeout">;

type PermissionName = keyof Needs;

const PERMISSION_NAMES: readonly PermissionName[] = [
  "read",
  "write",
  "run",
  "net",
  "env",
  "sys",
  "ffi",
];

/**
 * Registers a test that is ignored, with the reason in its name, where a permission is missing.
 *
 * @example A test that writes files
 * ```ts ignore
 * permittedTest({
 *   name: "save() writes the file once",
 *   needs: { read: true, write: true },
 *   fn: async () => {
 *     const folder = await Deno.makeTempDir();
 *     await Deno.remove(folder, { recursive: true });
 *   },
 * });
 * ```
 */
export function permittedTest(test: PermittedTest): void {
  Deno.test(testDefinition(test, isGranted));
}

/** The definition that {@linkcode permittedTest} registers; `granted` answers for the runtime. */
export function testDefinition(
  test: PermittedTest,
  granted: (descriptor: Deno.PermissionDescriptor) => boolean,
): PermittedDefinition {
  const reasons = missingFlags(test.needs, granted).map((flag) => `needs ${flag}`);
  if (test.skip) reasons.push(test.skip);
  const ignored = reasons.length > 0;
  return {
    name: ignored ? `${test.name} (ignored: ${reasons.join(", ")})` : test.name,
    ignore: ignored,
    fn: test.fn,
    ...(test.timeoutMs === undefined ? {} : { timeout: test.timeoutMs }),
  };
}

/** The `--allow-*` flags that are needed and were not given, in a fixed order. */
export function missingFlags(
  needs: Needs,
  granted: (descriptor: Deno.PermissionDescriptor) => boolean,
): string[] {
  return PERMISSION_NAMES.flatMap((name) => {
    const need = needs[name];
    if (need === undefined) return [];
    if (need === true) return granted(describe(name)) ? [] : [`--allow-${name}`];
    const missing = need.filter((value) => !granted(describe(name, value)));
    return missing.length === 0 ? [] : [`--allow-${name}=${missing.join(",")}`];
  });
}

function describe(name: PermissionName, value?: string): Deno.PermissionDescriptor {
  if (value === undefined) return { name };
  switch (name) {
    case "read":
    case "write":
    case "ffi":
      return { name, path: value };
    case "run":
      return { name, command: value };
    case "net":
      return { name, host: value };
    case "env":
      return { name, variable: value };
    case "sys":
      return { name, kind: value as NonNullable<Deno.SysPermissionDescriptor["kind"]> };
  }
}

function isGranted(descriptor: Deno.PermissionDescriptor): boolean {
  return Deno.permissions.querySync(descriptor).state === "granted";
}

/**
 * The folder of real photos beside the checkout, `../shared/photos/dev`, or null when it is absent
 * or may not be read. Tests and benchmarks that need real photos skip themselves without it.
 */
export function photosDev(): string | null {
  const folder = join(fromFileUrl(new URL("../", import.meta.url)), "../shared/photos/dev");
  if (!isGranted({ name: "read", path: folder })) return null;
  try {
    return Deno.statSync(folder).isDirectory ? folder : null;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** Why to skip a test that needs {@linkcode photosDev}, or null when the photos are there. */
export function photosMissing(): string | null {
  return photosDev() === null ? "needs the photos of ../shared/photos/dev" : null;
}
