import {
  decisionPage,
  endPage,
  HttpFault,
  identityIn,
  isScenarioName,
  layout,
  misbehave,
  readForm,
  send,
  sendPage,
  type Call,
  type FailableKind,
  type Route,
  type SessionBook,
} from '../../kit/simulator/index.js';
import { URI_PREFIX } from './back-channel.js';
import { returnQuery, type IdvSession } from './idv-session.js';

const PATH = /^\/oauth2\/authorize$/;
const ENDED = 'This verification has ended. Nothing more can be done here.';
const BY_ITSELF = 'This verification settles by itself, because a scenario was set for it. Look again in a moment.';

export interface PersonPagesOptions {
  title: string;
  clientId: string;
  issuer: string;
  failures: readonly FailableKind[];
  now: () => Date;
}

/** The authorization endpoint. `request_uri` is the secret that opens it; a look changes nothing. */
export function personRoutes(book: SessionBook<IdvSession>, options: PersonPagesOptions): Route[] {
  const page = (handle: (call: Call, session: IdvSession) => Promise<void>): Route['handle'] => {
    return async (call) => {
      const session = findSession(book, options, call);
      if (!session) return unknownRequest(options, call);
      if (await misbehave(await book.scenarioOf(session.reference), call.response)) return;
      session.opened = true;
      await handle(call, session);
    };
  };
  return [
    { method: 'GET', path: PATH, handle: page((call, session) => showPage(book, options, { call, session })) },
    { method: 'POST', path: PATH, handle: page((call, session) => takeDecision(book, options, { call, session })) },
  ];
}

/** RFC 9126 section 4: the client that pushed it names itself again, and the reference lives for a minute. */
function findSession(
  book: SessionBook<IdvSession>,
  { clientId, now }: PersonPagesOptions,
  { query }: Call,
): IdvSession | undefined {
  const uri = query.get('request_uri') ?? '';
  const session = uri.startsWith(URI_PREFIX) ? book.find(uri.slice(URI_PREFIX.length)) : undefined;
  if (!session || query.get('client_id') !== clientId) return undefined;
  return session.opened || session.uriExpiresAt > now() ? session : undefined;
}

interface Visit {
  call: Call;
  session: IdvSession;
}

async function showPage(
  book: SessionBook<IdvSession>,
  options: PersonPagesOptions,
  { call, session }: Visit,
): Promise<void> {
  await book.arm(session);
  const waits = (await book.standing(session)) === 'waiting';
  const { title, clientId, failures } = options;
  const self = new URLSearchParams({ client_id: clientId, request_uri: URI_PREFIX + session.id });
  const body = waits
    ? decisionPage({
        title,
        session,
        action: `/oauth2/authorize?${self.toString()}`,
        identity: await book.identityOf(session.reference),
        failures,
      })
    : endPage({ title, session }, { text: session.decision ? ENDED : BY_ITSELF, back: backUrl(session, options) });
  sendPage(call.response, { status: 200, body, formOrigins: [new URL(session.redirectUri).origin] });
}

async function takeDecision(
  book: SessionBook<IdvSession>,
  options: PersonPagesOptions,
  { call, session }: Visit,
): Promise<void> {
  const form = await readForm(call.request);
  const scenario = form.get('decision');
  if (!isScenarioName(scenario)) throw new HttpFault(400, 'decision_invalid');
  await book.decide(session, { scenario, identity: identityIn(form) });
  const location = backUrl(session, options);
  if (location === undefined) return showPage(book, options, { call, session });
  send(call.response, { status: 302, headers: { location } });
}

function backUrl(session: IdvSession, { issuer }: PersonPagesOptions): string | undefined {
  const query = returnQuery(session, issuer);
  return query && `${session.redirectUri}?${new URLSearchParams(query).toString()}`;
}

async function unknownRequest({ title }: PersonPagesOptions, { response }: Call): Promise<void> {
  const content = '<p>The link is wrong, or its minute is over.</p>';
  sendPage(response, { status: 400, body: layout({ title }, { heading: 'This request is not known', content }) });
}
