import { assert, assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { permittedTest } from "@scenekeep/tools/permitted";
import { PROBLEMS } from "./problem.ts";
import { ApiClient, type Json } from "./testing/api_client.ts";

const SNAPSHOT = fromFileUrl(new URL("./openapi.json", import.meta.url));

permittedTest({
  name: "openapi.json is what is served; to renew it: curl URL/openapi.json and deno fmt",
  needs: { read: true, write: true },
  fn: async () => {
    await using client = await ApiClient.start();
    assertEquals(JSON.parse(await Deno.readTextFile(SNAPSHOT)), await client.get("/openapi.json"));
  },
});

permittedTest({
  name: "openapi.json requires every body and names a problem for every route",
  needs: { read: true },
  fn: async () => {
    const document: Json = JSON.parse(await Deno.readTextFile(SNAPSHOT));
    assertEquals(document.openapi, "3.1.0");
    let operations = 0;
    for (const [path, methods] of Object.entries<Json>(document.paths)) {
      for (const [method, operation] of Object.entries<Json>(methods)) {
        operations += 1;
        const name = `${method} ${path}`;
        if (operation.requestBody !== undefined) assert(operation.requestBody.required, name);
        assert(operation.responses.default?.content["application/problem+json"], name);
        assert(operation.summary.length > 0, name);
      }
    }
    assert(operations >= 30, `${operations}`);
  },
});

Deno.test("PROBLEMS has a client or server status and a title for each code", () => {
  for (const [code, [status, title]] of Object.entries(PROBLEMS)) {
    assert(/^[A-Z_]+$/.test(code) && status >= 400 && status < 600 && title.length > 0, code);
  }
});
