import { assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { permittedTest } from "./permitted.ts";

const TOOLS = fromFileUrl(new URL("./", import.meta.url));

/** What the type gate of the core says about a file with this source. */
async function gate(source: string): Promise<{ success: boolean; text: string }> {
  const folder = await Deno.makeTempDir();
  try {
    const file = join(folder, "entry.ts");
    await Deno.writeTextFile(file, source);
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        "check",
        `--config=${join(TOOLS, "pure.json")}`,
        `--import-map=${join(TOOLS, "pure_imports.json")}`,
        file,
      ],
      env: { NO_COLOR: "1" },
    }).output();
    return { success, text: new TextDecoder().decode(stderr) };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

permittedTest({
  name: "the type gate lets the language and @std/crypto through",
  needs: { read: true, write: true, run: true },
  fn: async () => {
    const { success, text } = await gate(
      'import { crypto } from "@std/crypto";\n' +
        "export const digest: ArrayBuffer =\n" +
        '  crypto.subtle.digestSync("SHA-256", new Uint8Array(3));\n',
    );
    assertEquals(success, true, text);
  },
});

permittedTest({
  name: "the type gate stops the runtime's globals",
  needs: { read: true, write: true, run: true },
  fn: async () => {
    const names = ["setTimeout", "performance", "fetch", "Deno", "console"];
    const { success, text } = await gate(names.map((name) => `void ${name};\n`).join(""));
    assertEquals(success, false);
    for (const name of names) assertStringIncludes(text, `Cannot find name '${name}'`);
  },
});
