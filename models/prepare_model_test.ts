import { assert, assertEquals, assertRejects } from "@std/assert";
import { permittedTest } from "@scenekeep/tools/permitted";
import { join } from "@std/path";
import { sha256Hex } from "./content_digest.ts";
import { modelFiles } from "./hub_download.ts";
import type { ModelDescription, ModelId } from "./model_description.ts";
import { ModelError, type ModelErrorCode } from "./model_error.ts";
import { prepareModel } from "./prepare_model.ts";
import { DEFAULT_MODEL_ID, findModel } from "./registry.ts";
import { temporaryFolder } from "./testing/temporary_folder.ts";

const NEEDS = { read: true, write: true, run: true, env: true } as const;
const NETWORK = { ...NEEDS, net: ["127.0.0.1"] } as const;

async function assertModelError(
  action: () => Promise<unknown>,
  code: ModelErrorCode,
  message: string,
): Promise<void> {
  const error = await assertRejects(action, ModelError, message);
  assertEquals((error as ModelError).code, code);
}

permittedTest({
  name: "prepareModel() makes the default model, once, and again when a file is damaged or gone",
  needs: NEEDS,
  fn: async () => {
    await using folder = await temporaryFolder();
    const description = findModel(DEFAULT_MODEL_ID);
    const prepare = () => prepareModel(description, { cacheDirectory: folder.path });
    const [model, other] = await Promise.all([prepare(), prepare()]);
    assertEquals(model, other);
    assertEquals(model.onnxSha256, description.onnxSha256);
    const onnx = join(model.directory, description.onnxFile);
    const madeAt = (await Deno.stat(onnx)).mtime;
    await prepare();
    assertEquals((await Deno.stat(onnx)).mtime, madeAt);

    await Deno.writeFile(onnx, Uint8Array.of(1, 2, 3));
    await prepare();
    assertEquals(sha256Hex(await Deno.readFile(onnx)), model.onnxSha256);
    await Deno.remove(join(model.directory, "config.json"));
    await prepare();
    assert((await Deno.stat(join(model.directory, "config.json"))).isFile);
  },
});

permittedTest({
  name: "prepareModel() passes on why the default model cannot be made",
  needs: NEEDS,
  fn: async () => {
    await using folder = await temporaryFolder();
    const description = findModel(DEFAULT_MODEL_ID);
    const changed = {
      ...description,
      source: { ...description.source, sha256: "00" } as ModelDescription["source"],
    };
    await assertModelError(
      () => prepareModel(changed, { cacheDirectory: folder.path }),
      "MODEL_ASSET_CHANGED",
      "want SHA-256 00",
    );
  },
});

/** A hub on this machine that has the given files. */
function serveHub(files: ReadonlyMap<string, string>): Deno.HttpServer<Deno.NetAddr> & {
  readonly requests: string[];
} {
  const requests: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    const { pathname } = new URL(request.url);
    requests.push(pathname);
    const file = files.get(pathname);
    return file === undefined ? new Response("No", { status: 404 }) : new Response(file);
  });
  return Object.assign(server, { requests });
}

function hubModel(port: number, onnxSha256: string | null): ModelDescription {
  return {
    ...findModel(DEFAULT_MODEL_ID),
    id: "owner/tiny" as ModelId,
    source: {
      kind: "hub",
      host: `http://127.0.0.1:${port}`,
      repository: "owner/tiny",
      revision: "abc",
    },
    onnxSha256,
  };
}

const HUB_FILES: ReadonlyMap<string, string> = new Map([
  ["/owner/tiny/resolve/abc/config.json", "{}"],
  ["/owner/tiny/resolve/abc/preprocessor_config.json", "{}"],
  ["/owner/tiny/resolve/abc/onnx/model.onnx", "weights"],
]);

permittedTest({
  name: "prepareModel() fetches a hub model only when allowed, and only once",
  needs: NETWORK,
  fn: async () => {
    await using folder = await temporaryFolder();
    await using hub = serveHub(HUB_FILES);
    const description = hubModel(hub.addr.port, null);
    await assertModelError(
      () => prepareModel(description, { cacheDirectory: folder.path }),
      "MODEL_DOWNLOAD_REFUSED",
      "licence of its weights: Apache-2.0",
    );
    assertEquals(hub.requests, []);
    const options = { cacheDirectory: folder.path, allowDownload: true };
    const model = await prepareModel(description, options);
    assertEquals(model.directory, join(folder.path, "models/owner/tiny/abc"));
    assertEquals(model.onnxSha256, sha256Hex(new TextEncoder().encode("weights")));
    assertEquals(hub.requests, [...HUB_FILES.keys()]);
    assertEquals(await prepareModel(description, { cacheDirectory: folder.path }), model);
    assertEquals(hub.requests.length, 3);
  },
});

permittedTest({
  name: "prepareModel() says what the hub lacks, and does not use what it changed",
  needs: NETWORK,
  fn: async () => {
    await using folder = await temporaryFolder();
    const options = { cacheDirectory: folder.path, allowDownload: true };
    await using poor = serveHub(new Map([...HUB_FILES].slice(0, 2)));
    await assertModelError(
      () => prepareModel(hubModel(poor.addr.port, null), options),
      "MODEL_DOWNLOAD_FAILED",
      "/owner/tiny/resolve/abc/onnx/model.onnx: the hub answers 404",
    );
    await using hub = serveHub(HUB_FILES);
    await assertModelError(
      () => prepareModel(hubModel(hub.addr.port, "00"), options),
      "MODEL_FILE_CHANGED",
      "want SHA-256 00",
    );
    const { port } = hub.addr;
    await hub.shutdown();
    await assertModelError(
      () => prepareModel({ ...hubModel(port, null), id: "owner/gone" as ModelId }, options),
      "MODEL_DOWNLOAD_FAILED",
      `Cannot fetch http://127.0.0.1:${port}/`,
    );
  },
});

permittedTest({
  name: "prepareModel() uses a folder as it is, and names the files that it lacks",
  needs: NEEDS,
  fn: async () => {
    await using folder = await temporaryFolder();
    const description: ModelDescription = {
      ...hubModel(0, null),
      source: { kind: "folder", path: folder.path },
    };
    await Deno.writeTextFile(join(folder.path, "config.json"), "{}");
    await assertModelError(
      () => prepareModel(description),
      "MODEL_FILE_MISSING",
      "lacks preprocessor_config.json, onnx/model.onnx",
    );
    await Deno.mkdir(join(folder.path, "onnx"));
    await Promise.all(
      modelFiles(description).map((file) => Deno.writeTextFile(join(folder.path, file), "{}")),
    );
    assertEquals((await prepareModel(description)).directory, folder.path);
  },
});
