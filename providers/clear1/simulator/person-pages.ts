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
import { PROJECT_CHECKS, type ClearSession } from './clear-session.js';

const PATH = /^\/verify$/;
const TITLE = 'CLEAR1 simulator';
const FAILURES = [...Object.keys(PROJECT_CHECKS), 'data_match'] as FailableKind[];
const ENDED = 'This verification has ended. Nothing more can be done here.';
const BY_ITSELF = 'This verification settles by itself, because a scenario was set for it. You can go back now.';

/** `/verify?token=`: whoever has the token is the person. */
export function personRoutes(book: SessionBook<ClearSession>): Route[] {
  const page = (handle: (call: Call, session: ClearSession) => Promise<void>): Route['handle'] => {
    return async (call) => {
      const token = call.query.get('token');
      const session = book.all().find((candidate) => candidate.token === token);
      if (!session) return unknownToken(call);
      if (await misbehave(await book.scenarioOf(session.reference), call.response)) return;
      await handle(call, session);
    };
  };
  return [
    { method: 'GET', path: PATH, handle: page((call, session) => showPage(book, call, session)) },
    { method: 'POST', path: PATH, handle: page((call, session) => takeDecision(book, call, session)) },
  ];
}

async function showPage(book: SessionBook<ClearSession>, call: Call, session: ClearSession): Promise<void> {
  await book.arm(session);
  const waits = (await book.standing(session)) === 'waiting';
  const end = { text: session.decision ? ENDED : BY_ITSELF, back: session.request.redirect_url };
  const body = waits
    ? decisionPage({
        title: TITLE,
        session,
        action: `/verify?token=${session.token}`,
        identity: await book.identityOf(session.reference),
        failures: FAILURES,
      })
    : endPage({ title: TITLE, session }, end);
  sendPage(call.response, { status: 200, body, formOrigins: [new URL(session.request.redirect_url).origin] });
}

async function takeDecision(book: SessionBook<ClearSession>, call: Call, session: ClearSession): Promise<void> {
  const form = await readForm(call.request);
  const scenario = form.get('decision');
  if (!isScenarioName(scenario)) throw new HttpFault(400, 'invalid_input');
  await book.decide(session, { scenario, identity: identityIn(form) });
  send(call.response, { status: 303, headers: { location: session.request.redirect_url } });
}

async function unknownToken({ response }: Call): Promise<void> {
  const content = '<p>The link is wrong, or too old.</p>';
  sendPage(response, {
    status: 404,
    body: layout({ title: TITLE }, { heading: 'This verification is not known', content }),
  });
}
