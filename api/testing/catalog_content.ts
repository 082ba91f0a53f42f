import type { ApiClient, Json } from "./api_client.ts";

/** The library that the tests fill. */
export const HOME = "/v1/libraries/home";

/** A file as a service tells of it. */
export function newFile(
  id: string,
  content: string,
  options: { readonly albums?: readonly string[]; readonly bytes?: number } = {},
): Json {
  return {
    id,
    name: `${id}.jpg`,
    contentHash: content,
    sizes: { original: options.bytes ?? 1000, thumbnail: 10 },
    albums: options.albums ?? ["summer"],
  };
}

/** A vector of a length-1 direction in a plane, in base64. */
export function vectorAt(angle: number, dimensions = 8): string {
  const bytes = new Uint8Array(dimensions * 2);
  const view = new DataView(bytes.buffer);
  view.setInt16(0, Math.round(Math.cos(angle) * 32_767), true);
  view.setInt16(2, Math.round(Math.sin(angle) * 32_767), true);
  return bytes.toBase64();
}

/** The model of the test library: two close angles are similar. */
export const MODEL: Json = {
  id: "test-model/1",
  dimensions: 8,
  thresholds: { close: 0.001, similar: 0.02, related: 0.04 },
};

/**
 * Makes the catalog `home`: albums summer and winter; two copies of content A (one in each album),
 * one file of content B, and a lone C.
 */
export async function fillCatalog(client: ApiClient): Promise<void> {
  await client.post("/v1/libraries", {
    kind: "catalog",
    id: "home",
    limitBytes: 1_000_000,
    model: MODEL,
  });
  await client.post(`${HOME}/catalog/albums`, {
    albums: [{ id: "summer", name: "Summer" }, { id: "winter", name: "Winter" }],
  });
  await client.post(`${HOME}/catalog/files`, {
    files: [
      newFile("a1", "A"),
      newFile("a2", "A", { albums: ["winter"] }),
      newFile("b1", "B", { bytes: 2000 }),
      newFile("c1", "C"),
    ],
  });
}
