/** No process can be had that compares. */
export class LookFailed extends Error {
  override readonly name = "LookFailed";
  /** True when trying again is of no use: no process can be started. */
  readonly isHopeless: boolean;

  constructor(message: string, { isHopeless }: { readonly isHopeless: boolean }) {
    super(message);
    this.isHopeless = isHopeless;
  }
}

/** Nobody waits for the look any more. */
export class LookStopped extends Error {
  override readonly name = "LookStopped";

  constructor() {
    super("The look was stopped");
  }
}
