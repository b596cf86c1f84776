import { datesOnEarth } from '../calendar.js';
import { wholeNames } from '../mrz/whole-names.js';
import { authenticityOf } from './authenticity.js';
import { consistencyOf } from './consistency.js';
import type { DocumentEvaluation, DocumentQuestion, EvaluatedAttribute } from './document-evaluation.js';
import { readSources, type DocumentSources, type SourceFacts } from './document-sources.js';
import { expiryOf } from './expiry.js';
import { outcome, pictureReasons, type Outcome } from './outcome.js';
import { PrintedText } from './printed-text.js';

const ATTRIBUTES: readonly EvaluatedAttribute[] = [
  'familyName',
  'givenName',
  'birthDate',
  'nationality',
  'number',
  'issuingCountry',
  'issuingRegion',
  'documentType',
  'expiryDate',
];

/**
 * What a document's text is worth: who it is about, whether it has expired, whether it agrees with itself, and what
 * speaks against it. Pure and total: the same reading at the same time gives the same answer, whatever is in it.
 */
export function evaluateDocument(question: DocumentQuestion): DocumentEvaluation {
  const sources = readSources(question.reading, datesOnEarth(question.now).latest);
  const printed = PrintedText.of(question.reading);
  const consistency = consistencyOf(question, sources);
  return {
    // A visa says whom it is for, and proves nobody.
    ...attributesOf(sources.facts.filter(({ documentType }) => documentType !== 'visa')),
    comparisons: consistency.comparisons,
    checks: [
      {
        kind: 'document_authenticity',
        rawName: 'signs_against_it',
        ...withPictureReasons(authenticityOf(question, sources, printed), question),
      },
      { kind: 'document_expiry', rawName: 'date_in_zone_or_barcode', ...expiryOf(question, sources) },
      { kind: 'document_data_consistency', rawName: 'zone_barcode_and_print', ...consistency.check },
      { kind: 'data_match', ...dataMatchOf(sources, consistency.check) },
    ],
  };
}

/**
 * What is wrong with the pictures stands beside what was read of them: a card that was read well is not refused for a
 * poor picture, and whoever looks at the result sees how poor it was. It stands with the one check that never passes,
 * since a pass with a reason against it contradicts itself; behind the check's own reason, so that nothing that was not
 * retryable becomes so.
 */
function withPictureReasons({ result, reasonCodes }: Outcome, { reading }: DocumentQuestion): Outcome {
  return outcome(result, ...new Set([...reasonCodes, ...pictureReasons(reading)]));
}

/**
 * Whoever asked compares what was read with the account. Where a poor picture left nothing to compare, this says so:
 * another picture may help.
 */
function dataMatchOf({ facts }: DocumentSources, consistency: Outcome): Outcome {
  const isOpen = facts.length === 0 && consistency.result === 'indeterminate';
  return isOpen ? consistency : outcome('not_run', 'not_supported_by_provider');
}

type ToldFacts = Omit<SourceFacts, 'familyName'> & { familyName?: string };

/** Without what a zone had no room for: half a name is another name to whoever compares it with a record. */
function withWholeNames(facts: SourceFacts): ToldFacts {
  return facts.namesTruncated && facts.nameRoom !== undefined
    ? { ...facts, ...wholeNames(facts, facts.nameRoom) }
    : facts;
}

/** Each attribute from the first source that has it. */
function attributesOf(sources: readonly SourceFacts[]): Pick<DocumentEvaluation, 'identity' | 'document' | 'sources'> {
  const facts = sources.map(withWholeNames);
  const [first] = facts;
  if (!first) return { sources: {} };
  const owner = (attribute: EvaluatedAttribute): ToldFacts =>
    facts.find((each) => each[attribute] !== undefined) ?? first;
  const known = ATTRIBUTES.filter((attribute) => owner(attribute)[attribute] !== undefined);
  const pick = (attribute: EvaluatedAttribute): string | undefined => owner(attribute)[attribute];
  return {
    identity: {
      givenName: pick('givenName'),
      familyName: pick('familyName'),
      birthDate: pick('birthDate'),
      nationality: pick('nationality'),
    },
    document: {
      issuingCountry: pick('issuingCountry'),
      issuingRegion: pick('issuingRegion'),
      documentType: pick('documentType'),
      number: pick('number'),
      expiryDate: pick('expiryDate'),
    },
    sources: Object.fromEntries(known.map((attribute) => [attribute, owner(attribute).source])),
  };
}
