import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { permittedTest } from "@scenekeep/tools/permitted";
import { refuseOpenListening } from "./listening.ts";
import { ApiClient } from "./testing/api_client.ts";

const NEEDS = { read: true, write: true } as const;
const TOKEN = "0123456789abcdef0123456789abcdef";

permittedTest({
  name: "access: with a token nothing under /v1 answers without it",
  needs: NEEDS,
  fn: async () => {
    await using client = await ApiClient.start({ token: TOKEN });
    const wrong = [
      {},
      { Authorization: TOKEN },
      { Authorization: `Basic ${TOKEN}` },
      { Authorization: `Bearer ${TOKEN}x` },
      { Authorization: `Bearer ${TOKEN.slice(1)}` },
      { Authorization: "Bearer " },
    ];
    for (const headers of wrong) {
      for (const path of ["/v1/libraries", "/v1/libraries/none/storage", "/v1/none"]) {
        // deno-lint-ignore no-await-in-loop -- one after the other
        const answer = await client.send("GET", path, { headers: { ...headers } });
        assertEquals([answer.status, answer.body.code], [401, "UNAUTHORIZED"]);
        assert(answer.headers.get("www-authenticate")?.startsWith("Bearer"));
      }
    }
    const headers = { Authorization: `Bearer ${TOKEN}` };
    assertEquals((await client.send("GET", "/v1/libraries", { headers })).status, 200);
    assertEquals((await client.send("GET", "/openapi.json")).status, 200);
  },
});

permittedTest({
  name: "access: without a token only names of this machine are answered",
  needs: NEEDS,
  fn: async () => {
    await using client = await ApiClient.start();
    const ask = (host: string) => client.app.request(`http://${host}/v1/libraries`);
    for (const host of ["127.0.0.1:8787", "localhost", "[::1]:1"]) {
      // deno-lint-ignore no-await-in-loop -- one after the other
      assertEquals((await ask(host)).status, 200);
    }
    for (const host of ["evil.example", "127.0.0.1.evil.example", "192.168.1.5"]) {
      // deno-lint-ignore no-await-in-loop -- one after the other
      assertEquals((await ask(host)).status, 421);
    }
  },
});

permittedTest({
  name: "access: every answer has a request id and safe headers",
  needs: NEEDS,
  fn: async () => {
    await using client = await ApiClient.start();
    const [first, second] = [
      await client.send("GET", "/v1/libraries"),
      await client.send("GET", "/v1/libraries/none"),
    ];
    assertNotEquals(first.headers.get("x-request-id"), second.headers.get("x-request-id"));
    assertEquals(second.body.requestId, second.headers.get("x-request-id"));
    assertEquals(first.headers.get("x-content-type-options"), "nosniff");
  },
});

Deno.test("refuseOpenListening() lets only loopback be served without a token", () => {
  for (const host of ["127.0.0.1", "::1", "localhost"]) {
    assertEquals(refuseOpenListening({ host, token: null }), null);
  }
  for (const host of ["0.0.0.0", "::", "192.168.1.5", "example.org", "127.0.0.1.example.org"]) {
    assert(refuseOpenListening({ host, token: null })?.includes("without a token"));
    assertEquals(refuseOpenListening({ host, token: TOKEN }), null);
  }
});
