import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { browserMissing, factsOf } from "@scenekeep/tools/browser";
import { permittedTest } from "@scenekeep/tools/permitted";
import { DatabaseSync } from "node:sqlite";
import { EXIT, type ExitCode } from "./exit_codes.ts";
import { scanCommand } from "./scan.ts";

/** A picture of one pixel. */
const PIXEL = Uint8Array.from(
  atob(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5Er" +
      "kJggg==",
  ),
  (character) => character.charCodeAt(0),
);

/** A name that would be markup if it were not written out. */
const MARKUP = `<script>alert("1")<∕script>&.png`;

interface Place {
  readonly place: string;
  readonly root: string;
  readonly scan: (
    ...words: string[]
  ) => Promise<{ readonly code: ExitCode; readonly out: string; readonly error: string }>;
}

async function inPlace(use: (place: Place) => Promise<void>): Promise<void> {
  const place = await Deno.makeTempDir({ prefix: "scenekeep-outputs-" });
  const root = join(place, "photos");
  await Deno.mkdir(join(root, "album"), { recursive: true });
  const scan: Place["scan"] = async (...words) => {
    let out = "";
    let error = "";
    const code = await scanCommand([root, "--cache", join(place, "cache"), ...words], {
      out: (text) => out += text,
      error: (text) => error += text,
      isTerminal: false,
      signal: new AbortController().signal,
    });
    return { code, out, error };
  };
  try {
    await use({ place, root, scan });
  } finally {
    await Deno.remove(place, { recursive: true });
  }
}

const NEEDS = { read: true, write: true, env: true } as const;

permittedTest({
  name: "scan --csv writes one line for each file of a group, whatever its name",
  needs: NEEDS,
  fn: () =>
    inPlace(async ({ root, scan }) => {
      await Deno.writeTextFile(join(root, 'a, "b"\n.jpg'), "one");
      await Deno.writeTextFile(join(root, "album", "c.jpg"), "one");
      const { code, out } = await scan("--exact-only", "--csv");
      assertEquals(code, EXIT.done);
      const hash = /exact,(?:keep|copy),[^,]*c\.jpg,3,([^,]+),/.exec(out)?.[1];
      assertEquals(
        out,
        "group,kind,role,path,bytes,hash,tier,distance,why,grouped\r\n" +
          `1,exact,keep,"a, ""b""\n.jpg",3,${hash},exact,0,first by path,same bytes\r\n` +
          `1,exact,copy,album/c.jpg,3,${hash},exact,0,first by path,same bytes\r\n`,
      );
      assertEquals((await scan("--csv", "--json")).code, EXIT.usage);
      assertEquals((await scan("--html", join(root, "sheet.html"))).code, EXIT.usage);
      assertEquals((await scan(root)).code, EXIT.usage, "the same folder twice");
    }),
});

/** 3,000 files of one size, each twice. */
function writeCopies(root: string): void {
  const bytes = new Uint8Array(60_000);
  for (let index = 0; index < 6_000; index += 1) {
    new DataView(bytes.buffer).setUint32(0, index >> 1);
    Deno.writeFileSync(join(root, `${index}.jpg`), bytes);
  }
}

function pause(forMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, forMs));
}

permittedTest({
  name: "scan stopped by Ctrl-C keeps what it has hashed",
  needs: { ...NEEDS, run: true },
  timeoutMs: 60_000,
  fn: () =>
    inPlace(async ({ place, root }) => {
      writeCopies(root);
      // What was written a moment ago is not remembered: it may change again unseen.
      await pause(3_100);
      const child = new Deno.Command(Deno.execPath(), {
        args: [
          "run",
          "-A",
          new URL("./scan.ts", import.meta.url).pathname,
          root,
          "--exact-only",
          "--cache",
          join(place, "cache"),
        ],
        stdout: "null",
        stderr: "null",
      }).spawn();
      const hashes = (): number => {
        try {
          using database = new DatabaseSync(join(place, "cache", "scan.sqlite"), {
            readOnly: true,
          });
          return Number(database.prepare("SELECT count(*) AS n FROM hashes").get()?.["n"] ?? 0);
        } catch {
          return 0;
        }
      };
      let isRunning = true;
      const ended = child.status.then((status) => {
        isRunning = false;
        return status;
      });
      while (hashes() === 0 && isRunning) {
        // deno-lint-ignore no-await-in-loop -- it looks until it is so
        await pause(5);
      }
      if (isRunning) child.kill("SIGINT");
      const { code } = await ended;
      assert(code === EXIT.stopped || code === EXIT.done, `ended with ${code}`);
      assert(hashes() > 0, "some are remembered");
    }),
});

