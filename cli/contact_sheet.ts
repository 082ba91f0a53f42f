import type { Plan } from "@scenekeep/engine/core";
import type { ExactGroup, ScanResult, SimilarGroup } from "@scenekeep/engine/host";
import { mendText } from "./lost_link_lines.ts";
import { bytesText, count, printable, tierText } from "./wording.ts";

/** Most thumbnails of one sheet: some 8 KB each, so 40 MB. Further files are shown by name. */
export const THUMBNAILS_MAX = 5_000;

/** Most thumbnails of one group: further ones would look alike. */
const THUMBNAILS_PER_GROUP = 24;

/** Largest squared distance of two vectors, twice the square of 32,767: a cosine distance of 1. */
const UNIT_DISTANCE = 2 * 32_767 ** 2;

/** What a sheet shows besides the report. */
export interface ContactSheet {
  readonly folder: string;
  /** Base64 of a JPEG by path. */
  readonly thumbnails: ReadonlyMap<string, string>;
}

type Group = ExactGroup | SimilarGroup;

/** The files of which a sheet shows thumbnails, in its order. */
export function picturesOfSheet({ report }: ScanResult): string[] {
  const files = new Set<string>();
  for (const group of [...report.exact, ...report.similar]) {
    for (const file of [group.keeper, ...group.files].slice(0, THUMBNAILS_PER_GROUP + 1)) {
      if (files.size < THUMBNAILS_MAX) files.add(file);
    }
  }
  return [...files];
}

/**
 * A scan as one page that stands for itself, in pieces: every group with thumbnails, what stays and
 * why, how far apart, where each copy lives, and what each album keeps. It loads nothing and runs
 * no script.
 */
export function* contactSheet(result: ScanResult, sheet: ContactSheet): Generator<string> {
  const { report, numbers } = result;
  yield head(sheet.folder);
  const { files, albums, bytes } = numbers;
  yield `<header><h1>${text(sheet.folder)}</h1><p>${count(files, "file")} in ` +
    `${count(albums, "folder")}, ${bytesText(bytes)}. To win: <b>${bytesText(numbers.bytesToWin)}` +
    `</b> by removing ${count(numbers.filesToRemove, "file")}. Nothing was changed.</p></header>\n`;
  const scenes = scenesOf(report.plan);
  // Where even the one that stays among its copies goes, similar pictures speak for all.
  const alone = report.exact.filter(({ keeper }) => !scenes.items.has(keeper));
  yield* section("Exact copies", alone, { sheet, scenes });
  const elsewhere = report.exact.length - alone.length;
  if (elsewhere > 0) {
    yield `<p>${count(elsewhere, "more group")} of copies: among the similar pictures below.</p>\n`;
  }
  yield* section("Similar pictures", report.similar, { sheet, scenes });
  if (report.unreadable.length > 0) {
    yield `<h2>Left out</h2><ul class="left">`;
    for (const { file, reason } of report.unreadable) {
      yield `<li><code>${text(file)}</code> ${text(reason)}</li>`;
    }
    yield "</ul>\n";
  }
  if (report.lostLinks.length > 0) {
    yield `<h2>Links that lead nowhere</h2><ul class="left">`;
    for (const link of report.lostLinks) {
      yield `<li><code>${text(link.file)}</code> led to <code>${text(link.target)}</code>: ` +
        `${text(mendText(link))}</li>`;
    }
    yield "</ul>\n";
  }
  yield "</html>\n";
}

/** What a plan says of each file and each scene. */
interface PlannedScenes {
  readonly sceneOf: ReadonlyMap<string, string>;
  readonly items: ReadonlyMap<string, Plan["items"][number]>;
  readonly albums: ReadonlyMap<string, readonly AlbumLine[]>;
}

interface AlbumLine {
  readonly album: string;
  readonly before: number;
  readonly keeps: readonly string[];
}

function scenesOf(plan: Plan | null): PlannedScenes {
  const sceneOf = new Map<string, string>();
  const albums = new Map<string, AlbumLine[]>();
  for (const { id, members } of plan?.scenes ?? []) {
    for (const { file } of members) sceneOf.set(file, id);
  }
  for (const { album, scenes } of plan?.certificate.albums ?? []) {
    for (const { scene, before, after } of scenes) {
      const lines = albums.get(scene) ?? [];
      lines.push({ album, before: before.length, keeps: after });
      albums.set(scene, lines);
    }
  }
  const items = new Map((plan?.items ?? []).map((item) => [String(item.file), item]));
  return { sceneOf, items, albums };
}

interface SectionContext {
  readonly sheet: ContactSheet;
  readonly scenes: PlannedScenes;
}

