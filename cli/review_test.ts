import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { permittedTest } from "@scenekeep/tools/permitted";
import { EXIT } from "./exit_codes.ts";
import { GroupReview } from "./group_review.ts";
import { splitKeys } from "./keyboard.ts";
import { reviewCommand } from "./review.ts";
import { storageCommand } from "./storage.ts";
import type { Terminal } from "./terminal.ts";

const NEEDS = { read: true, write: true, env: ["INIT_CWD"] } as const;

const GROUP = {
  tier: "similar",
  diameter: 21_473_000,
  members: ["a.jpg", "b.jpg", "c.jpg"].map((file, place) => ({
    file,
    sizeBytes: 1000,
    choice: place === 0 ? "keep" as const : "delete" as const,
    mayGo: true,
  })),
} as const;

function keep(...files: string[]): unknown {
  return { kind: "keep", files: new Set(files) };
}

Deno.test("GroupReview decides by keys, and never that nothing stays", () => {
  const press = (...keys: string[]): unknown => {
    const review = new GroupReview(GROUP);
    let answer: unknown = null;
    for (const key of keys) answer = review.press(key);
    return answer;
  };
  assertEquals(press("\r"), keep("a.jpg"));
  assertEquals(press("j", " ", "\r"), keep("a.jpg", "b.jpg"));
  assertEquals(press("\x1b[B", "\x1b[B", "\x1b[B", "o", "\r"), keep("c.jpg"));
  assertEquals(press("k", " ", "\r"), null);
  assertEquals(press("x"), null);
  assertEquals(press("n"), { kind: "notDuplicates" });
  assertEquals(press("s"), { kind: "skip" });
  assertEquals(press("q"), { kind: "finish" });
  const exact = new GroupReview({ ...GROUP, tier: "exact", diameter: 0 });
  assertEquals(exact.press("n"), null);
  assert(exact.screen("Group 1 of 1").includes("> keep    1,000 bytes  a.jpg"));
});

Deno.test("splitKeys() keeps an arrow together and parts what was typed ahead", () => {
  assertEquals(splitKeys("j\x1b[Bé \r😀"), ["j", "\x1b[B", "é", " ", "\r", "😀"]);
});

interface Place {
  readonly place: string;
  readonly root: string;
  readonly terminal: (keys?: readonly string[]) => Terminal & { said: { out: string } };
}

async function inPlace(use: (place: Place) => Promise<void>): Promise<void> {
  const place = await Deno.makeTempDir({ prefix: "scenekeep-review-cli-" });
  const root = join(place, "photos");
  try {
    await Deno.mkdir(join(root, "album"), { recursive: true });
    await Deno.writeTextFile(join(root, "a.jpg"), "one");
    await Deno.writeTextFile(join(root, "album", "b.jpg"), "one");
    await Deno.link(join(root, "album", "b.jpg"), join(place, "outside.jpg"));
    await use({
      place,
      root,
      terminal: (keys) => {
        const said = { out: "" };
        return {
          out: (text) => said.out += text,
          error: () => {},
          isTerminal: false,
          signal: new AbortController().signal,
          ...(keys === undefined ? {} : { keys: () => iteratorOf(keys) }),
          said,
        };
      },
    });
  } finally {
    await Deno.remove(place, { recursive: true });
  }
}

async function* iteratorOf(keys: readonly string[]): AsyncGenerator<string, void> {
  yield* keys;
}

