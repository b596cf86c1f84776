import { HttpFault, readForm, send, type Call, type Route } from './http.js';
import { misbehave } from './misbehaviour.js';
import { decisionPage, endPage, identityIn, layout, sendPage } from './page.js';
import { isScenarioName, type FailableKind } from './scenario.js';
import type { SessionBook, SimulatedSession } from './session-book.js';

export interface VerificationPages<Session> {
  title: string;
  path: RegExp;
  /** The session that this link opens; whoever has the link is the person. */
  find: (call: Call) => Session | undefined;
  /** Path and query of the session's own page: where its form posts. */
  page: (session: Session) => string;
  failures: readonly FailableKind[];
  /** Where the browser goes afterwards; a partner without one shows its own page again. */
  back?: (session: Session) => string | undefined;
  /** Addresses that the page's form may end up at, besides its own. */
  mayLeadTo?: (session: Session) => readonly string[];
  /** The partner's word for a form it cannot read. Default `decision_invalid`. */
  refusal?: string;
  /** Of the redirect after the form. Default 303. */
  redirectStatus?: 302 | 303;
  /** For a link that opens nothing. Default 404. */
  unknownStatus?: 400 | 404;
}

const ENDED = 'This verification has ended. Nothing more can be done here.';
const BY_ITSELF = 'This verification settles by itself, because a scenario was set for it.';
const GO_BACK = 'Go back to the page you came from: it goes on by itself.';
const UNKNOWN = '<p>The link is wrong, too old, or the verification was deleted.</p>';

/** The partner's page on which one plays the person. A look changes nothing; the first decision stands. */
export function verificationPages<Session extends SimulatedSession>(
  book: SessionBook<Session>,
  pages: VerificationPages<Session>,
): Route[] {
  const opened = (handle: (call: Call, session: Session) => Promise<void>): Route['handle'] => {
    return async (call) => {
      const session = pages.find(call);
      if (!session) return sendUnknown(call, pages);
      if (await misbehave(await book.scenarioOf(session.reference), call.response)) return;
      await handle(call, session);
    };
  };
  return [
    {
      method: 'GET',
      path: pages.path,
      handle: opened(async ({ response }, session) => {
        await book.arm(session);
        const formOrigins = pages.mayLeadTo?.(session).map((address) => new URL(address).origin);
        sendPage(response, { status: 200, body: await pageOf(book, pages, session), formOrigins });
      }),
    },
    {
      method: 'POST',
      path: pages.path,
      handle: opened(async ({ request, response }, session) => {
        const form = await readForm(request);
        const scenario = form.get('decision');
        if (!isScenarioName(scenario)) throw new HttpFault(400, pages.refusal ?? 'decision_invalid');
        await book.decide(session, { scenario, identity: identityIn(form) });
        const location = pages.back?.(session) ?? pages.page(session);
        send(response, { status: pages.redirectStatus ?? 303, headers: { location } });
      }),
    },
  ];
}

async function pageOf<Session extends SimulatedSession>(
  book: SessionBook<Session>,
  { title, failures, ...pages }: VerificationPages<Session>,
  session: Session,
): Promise<string> {
  if ((await book.standing(session)) === 'waiting') {
    const identity = await book.identityOf(session.reference);
    return decisionPage({ title, session, action: pages.page(session), identity, failures });
  }
  const back = pages.back?.(session);
  const text = [session.decision ? ENDED : BY_ITSELF, ...(back === undefined ? [GO_BACK] : [])].join(' ');
  return endPage({ title, session }, { text, back });
}

function sendUnknown(
  { response }: Call,
  { title, unknownStatus = 404 }: Pick<VerificationPages<never>, 'title' | 'unknownStatus'>,
): void {
  const body = layout({ title }, { heading: 'This verification is not known', content: UNKNOWN });
  sendPage(response, { status: unknownStatus, body });
}
