/** The path below the root that a relative link names, or null when it leads elsewhere. */
export function pathOfLink(path: string, target: string): string | null {
  if (target.startsWith("/")) return null;
  const parts = path.split("/").slice(0, -1);
  for (const part of target.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) return null;
  }
  return parts.join("/");
}
