import type { ChosenDocument } from '../../../kit/index.js';
import type { SignalState } from '../document-reading.js';
import type { DocumentQuestion } from './document-evaluation.js';
import type { DocumentSources, SourceFacts } from './document-sources.js';
import { outcome, unread, type Outcome } from './outcome.js';
import type { PrintedText } from './printed-text.js';
import { isSpecimen } from './specimens.js';

/** Kinds of one document: which of them a zone shows is the issuer's own matter. */
const CARDS: readonly string[] = ['identity_card', 'residence_permit'];

/**
 * Signs that speak against a document. Nothing here can prove one genuine, so nothing passes: without a sign the question
 * is open, for a person to look at the pictures or for a partner that can tell.
 */
export function authenticityOf(
  { reading, chosen }: DocumentQuestion,
  sources: DocumentSources,
  printed: PrintedText | undefined,
): Outcome {
  if (isSpecimen(sources, printed)) return outcome('fail', 'document_specimen');
  // A visa is a leaf in a document, and says nothing that the document does not.
  if (sources.facts.some(({ documentType }) => documentType === 'visa'))
    return outcome('fail', 'document_not_accepted');
  if (sources.facts.length === 0) return unread(reading, sources, chosen);
  if (chosen && !sources.facts.some((facts) => isKindOf(facts, chosen))) {
    return outcome('indeterminate', 'document_not_chosen');
  }
  const signals = [reading.front.signals, ...(reading.back ? [reading.back.signals] : [])].flatMap(
    ({ screen, photocopy }): SignalState[] => [screen, photocopy],
  );
  if (signals.includes('seen')) return outcome('indeterminate', 'document_copy_suspected');
  if (!signals.includes('not_seen')) return outcome('not_run', 'not_supported_by_provider');
  return outcome('indeterminate', 'manual_review_requested');
}

function isKindOf({ documentType, issuingCountry }: SourceFacts, chosen: ChosenDocument): boolean {
  if (issuingCountry !== chosen.issuingCountry) return false;
  const bothCards = CARDS.includes(documentType) && CARDS.includes(chosen.documentType);
  return chosen.documentType === 'other' || documentType === chosen.documentType || bothCards;
}
