import type { ExportedMetadata } from "./exported_item.ts";

type Json = Readonly<Record<string, unknown>>;

/**
 * Reads a sidecar of Google Takeout, or of an Ente export, which has the same fields and some of
 * its own. Null when the text is no JSON object. Fields of an unexpected kind count as unknown.
 */
export function sidecarMetadata(text: string): ExportedMetadata | null {
  const json = objectOf(text);
  if (json === null) return null;
  return {
    title: typeof json["title"] === "string" ? json["title"] : null,
    takenAtMs: timeOf(json["photoTakenTime"]) ?? timeOf(json["creationTime"]),
    description: typeof json["description"] === "string" ? json["description"] : "",
    location: placeOf(json["geoData"]) ?? placeOf(json["geoDataExif"]) ?? placeOf(json["location"]),
    favorite: json["favorited"] === true,
    archived: json["archived"] === true,
    trashed: json["trashed"] === true,
    people: namesOf(json["people"]),
  };
}

/** The title in the description of an album; null when the text is no such thing. */
export function albumTitle(text: string): string | null {
  const json = objectOf(text);
  // What describes a picture has a time when it was taken; what describes an album has none.
  if (json === null || "photoTakenTime" in json) return null;
  const title = json["title"] ?? json["albumName"];
  return typeof title === "string" && title !== "" ? title : null;
}

function objectOf(text: string): Json | null {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === "object" && json !== null && !Array.isArray(json) ? json as Json : null;
  } catch {
    // Cut off, or something else under this name.
    return null;
  }
}

/** Seconds since 1970 in `timestamp`, as text or number, or a date as text. */
function timeOf(value: unknown): number | null {
  if (typeof value === "string") {
    const parsed = Date.parse(value);
    return Number.isNaN(parsed) ? null : parsed;
  }
  if (typeof value !== "object" || value === null || !("timestamp" in value)) return null;
  const text = String(value.timestamp).trim();
  if (!/^-?\d+$/.test(text)) return null;
  const seconds = Number(text);
  return Number.isSafeInteger(seconds * 1000) ? seconds * 1000 : null;
}

/** Takeout writes 0, 0 where it knows no place. */
function placeOf(value: unknown): ExportedMetadata["location"] {
  if (typeof value !== "object" || value === null) return null;
  const fields = value as Json;
  const latitude = fields["latitude"] ?? fields["lat"];
  const longitude = fields["longitude"] ?? fields["long"];
  if (typeof latitude !== "number" || typeof longitude !== "number") return null;
  const isSomewhere = (latitude !== 0 || longitude !== 0) && Math.abs(latitude) <= 90 &&
    Math.abs(longitude) <= 180;
  return isSomewhere ? { latitude, longitude } : null;
}

function namesOf(value: unknown): string[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((person: unknown) =>
    typeof person === "object" && person !== null && "name" in person &&
      typeof person.name === "string" && person.name !== ""
      ? [person.name]
      : []
  );
}
