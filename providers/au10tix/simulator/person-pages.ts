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
import type { Au10tixSession } from './au10tix-session.js';

const PATH = /^\/s\/([0-9a-f-]{36})$/;
const TITLE = 'AU10TIX simulator';
const FAILURES: readonly FailableKind[] = [
  'document_authenticity',
  'document_expiry',
  'document_data_consistency',
  'face_match',
  'presentation_attack',
  'injection_attack',
  'data_match',
];
const ENDED = 'This verification has ended. Go back to the page you came from; it notices by itself.';
const BY_ITSELF = 'This verification settles by itself, because a scenario was set for it. You can close this page.';

/** The page behind a Secure.me link. It leads nowhere afterwards: no way back is documented. */
export function personRoutes(book: SessionBook<Au10tixSession>): Route[] {
  const page = (handle: (call: Call, session: Au10tixSession) => Promise<void>): Route['handle'] => {
    return async (call) => {
      const session = book.find(call.parameters[0] ?? '');
      if (!session) return unknownLink(call);
      if (await misbehave(await book.scenarioOf(session.reference), call.response)) return;
      await handle(call, session);
    };
  };
  return [
    { method: 'GET', path: PATH, handle: page((call, session) => showPage(book, call, session)) },
    { method: 'POST', path: PATH, handle: page((call, session) => takeDecision(book, call, session)) },
  ];
}

async function showPage(book: SessionBook<Au10tixSession>, call: Call, session: Au10tixSession): Promise<void> {
  await book.arm(session);
  const waits = (await book.standing(session)) === 'waiting';
  const body = waits
    ? decisionPage({
        title: TITLE,
        session,
        action: `/s/${session.id}`,
        identity: await book.identityOf(session.reference),
        failures: FAILURES,
      })
    : endPage({ title: TITLE, session }, { text: session.decision ? ENDED : BY_ITSELF });
  sendPage(call.response, { status: 200, body });
}

async function takeDecision(book: SessionBook<Au10tixSession>, call: Call, session: Au10tixSession): Promise<void> {
  const form = await readForm(call.request);
  const scenario = form.get('decision');
  if (!isScenarioName(scenario)) throw new HttpFault(400, 'decision_invalid');
  await book.decide(session, { scenario, identity: identityIn(form) });
  send(call.response, { status: 303, headers: { location: `/s/${session.id}` } });
}

async function unknownLink({ response }: Call): Promise<void> {
  const content = '<p>The link is wrong, or too old.</p>';
  sendPage(response, {
    status: 404,
    body: layout({ title: TITLE }, { heading: 'This verification is not known', content }),
  });
}
