/** Work that is done one after the other, in the order in which it came. */
export class OneAfterAnother {
  #last: Promise<unknown> = Promise.resolve();

  /** Does `work` once all that came before has ended, however that was. */
  run<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => {});
    return done;
  }

  /** Fulfilled when all that came so far has ended. */
  async idle(): Promise<void> {
    await this.#last;
  }
}
