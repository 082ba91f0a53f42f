import type { ClockReading } from "@scenekeep/engine/core";
import { assert, assertEquals } from "@std/assert";
import { permittedTest } from "@scenekeep/tools/permitted";
import { machineClock } from "./machine_clock.ts";

const BOOT_ID_PATH = "/proc/sys/kernel/random/boot_id";

const PROGRAM = `
  import { machineClock } from "${import.meta.resolve("./machine_clock.ts")}";
  console.log(JSON.stringify(machineClock().read()));
`;

async function readElsewhere(
  ...permissions: string[]
): Promise<ClockReading> {
  const config = new URL("../../../deno.json", import.meta.url).pathname;
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-check",
      "--no-prompt",
      `--config=${config}`,
      ...permissions,
      `data:application/typescript,${encodeURIComponent(PROGRAM)}`,
    ],
  }).output();
  return JSON.parse(new TextDecoder().decode(stdout));
}

permittedTest({
  name: "machineClock() goes on in another process, and has one of its own without permissions",
  needs: { read: true, run: true, ffi: true, sys: true },
  skip: Deno.build.os === "linux" ? null : "only Linux names the start of the machine",
  fn: async () => {
    const before = machineClock().read();
    const other = await readElsewhere("--allow-ffi", "--allow-sys");
    assertEquals(other.bootId, before.bootId);
    // Not the id that the system's logs have: it would go wherever a recording goes.
    const { stdout } = await new Deno.Command("cat", { args: [BOOT_ID_PATH] }).output();
    const id = new TextDecoder().decode(stdout).trim();
    assertEquals(id.length, 36);
    assert(before.bootId.length === 16 && !id.includes(before.bootId), before.bootId);
    // The uptime comes in whole seconds.
    assert(Math.abs(other.monotonicMs - before.monotonicMs) < 30_000);
    assert(other.monotonicMs > before.monotonicMs - 1000);
    const alone = await readElsewhere();
    assert(alone.bootId !== before.bootId);
  },
});
