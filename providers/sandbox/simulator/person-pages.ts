import { FAILABLE_KINDS, verificationPages, type Route, type SessionBook } from '../../kit/simulator/index.js';
import type { SandboxSession } from './sandbox-session.js';

/** The pages the person sees. The session's id is the secret that opens them. */
export const personRoutes = (book: SessionBook<SandboxSession>): Route[] =>
  verificationPages(book, {
    title: 'Sandbox partner',
    path: /^\/verify\/([\w-]+)$/,
    find: ({ parameters: [id = ''] }) => book.find(id),
    page: ({ id }) => `/verify/${id}`,
    failures: FAILABLE_KINDS,
    back: backUrl,
    mayLeadTo: ({ returnUrl }) => [returnUrl],
  });

/** The customer's return address with a hint for the pages there; it proves nothing and is not meant to. */
function backUrl(session: SandboxSession): string {
  const url = new URL(session.returnUrl);
  url.searchParams.set('sandbox_outcome', session.decision?.scenario === 'cancelled' ? 'cancelled' : 'done');
  return url.href;
}
