import { assertEquals } from "@std/assert";
import {
  missingFlags,
  permittedTest,
  photosDev,
  photosMissing,
  testDefinition,
} from "./permitted.ts";

const none = (): boolean => false;
const all = (): boolean => true;
const fn = (): void => {};

Deno.test("missingFlags() names the flags in a fixed order", () => {
  assertEquals(missingFlags({ ffi: true, write: true, read: true }, none), [
    "--allow-read",
    "--allow-write",
    "--allow-ffi",
  ]);
  assertEquals(missingFlags({ ffi: true, write: true, read: true }, all), []);
});

Deno.test("missingFlags() names only the values that are missing", () => {
  const onlyGit = (descriptor: Deno.PermissionDescriptor): boolean =>
    descriptor.name === "run" && descriptor.command === "git";
  assertEquals(missingFlags({ run: ["git", "deno"] }, onlyGit), ["--allow-run=deno"]);
  assertEquals(missingFlags({ run: ["git"] }, onlyGit), []);
  assertEquals(missingFlags({ run: true }, all), []);
});

Deno.test("missingFlags() describes each permission in the runtime's words", () => {
  const asked: Deno.PermissionDescriptor[] = [];
  missingFlags({
    read: ["a"],
    write: ["b"],
    run: ["c"],
    net: ["d"],
    env: ["e"],
    sys: ["hostname"],
    ffi: ["f"],
  }, (descriptor) => asked.push(descriptor) > 0);
  assertEquals(asked, [
    { name: "read", path: "a" },
    { name: "write", path: "b" },
    { name: "run", command: "c" },
    { name: "net", host: "d" },
    { name: "env", variable: "e" },
    { name: "sys", kind: "hostname" },
    { name: "ffi", path: "f" },
  ]);
});

Deno.test("testDefinition() keeps the name when nothing is missing", () => {
  const definition = testDefinition({ name: "a", needs: { read: true }, fn, timeoutMs: 5 }, all);
  assertEquals(definition, { name: "a", ignore: false, fn, timeout: 5 });
});

Deno.test("testDefinition() ignores the test and says why", () => {
  const test = { name: "a", needs: { run: true }, skip: "needs a camera", fn } as const;
  assertEquals(
    testDefinition(test, none).name,
    "a (ignored: needs --allow-run, needs a camera)",
  );
  assertEquals(testDefinition(test, all).name, "a (ignored: needs a camera)");
  assertEquals(testDefinition(test, all).ignore, true);
  assertEquals(testDefinition({ ...test, skip: null }, all).ignore, false);
});

Deno.test({
  name: "photosDev() answers null and never asks when reading is not permitted",
  permissions: "none",
  fn: () => {
    assertEquals(photosDev(), null);
    assertEquals(photosMissing(), "needs the photos of ../shared/photos/dev");
  },
});

permittedTest({
  name: "permittedTest() runs the test when it may",
  needs: { read: true },
  fn: async () => {
    const { state } = await Deno.permissions.query({ name: "read" });
    assertEquals(state, "granted");
    const folder = photosDev();
    if (folder !== null) assertEquals((await Deno.stat(folder)).isDirectory, true);
  },
});
