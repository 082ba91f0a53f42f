import { assert, assertEquals } from "@std/assert";
import { permittedTest } from "@scenekeep/tools/permitted";
import { killDevicesAtEachPoint, runDeviceKills } from "../testing/device_kills.ts";

const NEEDS = { read: true, write: true, run: true, env: true, ffi: true, sys: true } as const;

permittedTest({
  name: "a backup, a free-up and a download lose nothing over 30 kills at random moments",
  needs: NEEDS,
  timeoutMs: 600_000,
  fn: async () => {
    const { kills, ended } = await runDeviceKills({ kills: 30, seed: 20261129 });
    assertEquals(kills.backup + kills.free + kills.return, 30);
    for (const met of [kills, ended]) {
      assert(Math.min(met.backup, met.free, met.return) >= 2, JSON.stringify({ kills, ended }));
    }
  },
});

// The points before these belong to the opening of the library; `deno task kill-test` takes all.
const SOME = { backup: { from: 8, step: 4 }, free: { from: 8 }, return: { from: 8 } } as const;
for (const action of ["backup", "free", "return"] as const) {
  permittedTest({
    name: `all is as if nothing had happened after kills at points all over a ${action}`,
    needs: NEEDS,
    timeoutMs: 600_000,
    fn: async () => {
      const points = await killDevicesAtEachPoint(action, SOME[action]);
      assert(points > 12, `only ${points} points`);
    },
  });
}
