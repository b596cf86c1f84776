import { verificationPages, type Route, type SessionBook } from '../../kit/simulator/index.js';
import { FAILURES, type DocumentSession } from './document-session.js';

/** The pages the person sees. The session's id is the secret that opens them, and no link leads back. */
export const personRoutes = (book: SessionBook<DocumentSession>): Route[] =>
  verificationPages(book, {
    title: '1Kosmos simulator',
    path: /^\/idproofing\/session\/([\w-]+)$/,
    find: ({ parameters: [id = ''] }) => book.find(id),
    page: ({ id }) => `/idproofing/session/${id}`,
    failures: FAILURES,
  });
