import { identifier } from "@scenekeep/engine/core";
import { LibraryRegistry } from "@scenekeep/engine/host";
import { assert, assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { permittedTest } from "@scenekeep/tools/permitted";
import { ApiClient } from "./testing/api_client.ts";
import { eventsOf } from "./testing/events_of.ts";
import { fillCatalog, HOME, newFile } from "./testing/catalog_content.ts";

const NEEDS = { read: true, write: true, net: ["127.0.0.1"] } as const;
const SERVE = fromFileUrl(new URL("../cli/serve.ts", import.meta.url));
const TOKEN = "0123456789abcdef0123456789abcdef";

permittedTest({
  name: "a real server answers a real client and tells of progress until it stops",
  needs: NEEDS,
  fn: async () => {
    await using client = await ApiClient.start();
    await fillCatalog(client);
    const options = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
    const server = Deno.serve(options, client.app.fetch);
    const url = `http://127.0.0.1:${server.addr.port}`;
    const response = await fetch(`${url}${HOME}/events`);
    assertEquals(response.headers.get("content-type"), "text/event-stream");
    const events = eventsOf(response);
    const first = (await events.next()).value;
    assertEquals([first?.files, first?.inTrash], [4, 0]);

    const body = JSON.stringify({ files: [newFile("d1", "D")] });
    const headers = { "Content-Type": "application/json" };
    const sent = await fetch(`${url}${HOME}/catalog/files`, { method: "POST", headers, body });
    assertEquals(await sent.json(), { live: 1, inTrash: 0 });
    assertEquals((await events.next()).value?.files, 5);

    // Closing the libraries ends the streams, else the server would wait for ever.
    const closed = client.registry.close();
    assertEquals((await events.next()).done, true);
    await Promise.all([closed, server.shutdown()]);
  },
});

permittedTest({
  name: "a client that leaves lets go of the library",
  needs: NEEDS,
  fn: async () => {
    await using client = await ApiClient.start({ idleCloseMs: 20 });
    await fillCatalog(client);
    const options = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
    const server = Deno.serve(options, client.app.fetch);
    const leaving = new AbortController();
    const url = `http://127.0.0.1:${server.addr.port}${HOME}/events`;
    const response = await fetch(url, { signal: leaving.signal });
    await eventsOf(response).next();
    await pause(100);
    assertEquals(client.registry.openCount, 1);
    leaving.abort();
    await response.body?.cancel().catch(() => {});
    for (let waited = 0; client.registry.openCount > 0 && waited < 200; waited += 1) {
      // deno-lint-ignore no-await-in-loop -- it looks until it is so
      await pause(10);
    }
    assertEquals(client.registry.openCount, 0);
    await server.shutdown();
  },
});

permittedTest({
  name: "serve refuses to be reached from elsewhere without a token, and weak tokens",
  needs: { read: true, run: true },
  fn: async () => {
    const refused: [string[], Record<string, string>, string][] = [
      [["--host", "0.0.0.0"], {}, "without a token"],
      [["--host", "0.0.0.0"], { SCENEKEEP_TOKEN: "short" }, "at least 32 characters"],
      [["--token-file", "/nonexistent"], {}, "Cannot read the token file"],
      [["--port", "65536"], {}, "it must be 0 to 65535"],
      [["--folders", "/nonexistent"], {}, "no such folder"],
      [["--what"], {}, "Usage:"],
    ];
    const ended = await Promise.all(refused.map(([args, env]) => program(args, env).output()));
    for (const [index, { code, stderr }] of ended.entries()) {
      assertEquals(code, 2);
      assert(new TextDecoder().decode(stderr).includes(refused[index]?.[2] ?? "?"));
    }
  },
});

permittedTest({
  name: "serve makes no recordings where a folder library is, or can be made",
  needs: { ...NEEDS, run: true },
  fn: async () => {
    const place = await Deno.realPath(await Deno.makeTempDir());
    try {
      const [data, photos] = [`${place}/data`, `${place}/photos`];
      await Deno.mkdir(photos);
      await Deno.symlink(photos, `${place}/link`);
      const registry = new LibraryRegistry({ directory: data });
      registry.create({
        id: identifier("home"),
        kind: "folder",
        name: "home",
        limitBytes: 1,
        folder: photos,
        model: null,
      });
      await registry.close();
      const cases = [
        ["--data", data, "--record", `${place}/link/new/records`],
        ["--data", `${place}/other`, "--folders", photos, "--record", `${photos}/records`],
      ];
      for (const args of cases) {
        // deno-lint-ignore no-await-in-loop -- one after the other
        const { code, stderr } = await program(["--port", "0", ...args], {}).output();
        const text = new TextDecoder().decode(stderr);
        assert(text.includes(`it is inside "${photos}"`), text);
        assertEquals(code, 2);
      }
      assertEquals(await Array.fromAsync(Deno.readDir(photos)), []);
    } finally {
      await Deno.remove(place, { recursive: true });
    }
  },
});

permittedTest({
  name: "serve prints where it listens, asks for the token, and stops at a signal",
  needs: { ...NEEDS, run: true },
  fn: async () => {
    const data = await Deno.makeTempDir();
    try {
      const args = ["--port", "0", "--data", `${data}/libraries`];
      const child = program(args, { SCENEKEEP_TOKEN: TOKEN }).spawn();
      const url = await listeningUrl(child.stdout);
      const bare = await fetch(`${url}/v1/libraries`);
      assertEquals((await bare.json()).code, "UNAUTHORIZED");
      const headers = { Authorization: `Bearer ${TOKEN}`, "Content-Type": "application/json" };
      const body = JSON.stringify({ kind: "catalog", id: "home", limitBytes: 10 });
      const made = await fetch(`${url}/v1/libraries`, { method: "POST", headers, body });
      assertEquals((await made.json()).id, "home");
      const stream = await fetch(`${url}${HOME}/events`, { headers });
      child.kill("SIGTERM");
      await stream.body?.cancel().catch(() => {});
      const { code } = await child.status;
      await child.stderr.cancel();
      assertEquals(code, 0);
      const names = await Array.fromAsync(Deno.readDir(`${data}/libraries/home`));
      assertEquals(names.map(({ name }) => name).sort(), [
        "library.json",
        "library.sqlite",
        "service.sqlite",
      ]);
    } finally {
      await Deno.remove(data, { recursive: true });
    }
  },
});

function program(args: readonly string[], env: Record<string, string>): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--no-prompt", SERVE, ...args],
    env: { ...env, NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

async function listeningUrl(stdout: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
  const reader = stdout.pipeThrough(new TextDecoderStream()).getReader();
  for (let text = "";;) {
    // deno-lint-ignore no-await-in-loop -- it reads until the line is there
    const { value, done } = await reader.read();
    if (done) throw new Error(`The server ended: ${text}`);
    text += value;
    const [, url] = /Listening on (http:\S+)\n/.exec(text) ?? [];
    if (url === undefined) continue;
    // deno-lint-ignore no-await-in-loop -- it returns here
    await reader.cancel();
    return url;
  }
}

function pause(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}
