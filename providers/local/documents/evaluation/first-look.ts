import type { CheckReason } from '../../../kit/index.js';
import type { SideReading } from '../document-reading.js';
import { evaluateDocument } from './evaluate-document.js';

/**
 * What speaks against one side of a document while the person still holds it: a poor picture, a date that has passed
 * everywhere, a zone or barcode that does not hold. Empty when it will do, or when this side says nothing; nothing is
 * decided by it.
 */
export function firstLook(side: SideReading, now: Date): CheckReason[] {
  if (side.reasons.length > 0) return side.reasons;
  const { checks } = evaluateDocument({ reading: { front: side }, now });
  const resultOf = (kind: string): string | undefined => checks.find((check) => check.kind === kind)?.result;
  if (resultOf('document_expiry') === 'fail') return ['document_expired'];
  // What a picture shows askew, another one may show right: whoever holds a worn document is not told more.
  return resultOf('document_data_consistency') === 'fail' ? ['document_unreadable'] : [];
}
