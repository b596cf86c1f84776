import type { CheckReason } from '../../../kit/index.js';
import { DOCUMENT_MODELS } from '../document-models.js';
import type { DocumentReading } from '../document-reading.js';
import { wholeNames } from '../mrz/whole-names.js';
import type {
  AttributeComparison,
  ComparedAttribute,
  DocumentQuestion,
  PrintedAttribute,
} from './document-evaluation.js';
import { COMPARED_ATTRIBUTES, PRINTED_ATTRIBUTES } from './document-evaluation.js';
import { readSources, type DocumentSources, type SourceFacts } from './document-sources.js';
import { outcome, pictureReasons, unread, type Outcome } from './outcome.js';
import { plainName, plainWords } from './plain-words.js';
import { PrintedText } from './printed-text.js';

/**
 * Confidence of a zone's worst line from which a wrong check digit counts as the document's fault and not the reader's. 1
 * in 150 of the drawn zones that were read this surely was misread (README, "Numbers of documents").
 */
export const SURE_CONFIDENCE = DOCUMENT_MODELS.zoneLetters.thresholds.sureZone.value;

/** From this many attributes on, the print was read, and what is not in it is missing and not misread. */
const PRINT_WAS_READ = 2;

/**
 * What has to stand on the front, beside the portrait: whoever shows the front of one document and the back of another
 * writes the back himself, all of it, so that its print confirms its zone. Of what is left these are what an account is
 * known by: with a number or a date of expiry the forged back could take over the front's own.
 */
const TIED_TO_PORTRAIT: readonly PrintedAttribute[] = ['familyName', 'givenName', 'birthDate'];

/** A family name that takes this share of a full field may go on in print: issuers cut where they like. */
const FAMILY_SHARE_CUT = 1 / 3;

const MONTH_FIRST: readonly string[] = ['USA'];

/**
 * Whether zone, barcode and print say the same. Two machine-readable sources that differ fail, and so does a zone that was
 * read well and whose digits are wrong. Print is read with mistakes: what is not found in it leaves the question open, and
 * so do a name and a birth date that only the back has.
 */
export function consistencyOf(
  { reading, chosen }: DocumentQuestion,
  sources: DocumentSources,
): { check: Outcome; comparisons: AttributeComparison[] } {
  const [elsewhere, onPrint] = [betweenSources(sources.facts), withPrint(sources.facts[0], reading)];
  return { check: judge(), comparisons: [...elsewhere, ...onPrint] };

  function judge(): Outcome {
    if (elsewhere.some(({ outcome: found }) => found === 'differs')) return outcome('fail', 'document_inconsistent');
    const faulty = faultOf(sources);
    if (faulty) return faulty;
    if (sources.facts.length === 0) return unread(reading, sources, chosen);
    // Two pictures of one zone agree whatever it says.
    const isConfirmed = [...elsewhere, ...onPrint].some(({ between: [one, other] }) => one !== other);
    return onPrintAlone(onPrint, reading) ?? (isConfirmed ? outcome('pass', 'ok') : outcome('not_run', 'data_missing'));
  }
}

/**
 * What print leaves open: it is read with mistakes, so that what it seems to say otherwise never fails by itself. A fault of
 * the picture may be why something is missing in it, and is said beside; of what is there and differs it is no cause.
 */
function onPrintAlone(comparisons: readonly AttributeComparison[], reading: DocumentReading): Outcome | undefined {
  const found = (as: AttributeComparison['outcome']): AttributeComparison[] =>
    comparisons.filter((comparison) => comparison.outcome === as);
  if (found('differs').length > 0) return outcome('indeterminate', 'document_inconsistent');
  const missing = found('not_found');
  if (missing.length === 0) return undefined;
  if (found('agrees').length < PRINT_WAS_READ) return outcome('indeterminate', 'document_unreadable');
  return outcome('indeterminate', 'document_inconsistent', ...faultsBehind(missing, reading));
}

/** What is wrong with the pictures in which the missing should have been found. A poor back explains nothing of a front. */
function faultsBehind(missing: readonly AttributeComparison[], reading: DocumentReading): CheckReason[] {
  const onlyOnFront = missing.some(({ attribute }) => TIED_TO_PORTRAIT.some((tied) => tied === attribute));
  return onlyOnFront ? reading.front.reasons : pictureReasons(reading);
}

/**
 * Whether something of the first source is missing in the print that was read. False when there is no source, or no print
 * was read.
 *
 * @param day ISO 8601, as in `parseMrz`
 */
export function missesInPrint(reading: DocumentReading, day: string): boolean {
  const [first] = readSources(reading, day).facts;
  return withPrint(first, reading).some(({ outcome: found }) => found === 'not_found');
}

