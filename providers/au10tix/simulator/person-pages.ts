import { verificationPages, type FailableKind, type Route, type SessionBook } from '../../kit/simulator/index.js';
import type { Au10tixSession } from './au10tix-session.js';

const FAILURES: readonly FailableKind[] = [
  'document_authenticity',
  'document_expiry',
  'document_data_consistency',
  'face_match',
  'presentation_attack',
  'injection_attack',
  'data_match',
];

/** The page behind a Secure.me link. It leads nowhere afterwards: no way back is documented. */
export const personRoutes = (book: SessionBook<Au10tixSession>): Route[] =>
  verificationPages(book, {
    title: 'AU10TIX simulator',
    path: /^\/s\/([0-9a-f-]{36})$/,
    find: ({ parameters: [id = ''] }) => book.find(id),
    page: ({ id }) => `/s/${id}`,
    failures: FAILURES,
  });