/** What a browser makes of a page, as another page around it sees: it runs no script itself. */
async function browse(page: string, place: string): Promise<Record<string, unknown>> {
  const escaped = page.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
  const around = join(place, "around.html");
  await Deno.writeTextFile(
    around,
    `<!doctype html><meta charset="utf-8"><iframe width="1200" height="900" srcdoc="${escaped}">
</iframe><script>
onload = () => {
  const page = document.querySelector("iframe").contentDocument;
  const count = (what) => page.querySelectorAll(what).length;
  const pictures = [...page.images].map((image) => image.complete && image.naturalWidth);
  const facts = { sections: count("section"), figures: count("figure"), scripts: count("script"),
    keepers: count("figure.keeper"), pictures, rows: count("td") / 3,
    names: [...page.querySelectorAll("figcaption code")].map((code) => code.textContent),
    wide: page.documentElement.scrollWidth > 1200, text: page.body.textContent };
  document.body.textContent = "FACTS" + JSON.stringify(facts) + "END";
};
</script>`,
  );
  return await factsOf(around, place);
}

permittedTest({
  name: "scan --html writes a page that a browser shows: pictures, keeper, why, and albums",
  needs: { ...NEEDS, run: true },
  skip: browserMissing(),
  timeoutMs: 120_000,
  fn: () =>
    inPlace(async ({ place, root, scan }) => {
      await Deno.writeFile(join(root, "one.png"), PIXEL);
      await Deno.writeFile(join(root, "album", MARKUP), PIXEL);
      await Deno.writeTextFile(join(root, "a.mov"), "moving");
      await Deno.writeTextFile(join(root, "album", "b.mov"), "moving");
      const sheet = join(place, "sheet.html");
      const { code, out } = await scan("--exact-only", "--html", sheet);
      assertEquals(code, EXIT.done);
      assert(out.includes(`Contact sheet: ${sheet}`));
      const { text, ...facts } = await browse(await Deno.readTextFile(sheet), place);
      assertEquals(facts, {
        sections: 2,
        figures: 4,
        scripts: 0,
        keepers: 2,
        pictures: [1, 1],
        rows: 2,
        names: ["a.mov", "album/b.mov", `album/${MARKUP}`, "one.png"],
        wide: false,
      });
      assert(typeof text === "string" && text.includes("stays: first by path"));
    }),
});

permittedTest({
  name: "scan holds to its patterns, and says which one is wrong",
  needs: NEEDS,
  fn: () =>
    inPlace(async ({ root, scan }) => {
      for (const name of ["one.jpg", "two.jpg", "album/three.jpg"]) {
        // deno-lint-ignore no-await-in-loop -- three files
        await Deno.writeTextFile(join(root, name), "one");
      }
      const found = await scan("--exact-only", "--json", "--reference", "album");
      const { exact, plan } = JSON.parse(found.out);
      assertEquals(exact[0].keeper, "album/three.jpg");
      assertEquals(plan.items.map(({ file }: { file: string }) => file), ["one.jpg", "two.jpg"]);
      const quick = await scan("--exact-only", "--exclude", "album", "--protect=two.jpg");
      assertEquals([quick.code, quick.out.includes("two.jpg stays")], [EXIT.done, true]);
      const wrong = await scan("--exact-only", "--exclude", "[a");
      assertEquals(wrong.code, EXIT.usage);
      assert(wrong.error.startsWith('Cannot use the pattern "[a": a [ has no ]'), wrong.error);
    }),
});