/** A source that was found and does not hold. A barcode corrects its own errors, so it was read right or not at all. */
function faultOf({ zones, barcodes }: DocumentSources): Outcome | undefined {
  const wrong = zones.filter(({ result }) => result.kind === 'faulty');
  if (wrong.some(({ confidence }) => confidence >= SURE_CONFIDENCE)) return outcome('fail', 'document_inconsistent');
  if (barcodes.some(({ kind }) => kind === 'faulty')) return outcome('indeterminate', 'document_inconsistent');
  const unsure = wrong.length > 0 || zones.some(({ result }) => result.kind === 'unrecognised');
  return unsure ? outcome('indeterminate', 'document_unreadable') : undefined;
}

/** Each source against the first; two zones are two documents unless they agree. */
function betweenSources([first, ...others]: readonly SourceFacts[]): AttributeComparison[] {
  if (!first) return [];
  return others.flatMap((other) =>
    COMPARED_ATTRIBUTES.flatMap((attribute): AttributeComparison[] => {
      const one = textOf(first, attribute);
      const two = textOf(other, attribute);
      if (one === undefined || two === undefined) return [];
      const same = one === two || sameButForCuts(attribute, first, other);
      return [{ attribute, between: [first.source, other.source], outcome: same ? 'agrees' : 'differs' }];
    }),
  );
}

/** Whether word for word one is how the other begins, in names of which at least one may have been cut. */
function sameButForCuts(attribute: ComparedAttribute, first: SourceFacts, other: SourceFacts): boolean {
  if (attribute !== 'familyName' && attribute !== 'givenName') return false;
  if (!mayBeCut(first, attribute) && !mayBeCut(other, attribute)) return false;
  const [few = [], many = []] = [first, other]
    .map((facts) => plainWords(facts[attribute] ?? '').map(plainName))
    .sort((one, two) => one.length - two.length);
  return few.every((word, at) => word.startsWith(many[at] ?? '') || (many[at] ?? '').startsWith(word));
}

/** In a full field every word may be cut; only a short family name is certainly whole. */
function mayBeCut(facts: SourceFacts, attribute: 'familyName' | 'givenName'): boolean {
  if (!facts.namesTruncated) return false;
  if (attribute === 'givenName' || facts.nameRoom === undefined) return true;
  return wholeNames(facts, facts.nameRoom).familyName === undefined;
}

function mayGoOn({ familyName, namesTruncated, nameRoom = Infinity }: SourceFacts): boolean {
  return namesTruncated && familyName.length >= FAMILY_SHARE_CUT * nameRoom;
}

/** An attribute in the one spelling that sources share; undefined where it is missing or not whole. */
function textOf(facts: SourceFacts, attribute: ComparedAttribute): string | undefined {
  const text = facts[attribute];
  if (text === undefined) return undefined;
  if (attribute === 'familyName' || attribute === 'givenName') return plainWords(text).map(plainName).join('');
  if (attribute === 'number') return plainWords(text).join('');
  return text.includes('-00') ? undefined : text;
}

function withPrint(facts: SourceFacts | undefined, reading: DocumentReading): AttributeComparison[] {
  const [printed, onFront] = [PrintedText.of(reading), PrintedText.of({ front: reading.front })];
  if (!facts || !printed) return [];
  return PRINTED_ATTRIBUTES.flatMap((attribute): AttributeComparison[] => {
    if (textOf(facts, attribute) === undefined) return [];
    const where = TIED_TO_PORTRAIT.includes(attribute) ? onFront : printed;
    const found = where ? inPrint(facts, attribute, where) : 'not_found';
    return [{ attribute, between: [facts.source, 'print'], outcome: found }];
  });
}

function inPrint(
  facts: SourceFacts,
  attribute: PrintedAttribute,
  printed: PrintedText,
): AttributeComparison['outcome'] {
  const text = facts[attribute] ?? '';
  const found = (isThere: boolean): AttributeComparison['outcome'] => (isThere ? 'agrees' : 'not_found');
  const same = (value: string | undefined): AttributeComparison['outcome'] =>
    value === undefined ? 'not_read' : value === text ? 'agrees' : 'differs';
  switch (attribute) {
    case 'number':
      return found(printed.hasNumber(text));
    case 'birthDate':
    case 'expiryDate':
      return found(printed.hasDate(text, { monthFirst: MONTH_FIRST.includes(facts.issuingCountry) }));
    case 'familyName':
    case 'givenName':
      return found(
        printed.hasName(text, {
          truncated: mayBeCut(facts, attribute) || mayGoOn(facts),
          other: attribute === 'familyName' ? facts.givenName : facts.familyName,
        }),
      );
    case 'nationality':
      return same(printed.nationality);
    case 'sex':
      return same(printed.sex ?? (facts.source === 'mrz' ? printed.loneSex : undefined));
  }
}
