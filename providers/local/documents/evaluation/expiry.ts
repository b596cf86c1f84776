import { datesOnEarth } from '../calendar.js';
import type { DocumentQuestion } from './document-evaluation.js';
import type { DocumentSources } from './document-sources.js';
import { outcome, unread, type Outcome } from './outcome.js';

/**
 * A document is valid to the end of its last day where it was issued, and it does not say in which time zone that is. It
 * passes while that day has ended nowhere on earth, fails once it has ended everywhere, and is open in between. When its
 * sources differ, the earliest counts.
 */
export function expiryOf({ reading, chosen, now }: DocumentQuestion, sources: DocumentSources): Outcome {
  const [earliest] = sources.facts.map(({ expiryDate }) => expiryDate).sort();
  if (!earliest) return unread(reading, sources, chosen);
  const today = datesOnEarth(now);
  if (earliest >= today.latest) return outcome('pass', 'ok');
  return outcome(earliest < today.earliest ? 'fail' : 'indeterminate', 'document_expired');
}
