import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { permittedTest } from "./permitted.ts";

/**
 * Every name that a room gives to others says what it is. Stricter than that would be noise:
 * `deno doc --lint` also wants a line on each field of each message, where the type says it all.
 */

/** Public entries of the rooms that others build on. */
const ENTRIES = ["engine/core/mod.ts", "engine/host/mod.ts", "sim/mod.ts", "api/mod.ts"];

const ROOT = fromFileUrl(new URL("../", import.meta.url));

interface Declaration {
  readonly location: { readonly filename: string; readonly line: number };
  readonly declarationKind: string;
  readonly kind: string;
  readonly jsDoc?: { readonly doc?: string; readonly tags?: readonly unknown[] };
}

interface Documentation {
  readonly nodes: Readonly<
    Record<string, {
      readonly module_doc?: unknown;
      readonly symbols: readonly {
        readonly name: string;
        readonly declarations: readonly Declaration[];
      }[];
    }>
  >;
}

/**
 * Names without a docstring, as `file:line name`. Own code only: packages are documented elsewhere.
 */
export function undocumented(documentation: Documentation): string[] {
  const missing = new Set<string>();
  for (const module of Object.values(documentation.nodes)) {
    for (const { name, declarations } of module.symbols) {
      for (const { location, declarationKind, jsDoc, kind } of declarations) {
        const own = location.filename.startsWith("file:") && declarationKind === "export" &&
          kind !== "reference";
        const said = (jsDoc?.doc ?? "") !== "" || (jsDoc?.tags ?? []).length > 0;
        if (own && !said) missing.add(`${location.filename}:${location.line} ${name}`);
      }
    }
  }
  return [...missing].sort();
}

for (const entry of ENTRIES) {
  permittedTest({
    name: `every name that ${entry} exports says what it is`,
    needs: { read: true, run: true, env: true },
    fn: async () => {
      const output = await new Deno.Command(Deno.execPath(), {
        args: ["doc", "--json", entry],
        cwd: ROOT,
      }).output();
      const text = new TextDecoder().decode(output.stdout);
      assertEquals(output.success, true, new TextDecoder().decode(output.stderr));
      assertEquals(undocumented(JSON.parse(text)), []);
    },
  });
}

Deno.test("undocumented() names a symbol without a docstring", () => {
  const declaration: Declaration = {
    location: { filename: "file:///a.ts", line: 3 },
    declarationKind: "export",
    kind: "function",
  };
  const symbols = [
    { name: "silent", declarations: [declaration] },
    { name: "told", declarations: [{ ...declaration, jsDoc: { doc: "Says it" } }] },
  ];
  assertEquals(undocumented({ nodes: { "file:///a.ts": { symbols } } }), ["file:///a.ts:3 silent"]);
});