permittedTest({
  name: "review writes the plan of what was decided, and refuses where nobody can press a key",
  needs: NEEDS,
  fn: () =>
    inPlace(async ({ place, root, terminal }) => {
      const plan = join(place, "plan.json");
      const words = [root, "--plan", plan, "--exact-only", "--cache", join(place, "cache")];
      assertEquals(await reviewCommand(words, terminal()), EXIT.usage);
      const skipping = terminal(["s"]);
      assertEquals(await reviewCommand(words, skipping), EXIT.done);
      assert(skipping.said.out.includes("Nothing goes: no plan was written"), skipping.said.out);
      const deciding = terminal(["j", "o", "\r"]);
      assertEquals(await reviewCommand([...words, "--json"], deciding), EXIT.done);
      assertEquals(JSON.parse(deciding.said.out), {
        groups: 1,
        decided: 1,
        notDuplicates: 0,
        files: 1,
        bytes: 3,
      });
      const { format, items } = JSON.parse(await Deno.readTextFile(plan));
      assertEquals([format, items[0].file, items[0].keeper], ["plan/1", "a.jpg", "album/b.jpg"]);
      const inside = [root, "--plan", join(root, "plan.json"), "--exact-only"];
      assertEquals(await reviewCommand(inside, terminal(["q"])), EXIT.usage);
    }),
});

function scriptMissing(): string | null {
  try {
    return Deno.statSync("/usr/bin/script").isFile ? null : "script is not installed";
  } catch {
    return "script is not installed: apt-get install bsdutils";
  }
}

permittedTest({
  name: "review takes keys from a real terminal",
  needs: { read: true, write: true, env: true, run: true },
  skip: scriptMissing(),
  timeoutMs: 60_000,
  fn: () =>
    inPlace(async ({ place, root }) => {
      const plan = join(place, "plan.json");
      const program = new URL("./review.ts", import.meta.url).pathname;
      const command = `'${Deno.execPath()}' run -A '${program}' '${root}' --plan '${plan}' ` +
        `--exact-only --cache '${join(place, "cache")}'`;
      const child = new Deno.Command("/usr/bin/script", {
        args: ["-q", "-e", "-c", command, "/dev/null"],
        stdin: "piped",
        stdout: "piped",
        stderr: "null",
      }).spawn();
      const keys = child.stdin.getWriter();
      let shown = "";
      for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
        const isAsked = !shown.includes("q finish") && (shown + text).includes("q finish");
        shown += text;
        if (isAsked) await keys.write(new TextEncoder().encode("\x1b[B \x1b[A \r"));
      }
      await keys.close().catch(() => {});
      assertEquals((await child.status).code, EXIT.done, shown);
      const { items } = JSON.parse(await Deno.readTextFile(plan));
      assertEquals([items[0].file, items[0].keeper], ["a.jpg", "album/b.jpg"]);
    }),
});

permittedTest({
  name: "storage says what a folder takes, what could be won, and by how much it is over the limit",
  needs: { ...NEEDS, sys: true },
  fn: () =>
    inPlace(async ({ place, root, terminal }) => {
      await Deno.mkdir(join(root, ".scenekeep", "trash", "1"), { recursive: true });
      await Deno.writeTextFile(join(root, ".scenekeep", "trash", "1", "old.jpg"), "gone");
      const words = [root, "--limit", "8", "--cache", join(place, "cache")];
      const json = terminal();
      assertEquals(await storageCommand([...words, "--json"], json), EXIT.done);
      const { device, ...numbers } = JSON.parse(json.said.out);
      assertEquals(numbers, {
        files: 2,
        usageBytes: 10,
        trashBytes: 4,
        limitBytes: 8,
        isLimitDevice: false,
        toWin: {
          files: 1,
          toTrashBytes: 3,
          freedAfterPurgeBytes: 3,
          // The copy that would go has a name outside: its bytes stay on the device.
          freedOnDeviceBytes: 0,
        },
      });
      assert(device.totalBytes > device.freeBytes && device.freeBytes > 0);
      const text = terminal();
      assertEquals(await storageCommand(words, text), EXIT.done);
      const bar = `[${"#".repeat(18)}${"+".repeat(18)}${"t".repeat(24)}]`;
      assert(text.said.out.includes(bar), text.said.out);
      assert(text.said.out.includes("Over the limit by 2 bytes"));
      assertEquals(await storageCommand([root, "--limit", "many"], terminal()), EXIT.usage);
    }),
});
