/** A library that the registry cannot give. */
export class RegistryError extends Error {
  override readonly name = "RegistryError";
  /** Stable name of the problem. */
  readonly code:
    | "UNKNOWN_LIBRARY"
    | "LIBRARY_EXISTS"
    | "TOO_MANY_OPEN"
    | "REGISTRY_CLOSED"
    | "WRONG_LIBRARY_KIND"
    | "SCAN_RUNNING";

  constructor(code: RegistryError["code"], message: string) {
    super(message);
    this.code = code;
  }
}
