import { assert, assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { permittedTest } from "@scenekeep/tools/permitted";

/** What `deno info --json` says of a module, as far as it is looked at. */
interface ModuleFacts {
  readonly specifier: string;
  readonly dependencies?: readonly {
    readonly code?: { readonly specifier?: string };
    readonly isDynamic?: boolean;
  }[];
}

permittedTest({
  name: "scan starts without what only some of its options need: the host, models, packages",
  needs: { read: true, run: true },
  fn: async () => {
    const scan = fromFileUrl(new URL("./scan.ts", import.meta.url));
    const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json", scan] })
      .output();
    const { roots, modules } = JSON.parse(new TextDecoder().decode(stdout));
    const known = new Map<string, ModuleFacts>(
      modules.map((module: ModuleFacts) => [module.specifier, module]),
    );
    const loaded = new Set<string>(roots);
    for (const specifier of loaded) {
      for (const { code, isDynamic } of known.get(specifier)?.dependencies ?? []) {
        if (code?.specifier !== undefined && isDynamic !== true) loaded.add(code.specifier);
      }
    }
    assert(loaded.size > 5, `the modules must be read: got ${loaded.size}`);
    const heavy = [...loaded].filter((specifier) =>
      specifier.startsWith("npm:") || /\/(models|engine\/host)\/mod\.ts$/.test(specifier)
    );
    assertEquals(heavy, []);
  },
});
