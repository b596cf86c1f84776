import type { DocumentReading } from '../document-reading.js';
import { plainName, plainWords, soundsLike } from './plain-words.js';

/** More than any document carries; what a hostile picture adds is not looked at. */
const MAX_LINES = 200;
const MAX_LINE_LENGTH = 200;
const MAX_WORD_LENGTH = 40;

/** A printed number or name may be set in groups. */
const NUMBER_WORDS = 5;
const NAME_WORDS = 3;

/** Months as they begin in English, French, Spanish, German, Italian, Portuguese and Dutch (Doc 9303-3, 3.8). */
const MONTHS: readonly (readonly string[])[] = [
  ['JAN', 'ENE', 'GEN'],
  ['FEB', 'FEV'],
  ['MAR', 'MRT', 'MAE'],
  ['APR', 'AVR', 'ABR'],
  ['MAY', 'MAI', 'MAG', 'MEI'],
  ['JUN', 'JUIN', 'GIU'],
  ['JUL', 'JUIL', 'LUG'],
  ['AUG', 'AOU', 'AGO'],
  ['SEP', 'SET'],
  ['OCT', 'OKT', 'OUT', 'OTT'],
  ['NOV'],
  ['DEC', 'DEZ', 'DIC', 'DES'],
];

/** What is printed on a document, to look for what its zone or barcode says. */
export class PrintedText {
  readonly #lines: readonly (readonly string[])[];
  readonly #names: readonly string[];
  readonly #numbers: ReadonlySet<string>;

  private constructor(texts: readonly string[]) {
    this.#lines = texts.slice(0, MAX_LINES).map((text) => plainWords(text.slice(0, MAX_LINE_LENGTH)));
    const grouped = (words: number): string[] => this.#lines.flatMap((line) => groups(line, words));
    this.#numbers = new Set(grouped(NUMBER_WORDS));
    this.#names = [
      ...new Set(
        grouped(NAME_WORDS)
          .filter((word) => word.length <= MAX_WORD_LENGTH)
          .map(plainName),
      ),
    ];
  }

  /**
   * Undefined when the print of neither side was read. A line with fillers is of the zone itself, which would confirm
   * itself; readers leave it out, and here it is left out once more.
   */
  static of({ front, back }: DocumentReading): PrintedText | undefined {
    if (!front.printed && !back?.printed) return undefined;
    const lines = [...(front.printed ?? []), ...(back?.printed ?? [])];
    return new PrintedText(lines.map(({ text }) => text).filter((text) => !/[<«]/.test(text)));
  }

  /** Every word of a name; the last one may go on where the name was cut off. */
  hasName(name: string, { truncated }: { truncated: boolean }): boolean {
    const words = plainWords(name).map(plainName);
    if (words.length === 0) return false;
    return words.every((word, at) => {
      const mayGoOn = truncated && at === words.length - 1;
      return this.#names.some((printed) => soundsLike(mayGoOn ? printed.slice(0, word.length) : printed, word));
    });
  }

  /** Exactly, wherever the gaps are. */
  hasNumber(number: string): boolean {
    return this.#numbers.has(plainWords(number).join(''));
  }

  hasWord(word: string): boolean {
    return this.#lines.some((line) => line.includes(word));
  }

  /**
   * Day, month and year in the issuer's order, or a year of four digits first; the month as number or word; or eight
   * digits without gaps.
   *
   * @param monthFirst the order of the United States
   */
  hasDate(isoDate: string, { monthFirst }: { monthFirst: boolean }): boolean {
    const [year = '', month = '', day = ''] = isoDate.split('-');
    const whole = [`${year}${month}${day}`, monthFirst ? `${month}${day}${year}` : `${day}${month}${year}`];
    const orders = [
      [(word: string) => word === year, isMonth(month), isDay(day)],
      monthFirst ? [isMonth(month), isDay(day), isYear(year)] : [isDay(day), isMonth(month), isYear(year)],
      // With a word for the month, its place says nothing about the order.
      [isDay(day), isMonthWord(month), isYear(year)],
      [isMonthWord(month), isDay(day), isYear(year)],
    ];
    return this.#lines.some((line) => {
      // `12AUG1974` is three words, and the second of two words for one month says nothing new (`AUG/AOÛT`).
      const words = line.flatMap((word) => word.match(/[0-9]+|[A-Z]+/g) ?? []);
      const once = words.filter((word, at) => !(isMonthWord(month)(word) && isMonthWord(month)(words[at - 1] ?? '')));
      return whole.some((text) => words.includes(text)) || orders.some((order) => follows(once, order));
    });
  }
}

type Test = (word: string) => boolean;
const isDay =
  (day: string): Test =>
  (word) =>
    word.length <= 2 && word.padStart(2, '0') === day;
const isYear =
  (year: string): Test =>
  (word) =>
    word === year || word === year.slice(2);
const isMonthWord =
  (month: string): Test =>
  (word) =>
    (MONTHS[Number(month) - 1] ?? []).some((start) => word.startsWith(start));
const isMonth =
  (month: string): Test =>
  (word) =>
    isDay(month)(word) || isMonthWord(month)(word);

/** Whether words that pass the tests stand behind each other. */
function follows(words: readonly string[], tests: readonly Test[]): boolean {
  return words.some((_word, at) => tests.every((test, index) => test(words[at + index] ?? '')));
}

/** Neighbouring words put together, up to `longest` of them. */
function groups(words: readonly string[], longest: number): string[] {
  return words.flatMap((_word, at) =>
    Array.from({ length: Math.min(longest, words.length - at) }, (_none, more) =>
      words.slice(at, at + more + 1).join(''),
    ),
  );
}
