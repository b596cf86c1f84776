/** Wall time for everything that does not decide validity; validity is decided by the database's clock (rule 11). */
export abstract class Clock {
  abstract now(): Date;
}

/** The machine's own. */
export class SystemClock extends Clock {
  now(): Date {
    return new Date();
  }
}
