import {
  decisionPage,
  endPage,
  FAILABLE_KINDS,
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
import type { SandboxSession } from './sandbox-session.js';

const PATH = /^\/verify\/([\w-]+)$/;
const TITLE = 'Sandbox partner';
const ENDED = 'This verification has ended. Nothing more can be done here.';
const BY_ITSELF = 'This verification settles by itself, because a scenario was set for it. You can go back now.';

/** The pages the person sees. The session's id is the secret that opens them. */
export function personRoutes(book: SessionBook<SandboxSession>): Route[] {
  const page = (handle: (call: Call, session: SandboxSession) => Promise<void>): Route['handle'] => {
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

async function showPage(book: SessionBook<SandboxSession>, call: Call, session: SandboxSession): Promise<void> {
  await book.arm(session);
  const waits = (await book.standing(session)) === 'waiting';
  const body = waits
    ? decisionPage({
        title: TITLE,
        session,
        action: `/verify/${session.id}`,
        identity: await book.identityOf(session.reference),
        failures: FAILABLE_KINDS,
      })
    : endPage({ title: TITLE, session }, { text: session.decision ? ENDED : BY_ITSELF, back: backUrl(session) });
  sendPage(call.response, { status: 200, body, formOrigins: [new URL(session.returnUrl).origin] });
}

async function takeDecision(book: SessionBook<SandboxSession>, call: Call, session: SandboxSession): Promise<void> {
  const form = await readForm(call.request);
  const scenario = form.get('decision');
  if (!isScenarioName(scenario)) throw new HttpFault(400, 'decision_invalid');
  await book.decide(session, { scenario, identity: identityIn(form) });
  send(call.response, { status: 303, headers: { location: backUrl(session) } });
}

async function unknownSession({ response }: Call): Promise<void> {
  const content = '<p>The link is wrong, or the verification was deleted.</p>';
  sendPage(response, {
    status: 404,
    body: layout({ title: TITLE }, { heading: 'This verification is not known', content }),
  });
}

/** The customer's return address with a hint for the pages there; it proves nothing and is not meant to. */
function backUrl(session: SandboxSession): string {
  const url = new URL(session.returnUrl);
  url.searchParams.set('sandbox_outcome', session.decision?.scenario === 'cancelled' ? 'cancelled' : 'done');
  return url.href;
}
