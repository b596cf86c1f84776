import type { Box, DocumentReading, PrintedLine } from '../document-reading.js';
import type { Sex } from './document-sources.js';
import { isNear, isOfSomethingElse, placeLines } from './name-places.js';
import { isReadAs, plainName, plainWords } from './plain-words.js';
import { loneSex, printedNationality, printedSex } from './printed-labels.js';

/** More than any document carries; what a hostile picture adds is not looked at. */
const MAX_LINES = 120;
const MAX_LINE_LENGTH = 120;

/** A printed number or name may be set in groups. */
const NUMBER_WORDS = 5;
const NAME_WORDS = 3;
const NAMING_LENGTH = 3;

/** Letters and figures that recognition takes for each other: in print an O and a zero differ by a hair, if at all. */
const ALIKE: Readonly<Record<string, string>> = { O: '0', I: '1', S: '5', B: '8' };

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
  readonly #lines: readonly Line[];
  /** Beside its caption; undefined where neither or nothing plain was read. */
  readonly sex: Sex | undefined;
  /** A letter by itself that may be one. */
  readonly loneSex: Sex | undefined;
  readonly nationality: string | undefined;

  private constructor(sides: readonly (readonly PrintedLine[])[]) {
    this.#lines = sides.flatMap((lines, side) => {
      const places = placeLines(lines);
      return lines.map((line): Line => {
        const words = plainWords(line.text);
        const runs = words.flatMap((word) => word.match(/[0-9]+|[A-Z]+/g) ?? []);
        return { words, names: words.map(plainName), runs, side, box: line.box, isOfPlace: places.has(line) };
      });
    });
    this.sex = printedSex(sides);
    this.loneSex = loneSex(sides);
    this.nationality = printedNationality(sides);
  }

  /**
   * Undefined when the print of neither side was read. A line with fillers is of the zone itself, which would confirm
   * itself; readers leave it out, and here it is left out once more.
   */
  static of({ front, back }: DocumentReading): PrintedText | undefined {
    if (!front.printed && !back?.printed) return undefined;
    const ofFront = (front.printed ?? []).slice(0, MAX_LINES);
    const ofBack = (back?.printed ?? []).slice(0, MAX_LINES - ofFront.length);
    return new PrintedText([ofFront, ofBack].map(withoutZone));
  }

  /**
   * Every word of a name, each of which may go on where the name was cut; or all of them as one run of letters. A word that
   * stands without the name's others counts only where a name may stand, and near the other name where that was read: by
   * itself it may be a month, a state or a place of birth.
   *
   * @param other the family name of a given name, the given names of a family name
   */
  hasName(name: string, { truncated, other = '' }: { truncated: boolean; other?: string }): boolean {
    const words = plainWords(name);
    const names = words.map(plainName);
    if (names.length === 0) return false;
    if (names.length > 1 && this.#hasRun(words, truncated)) return true;
    const others = plainWords(other).map(plainName);
    return names.every((word) => this.#hasWordOf([...names, ...others], { word, names, truncated }));
  }

  #hasWordOf(whole: readonly string[], { word, names, truncated }: WordOfName): boolean {
    const has = (line: Line, name: string): boolean =>
      someGroup(line.names, { longest: NAME_WORDS, test: (printed) => isReadAs(name, printed, { truncated }) });
    const rest = names.filter((each) => each !== word);
    const lines = this.#lines.filter((line) => has(line, word));
    if (rest.length > 0 && lines.some((line) => rest.every((each) => has(line, each)))) return true;
    const others = longerOf(whole.filter((each) => each !== word));
    const near = this.#lines.filter((line) => others.some((each) => has(line, each)));
    return lines.some(
      (line) =>
        // A letter by itself is somewhere on every document; in a name it stands beside the name.
        (names.length === 1 || word.length > 1 || truncated || rest.some((each) => line.names.includes(each))) &&
        mayBeName(line, { word, truncated }) &&
        (near.length === 0 || near.some(({ side, box }) => side === line.side && isNear(box, line.box))),
    );
  }

  /** Letter by letter: of a long run one wrong letter may be another short name. As it is spelled, or word by word. */
  #hasRun(words: readonly string[], truncated: boolean): boolean {
    const [spelled, plain] = [words.join(''), words.map(plainName).join('')];
    const isRun =
      (name: string): Test =>
      (printed) =>
        truncated ? printed.startsWith(name) : printed === name;
    return this.#lines.some(
      (line) =>
        someGroup(line.words, { longest: NAME_WORDS, test: isRun(spelled) }) ||
        someGroup(line.names, { longest: NAME_WORDS, test: isRun(plain) }),
    );
  }

  /** Wherever the gaps are, and but for what looks alike. What the zone itself says stands under a check digit. */
  hasNumber(number: string): boolean {
    const whole = withoutLookalikes(plainWords(number).join(''));
    const test = (printed: string): boolean => withoutLookalikes(printed) === whole;
    return this.#lines.some(({ words }) => someGroup(words, { longest: NUMBER_WORDS, test }));
  }

  hasWord(word: string): boolean {
    return this.#lines.some(({ words }) => words.includes(word));
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
    return this.#lines.some(({ runs }) => {
      if (!runs.some((run) => isYear(year)(run) || whole.includes(run))) return false;
      // The second of two words for one month says nothing new (`AUG/AOÛT`).
      const isSecond = (at: number): boolean =>
        isMonthWord(month)(runs[at] ?? '') && isMonthWord(month)(runs[at - 1] ?? '');
      const once = runs.filter((_run, at) => !isSecond(at));
      return whole.some((text) => once.includes(text)) || orders.some((order) => follows(once, order));
    });
  }
}

function withoutZone(lines: readonly PrintedLine[]): PrintedLine[] {
  const short = lines.map((line) => ({ ...line, text: line.text.slice(0, MAX_LINE_LENGTH) }));
  return short.filter(({ text }) => !/[<«]/.test(text));
}

interface WordOfName {
  word: string;
  names: readonly string[];
  truncated: boolean;
}

interface Line {
  /** 0 the front, 1 the back. */
  side: number;
  box: Box;
  /** A place or an office, by its caption. */
  isOfPlace: boolean;
  words: readonly string[];
  /** The same in the one spelling of names. */
  names: readonly string[];
  /** Digits and letters by themselves: `12AUG1974` is three. */
  runs: readonly string[];
}

function withoutLookalikes(number: string): string {
  return number.replace(/[OISB]/g, (letter) => ALIKE[letter] ?? letter);
}

function mayBeName({ isOfPlace, words }: Line, { word, truncated }: Pick<WordOfName, 'word' | 'truncated'>): boolean {
  return !isOfPlace && !isOfSomethingElse(words.filter((each) => !isReadAs(word, plainName(each), { truncated })));
}

/** Without what is so short that it stands on every document, unless there is nothing else. */
function longerOf(names: readonly string[]): string[] {
  const longest = Math.max(0, ...names.map(({ length }) => length));
  return names.filter(({ length }) => length >= Math.min(longest, NAMING_LENGTH));
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

/** Whether the test holds for some neighbouring words put together, up to `longest` of them. */
function someGroup(words: readonly string[], { longest, test }: { longest: number; test: Test }): boolean {
  return words.some((_word, at) => {
    let group = '';
    return words.slice(at, at + longest).some((word) => test((group += word)));
  });
}
