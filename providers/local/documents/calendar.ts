const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Whole hours by which the first time zone of the earth is ahead of UTC (Line Islands), and the last one behind it. */
const FIRST_ZONE_HOURS = 14;
const LAST_ZONE_HOURS = 12;
const HOUR_MS = 3_600_000;

export function daysIn(year: number, month: number): number {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return month === 2 && leap ? 29 : (DAYS_IN_MONTH[month - 1] ?? 0);
}

/** `YYYY-MM-DD` of four, two and two digits, or undefined for a day that no calendar has (30 February, a 29th in 1900). */
export function isoDate(year: string, month: string, day: string): string | undefined {
  if (![year, month, day].every(isDigits) || year.length !== 4 || month.length !== 2 || day.length !== 2)
    return undefined;
  const last = daysIn(Number(year), Number(month));
  return Number(day) >= 1 && Number(day) <= last ? `${year}-${month}-${day}` : undefined;
}

/** ASCII digits and at least one of them. */
export function isDigits(text: string): boolean {
  return /^[0-9]+$/.test(text);
}

/**
 * The calendar dates that it is now somewhere on earth, the latest and the earliest. A document does not say in which
 * time zone its last day ends, so both are asked.
 */
export function datesOnEarth(now: Date): { latest: string; earliest: string } {
  const shifted = (hours: number): string => new Date(now.getTime() + hours * HOUR_MS).toISOString().slice(0, 10);
  return { latest: shifted(FIRST_ZONE_HOURS), earliest: shifted(-LAST_ZONE_HOURS) };
}
