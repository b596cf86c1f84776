import {
  verificationPages,
  type Call,
  type FailableKind,
  type Route,
  type SessionBook,
} from '../../kit/simulator/index.js';
import { URI_PREFIX } from './back-channel.js';
import { returnQuery, type IdvSession } from './idv-session.js';

export interface PersonPagesOptions {
  title: string;
  clientId: string;
  issuer: string;
  failures: readonly FailableKind[];
  now: () => Date;
}

/** The authorization endpoint. `request_uri` is the secret that opens it; a look changes nothing. */
export function personRoutes(book: SessionBook<IdvSession>, options: PersonPagesOptions): Route[] {
  const { title, clientId, issuer, failures } = options;
  return verificationPages(book, {
    title,
    path: /^\/oauth2\/authorize$/,
    find: (call) => openedSession(book, options, call),
    page: ({ id }) =>
      `/oauth2/authorize?${new URLSearchParams({ client_id: clientId, request_uri: URI_PREFIX + id }).toString()}`,
    failures,
    back: (session) => {
      const query = returnQuery(session, issuer);
      return query && `${session.redirectUri}?${new URLSearchParams(query).toString()}`;
    },
    mayLeadTo: ({ redirectUri }) => [redirectUri],
    redirectStatus: 302,
    unknownStatus: 400,
  });
}

/** RFC 9126 section 4: the client that pushed it names itself again, and the reference lives for a minute. */
function openedSession(
  book: SessionBook<IdvSession>,
  { clientId, now }: PersonPagesOptions,
  { query }: Call,
): IdvSession | undefined {
  const uri = query.get('request_uri') ?? '';
  const session = uri.startsWith(URI_PREFIX) ? book.find(uri.slice(URI_PREFIX.length)) : undefined;
  if (!session || query.get('client_id') !== clientId) return undefined;
  if (!session.opened && session.uriExpiresAt <= now()) return undefined;
  session.opened = true;
  return session;
}
