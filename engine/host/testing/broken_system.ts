import type { SystemNames } from "../folder/system_names.ts";

/** What is done at a call of the system instead of it, or before it. */
export type AtCall = (number: number, call: keyof SystemNames, paths: readonly string[]) => void;

/** The system with something done before each of its calls, which are counted from 1. */
export function watchedSystem(system: SystemNames, atCall: AtCall): SystemNames {
  let number = 0;
  const watched = <Call extends keyof SystemNames>(call: Call): SystemNames[Call] => {
    const watch = (...args: Parameters<SystemNames[Call]>): unknown => {
      number += 1;
      atCall(number, call, args.filter((arg): arg is string => typeof arg === "string"));
      return (system[call] as (...args: unknown[]) => unknown)(...args);
    };
    return watch as SystemNames[Call];
  };
  return {
    link: watched("link"),
    symlink: watched("symlink"),
    rename: watched("rename"),
    renameNew: watched("renameNew"),
    unlink: watched("unlink"),
    makeDirectory: watched("makeDirectory"),
    setOwner: watched("setOwner"),
    sync: watched("sync"),
    exchange: watched("exchange"),
    clone: watched("clone"),
    modifiedNs: watched("modifiedNs"),
    setModified: watched("setModified"),
    copyAttributes: watched("copyAttributes"),
    close: () => system.close(),
  };
}

/** The system of a process that dies at a call: neither that nor anything after it happens. */
export function dyingSystem(system: SystemNames, at: number): SystemNames {
  return watchedSystem(system, (number) => {
    if (number >= at) throw systemError("EIO");
  });
}

/** A system of which one call fails, and whether that was reached. */
export interface FailingSystem {
  readonly system: SystemNames;
  readonly wasReached: () => boolean;
}

/** The system with one call that fails; times that cannot be set are no failure. */
export function failingSystem(
  system: SystemNames,
  { at, code }: { readonly at: number; readonly code: string },
): FailingSystem {
  let isReached = false;
  const failing = watchedSystem(system, (number, call) => {
    if (number !== at) return;
    isReached = true;
    if (call !== "setModified") throw systemError(code);
  });
  return { system: failing, wasReached: () => isReached };
}

/** An error with a code, as the runtime throws it. */
export function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: as a test wants it`), { code });
}