function* section(
  title: string,
  groups: readonly Group[],
  context: SectionContext,
): Generator<string> {
  yield `<h2>${title}: ${count(groups.length, "group")}</h2>\n`;
  for (const group of groups) {
    yield `<section><p class="why"><b>${text(group.keeper)}</b> stays: ${text(group.why)}` +
      `<span>${factsOf(group)}</span></p><div class="files">`;
    const others = group.files.filter((file) => file !== group.keeper);
    for (const [place, file] of [group.keeper, ...others].entries()) {
      yield figure(file, { ...context, isKeeper: place === 0, place });
    }
    yield `</div>${albumsOf(group, context.scenes)}</section>\n`;
  }
}

function factsOf(group: Group): string {
  if ("hash" in group) return `${bytesText(group.sizeBytes)} each, equal bytes`;
  return `${tierText(group.tier)}, at most ${cosine(group.diameter)} apart: ${text(group.grouped)}`;
}

function figure(
  file: string,
  context: SectionContext & { readonly isKeeper: boolean; readonly place: number },
): string {
  const { sheet, scenes, isKeeper, place } = context;
  const item = scenes.items.get(file);
  const jpeg = place <= THUMBNAILS_PER_GROUP ? sheet.thumbnails.get(file) : undefined;
  const picture = jpeg === undefined
    ? `<div class="none">${text(file.slice(file.lastIndexOf(".") + 1))}</div>`
    : `<img alt="" src="data:image/jpeg;base64,${jpeg}">`;
  const fate = item === undefined
    ? "stays"
    : `goes${item.distance === 0 ? "" : `, ${cosine(item.distance)} from the one that stays`}`;
  const lost = item === undefined || item.lost.length === 0
    ? ""
    : `<br>lost: ${text(item.lost.join(", "))}`;
  const kind = item === undefined ? "keep" : "go";
  return `<figure class="${kind}${isKeeper ? " keeper" : ""}">${picture}` +
    `<figcaption><code>${text(file)}</code><br>${fate}${lost}</figcaption></figure>`;
}

function albumsOf(group: Group, scenes: PlannedScenes): string {
  const scene = group.files.map((file) => scenes.sceneOf.get(file)).find((id) => id !== undefined);
  const lines = scene === undefined ? [] : scenes.albums.get(scene) ?? [];
  if (lines.length === 0) return "";
  const rows = lines.map(({ album, before, keeps }) =>
    `<tr><td><code>${text(album)}</code></td><td>${before}</td><td>${
      keeps.map((file) => `<code>${text(file)}</code>`).join("<br>")
    }</td></tr>`
  );
  return `<table><tr><th>album</th><th>had</th><th>keeps</th></tr>${rows.join("")}</table>`;
}

function cosine(distance: number): string {
  return (distance / UNIT_DISTANCE).toFixed(4);
}

function text(value: string): string {
  return printable(value).replace(
    /[&<>"']/g,
    (character) => `&#${character.charCodeAt(0)};`,
  );
}

function head(folder: string): string {
  return `<!doctype html>
<html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy"
  content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>${text(folder)} — Scenekeep</title>
<style>
body{font:15px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem;
  color:#222;background:#fafafa}
h1{font-size:1.4rem;overflow-wrap:anywhere}h2{font-size:1.15rem;margin-top:2.5rem}
section{background:#fff;border:1px solid #ddd;border-radius:8px;padding:.8rem 1rem;margin:1rem 0}
.why{margin:0 0 .7rem;overflow-wrap:anywhere}.why span{float:right;color:#666}
.files{display:flex;flex-wrap:wrap;gap:.8rem}
figure{margin:0;width:15.5rem;border:3px solid transparent;border-radius:6px;padding:.3rem}
figure.keep{border-color:#4a9}figure.keeper{background:#eefaf5}
figure.go{background:#fdf3f0}figure.go img{opacity:.6}
img,.none{display:block;width:15rem;height:15rem;object-fit:contain;background:#eee}
.none{line-height:15rem;text-align:center;color:#888}
figcaption{font-size:.8rem;overflow-wrap:anywhere;margin-top:.3rem}
table{margin-top:.8rem;border-collapse:collapse;font-size:.85rem}
th,td{text-align:left;vertical-align:top;padding:.15rem .9rem .15rem 0;overflow-wrap:anywhere}
.left li{overflow-wrap:anywhere}
@media(prefers-color-scheme:dark){body{color:#ddd;background:#181818}
  section{background:#222;border-color:#444}figure.keeper{background:#1d3129}
  figure.go{background:#36231f}img,.none{background:#333}.why span{color:#aaa}}
</style>
`;
}
