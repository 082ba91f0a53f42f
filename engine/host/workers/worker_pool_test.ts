import { assertEquals, assertThrows } from "@std/assert";
import { permittedTest } from "@scenekeep/tools/permitted";
import { WorkerPool } from "./worker_pool.ts";

/** Doubles numbers; dies of negative ones. */
const DOUBLING = "data:application/javascript," + encodeURIComponent(`
  self.onmessage = ({ data: { id, job } }) => {
    if (job < 0) throw new Error("A worker that is to die");
    self.postMessage({ id, result: job * 2 });
  };
`);

const pool = (workers: number): WorkerPool<number, number | "failed"> =>
  new WorkerPool<number, number | "failed">({
    module: DOUBLING,
    workers,
    failed: () => "failed",
  });

permittedTest({
  name: "WorkerPool answers every job, whichever worker did it",
  needs: { read: true },
  fn: async () => {
    const doubling = pool(3);
    const jobs = Array.from({ length: 100 }, (_, index) => index);
    const results = await Promise.all(jobs.map((job) => doubling.do(job)));
    doubling.close();
    assertEquals(results, jobs.map((job) => job * 2));
  },
});

permittedTest({
  name: "WorkerPool fails what a dead worker had in hand, and goes on with another",
  needs: { read: true },
  fn: async () => {
    const doubling = pool(1);
    assertEquals(await doubling.do(-1), "failed");
    assertEquals(await doubling.do(21), 42);
    doubling.close();
  },
});

permittedTest({
  name: "WorkerPool closes once five workers have died, and fails what comes then",
  needs: { read: true },
  fn: async () => {
    const doubling = pool(1);
    for (let death = 0; death < 5; death += 1) {
      // deno-lint-ignore no-await-in-loop -- one death after the other
      assertEquals(await doubling.do(-1), "failed");
    }
    assertEquals(await doubling.do(1), "failed");
  },
});

Deno.test("WorkerPool refuses a number of threads that is none", () => {
  assertThrows(() => pool(0), RangeError, "at least 1");
});
