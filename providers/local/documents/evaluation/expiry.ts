import { datesOnEarth } from '../calendar.js';
import type { DocumentQuestion } from './document-evaluation.js';
import type { DocumentSources } from './document-sources.js';
import { outcome, unread, type Outcome } from './outcome.js';

/**
 * A document is valid to the end of its last day where it was issued, and it does not say in which time zone that is. It
 * passes while that day has ended nowhere on earth, fails once it has ended everywhere, and is open in between. When its
 * sources differ, the earliest counts. A date whose century is not known never passes: a person reads it.
 */
export function expiryOf({ reading, chosen, now }: DocumentQuestion, sources: DocumentSources): Outcome {
  if (sources.facts.length === 0) return unread(reading, sources, chosen);
  const dates = sources.facts.flatMap(({ expiryDate }) => expiryDate ?? []);
  const [earliest] = dates.sort();
  const today = datesOnEarth(now);
  if (earliest === undefined || earliest >= today.latest) {
    return dates.length < sources.facts.length ? outcome('indeterminate', 'data_missing') : outcome('pass', 'ok');
  }
  return earliest < today.earliest
    ? outcome('fail', 'document_expired')
    : outcome('indeterminate', 'document_last_day');
}
