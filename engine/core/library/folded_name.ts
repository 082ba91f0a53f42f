/**
 * A name as other file systems may tell it apart: not by how accents are written, nor by case. Two
 * names of one directory that fold to the same must not both be new (domain §6).
 */
export function foldedName(name: string): string {
  return name.normalize("NFC").toLowerCase();
}
