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
  type Route,
  type SessionBook,
} from '../../kit/simulator/index.js';
import { FAILURES, type DocumentSession } from './document-session.js';

const PATH = /^\/idproofing\/session\/([\w-]+)$/;
const TITLE = '1Kosmos simulator';
const ENDED = 'This verification has ended. Go back to the page you came from; it finds out by itself.';
const BY_ITSELF =
  'This verification settles by itself, because a scenario was set for it. Go back to the page you came from.';

/** The pages the person sees. The session's id is the secret that opens them, and no link leads back. */
export function personRoutes(book: SessionBook<DocumentSession>): Route[] {
  const page = (handle: (call: Call, session: DocumentSession) => Promise<void>): Route['handle'] => {
    return async (call) => {
      const session = book.find(call.parameters[0] ?? '');
      if (!session) return unknownSession(call);
      if (await misbehave(await book.scenarioOf(session.reference), call.response)) return;
      await handle(call, session);
    };
  };
  return [
    { method: 'GET', path: PATH, handle: page((call, session) => showPage(book, call, session)) },
    { method: 'POST', path: PATH, handle: page((call, session) => takeDecision(book, call, session)) },
  ];
}

async function showPage(book: SessionBook<DocumentSession>, call: Call, session: DocumentSession): Promise<void> {
  await book.arm(session);
  const waits = (await book.standing(session)) === 'waiting';
  const body = waits
    ? decisionPage({
        title: TITLE,
        session,
        action: `/idproofing/session/${session.id}`,
        identity: await book.identityOf(session.reference),
        failures: FAILURES,
      })
    : endPage({ title: TITLE, session }, { text: session.decision ? ENDED : BY_ITSELF });
  sendPage(call.response, { status: 200, body });
}

async function takeDecision(book: SessionBook<DocumentSession>, call: Call, session: DocumentSession): Promise<void> {
  const form = await readForm(call.request);
  const scenario = form.get('decision');
  if (!isScenarioName(scenario)) throw new HttpFault(400, 'decision_invalid');
  await book.decide(session, { scenario, identity: identityIn(form) });
  send(call.response, { status: 303, headers: { location: `/idproofing/session/${session.id}` } });
}

async function unknownSession({ response }: Call): Promise<void> {
  const content = '<p>The link is wrong, or the verification was deleted.</p>';
  const body = layout({ title: TITLE }, { heading: 'This verification is not known', content });
  sendPage(response, { status: 404, body });
}
