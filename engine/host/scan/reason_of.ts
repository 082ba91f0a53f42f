/** What a failed read means to a person. */
export function reasonOf(error: string): string {
  switch (error) {
    case "missing":
    case "gone":
      return "vanished during the scan";
    case "changed":
      return "changed during the scan";
    case "refused":
      return "no permission to read it";
    case "ioError":
    case "corrupt":
      return "the disk could not read it";
    case "timeout":
      return "reading it took too long";
    default:
      return `cannot be read: ${error}`;
  }
}
