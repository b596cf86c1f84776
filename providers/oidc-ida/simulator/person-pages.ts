import { randomBytes } from 'node:crypto';
import {
  layout,
  send,
  sendPage,
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

const REFUSED =
  '<p>Its link has ended or was used already. Go back to where you came from, and try again from there.</p>';

/** The authorization endpoint, which a `request_uri` opens once, and the page behind it. A look at the page changes nothing. */
export function personRoutes(book: SessionBook<IdvSession>, options: PersonPagesOptions): Route[] {
  const { title, issuer, failures } = options;
  return [
    { method: 'GET', path: /^\/oauth2\/authorize$/, handle: (call) => authorize(book, options, call) },
    ...verificationPages(book, {
      title,
      path: /^\/verification\/([\w-]+)$/,
      find: ({ parameters: [page] }) => book.all().find((session) => session.page === page),
      page: ({ page = '' }) => `/verification/${page}`,
      failures,
      back: (session) => {
        const query = returnQuery(session, issuer);
        return query && `${session.redirectUri}?${new URLSearchParams(query).toString()}`;
      },
      mayLeadTo: ({ redirectUri }) => [redirectUri],
      redirectStatus: 302,
    }),
  ];
}

async function authorize(book: SessionBook<IdvSession>, options: PersonPagesOptions, call: Call): Promise<void> {
  const session = openableSession(book, options, call);
  if (!session) {
    const body = layout({ title: options.title }, { heading: 'This request cannot be opened', content: REFUSED });
    return sendPage(call.response, { status: 400, body });
  }
  session.page = randomBytes(16).toString('base64url');
  send(call.response, { status: 303, headers: { location: `/verification/${session.page}` } });
}

/** RFC 9126 section 4: the client that pushed it names itself again; the reference has an end, and is good for one use. */
function openableSession(
  book: SessionBook<IdvSession>,
  { clientId, now }: PersonPagesOptions,
  { query }: Call,
): IdvSession | undefined {
  const uri = query.get('request_uri') ?? '';
  const session = uri.startsWith(URI_PREFIX) ? book.find(uri.slice(URI_PREFIX.length)) : undefined;
  if (!session || query.get('client_id') !== clientId) return undefined;
  return session.page === undefined && session.uriExpiresAt > now() ? session : undefined;
}
