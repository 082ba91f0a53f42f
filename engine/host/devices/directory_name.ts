/** The longest name that common file systems take. */
const NAME_BYTES_MAX = 255;
/** Room for a number, and for what lies aside. */
const NAME_BYTES_KEPT = 230;

/**
 * A title as the name of one directory: what a file system, or another one, may not take is `_`. A
 * dot at the beginning would hide it.
 */
export function directoryName(title: string): string {
  const plain = title.normalize("NFC")
    // deno-lint-ignore no-control-regex -- these may stand in no name
    .replace(/[\u0000-\u001f\u007f/\\:*?"<>|]/g, "_")
    .replace(/^\.+/, "_")
    .replace(/[. ]+$/, "");
  let name = plain.trim() === "" ? "_" : plain.trim();
  while (new TextEncoder().encode(name).length > NAME_BYTES_KEPT) {
    name = [...name].slice(0, -1).join("");
  }
  return name;
}

/** True when a name may stand in a directory of any common file system. */
export function fitsAsName(name: string): boolean {
  return new TextEncoder().encode(name).length <= NAME_BYTES_MAX;
}
