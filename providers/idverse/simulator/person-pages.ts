import { verificationPages, type FailableKind, type Route, type SessionBook } from '../../kit/simulator/index.js';
import { CHECKS, type Transaction } from './transaction.js';

/** The page behind the link of a transaction. */
export const personRoutes = (book: SessionBook<Transaction>): Route[] =>
  verificationPages(book, {
    title: 'IDVerse simulator',
    path: /^\/([0-9A-Z]{26})$/,
    find: ({ parameters: [code] }) => book.all().find(({ linkCode }) => linkCode === code),
    page: ({ linkCode }) => `/${linkCode}`,
    failures: [...Object.keys(CHECKS), 'data_match'] as FailableKind[],
    back: ({ decision, request }) =>
      decision?.scenario === 'cancelled' ? request.redirect_url_exit : request.redirect_url_success,
    mayLeadTo: ({ request }) => [...new Set([request.redirect_url_success, request.redirect_url_exit])],
    refusal: 'Bad Request.',
  });
