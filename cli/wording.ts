import { printable } from "@scenekeep/engine/core/printable";

export { printable };

/** Whole and tenths: `3.4 MiB`. */
export function bytesText(bytes: number): string {
  const units = ["bytes", "KiB", "MiB", "GiB", "TiB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return unit === 0 ? `${count(bytes, "byte")}` : `${value.toFixed(1)} ${units[unit]}`;
}

/** `1 file`, `12,345 files`. */
export function count(number: number, noun: string): string {
  return `${grouped(number)} ${noun}${number === 1 ? "" : "s"}`;
}

/** How sure a group is, in words. */
export function tierText(tier: string): string {
  if (tier === "sameImage") return "same picture";
  return tier === "samePixels" ? "equal pixels" : tier;
}

/** `12,345`. */
export function grouped(number: number): string {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** Names the files that have lost something of what a user attached to them; nothing for none. */
export function bareText(files: readonly string[]): string[] {
  if (files.length === 0) return [];
  const what = "without all that was attached: the file system does not keep it";
  return [`${count(files.length, "file")} ${what}`, ...files.map((file) => `  ${printable(file)}`)];
}

/** `0.4 s`, `12 s`, `3 min 20 s`, `2 h 5 min`. */
export function durationText(durationMs: number): string {
  const seconds = durationMs / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${whole % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
