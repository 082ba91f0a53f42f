const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * The calendar date in UTC of a wall-clock time, as `2026-11-22`. Integers only; constant time.
 *
 * **Source.** The civil-from-days algorithm of Howard Hinnant, "chrono-compatible low-level date
 * algorithms": eras of 400 years that begin on 1 March, so that a leap day ends its year.
 */
export function calendarDate(wallMs: number): string {
  const days = Math.floor(wallMs / DAY_MS) + 719_468;
  const era = Math.floor(days / 146_097);
  const dayOfEra = days - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra -
    (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${digits(year, 4)}-${digits(month, 2)}-${digits(day, 2)}`;
}

function digits(value: number, length: number): string {
  return String(value).padStart(length, "0");
}
