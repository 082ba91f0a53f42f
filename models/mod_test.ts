import { assertEquals, assertGreater } from "@std/assert";
import { permittedTest } from "@scenekeep/tools/permitted";
import { fromFileUrl } from "@std/path";

interface ModuleGraph {
  readonly modules: readonly { readonly specifier: string }[];
}

permittedTest({
  name: "mod.ts reaches no package: only the processes load decoders and models",
  needs: { read: true, run: true },
  fn: async () => {
    const args = ["info", "--json", fromFileUrl(new URL("./mod.ts", import.meta.url))];
    const { stdout } = await new Deno.Command(Deno.execPath(), { args }).output();
    const graph: ModuleGraph = JSON.parse(new TextDecoder().decode(stdout));
    const specifiers = graph.modules.map((module) => module.specifier);
    assertGreater(specifiers.length, 10);
    assertEquals(specifiers.filter((name) => !/^(file|node):/.test(name)), []);
    assertEquals(specifiers.filter((name) => name.endsWith("/embedder.ts")), []);
  },
});
