import { assert, assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { permittedTest } from "@scenekeep/tools/permitted";

/** What `deno info --json` says of a module, as far as it is looked at. */
interface ModuleFacts {
  readonly specifier: string;
  readonly dependencies?: readonly {
    readonly code?: { readonly specifier?: string };
  }[];
}

/**
 * What is read before a module runs, by the compiler's own graph: also what a dynamic import names
 * by a literal.
 */
async function loadedWith(module: string): Promise<string[]> {
  const path = fromFileUrl(new URL(module, import.meta.url));
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json", path] })
    .output();
  const { roots, modules } = JSON.parse(new TextDecoder().decode(stdout));
  const known = new Map<string, ModuleFacts>(
    modules.map((facts: ModuleFacts) => [facts.specifier, facts]),
  );
  const loaded = new Set<string>(roots);
  for (const specifier of loaded) {
    for (const { code } of known.get(specifier)?.dependencies ?? []) {
      if (code?.specifier !== undefined) loaded.add(code.specifier);
    }
  }
  return [...loaded];
}

/** What takes as long to load as a scan of a known folder: actors, models, packages. */
const HEAVY = /^npm:|^node:fs|\/(models|engine\/core|engine\/host)\/mod\.ts$/;

for (const module of ["./scan.ts", "../engine/host/scan/scan_copies.ts"]) {
  permittedTest({
    name: `a scan for copies starts without what it seldom needs (${module})`,
    needs: { read: true, run: true },
    fn: async () => {
      const loaded = await loadedWith(module);
      assert(loaded.length > 5, `the modules must be read: got ${loaded.length}`);
      assertEquals(loaded.filter((specifier) => HEAVY.test(specifier)), []);
    },
  });
}
