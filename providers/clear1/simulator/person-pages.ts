import { verificationPages, type FailableKind, type Route, type SessionBook } from '../../kit/simulator/index.js';
import { PROJECT_CHECKS, type ClearSession } from './clear-session.js';

/** `/verify?token=`: whoever has the token is the person. */
export const personRoutes = (book: SessionBook<ClearSession>): Route[] =>
  verificationPages(book, {
    title: 'CLEAR1 simulator',
    path: /^\/verify$/,
    find: ({ query }) => book.all().find(({ token }) => token === query.get('token')),
    page: ({ token }) => `/verify?token=${token}`,
    failures: [...Object.keys(PROJECT_CHECKS), 'data_match'] as FailableKind[],
    back: ({ request }) => request.redirect_url,
    mayLeadTo: ({ request }) => [request.redirect_url],
    refusal: 'invalid_input',
  });
