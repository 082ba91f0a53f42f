/**
 * Loaded before the simulator by `--verify`: the wall clock says two years later. A result that
 * depends on when it was made then differs.
 */

const SHIFT_MS = 2 * 365 * 24 * 60 * 60 * 1000;

const RealDate = Date;

class ShiftedDate extends RealDate {
  constructor(time?: number | string) {
    super(time ?? ShiftedDate.now());
  }

  static override now(): number {
    return RealDate.now() + SHIFT_MS;
  }
}

globalThis.Date = ShiftedDate as DateConstructor;
