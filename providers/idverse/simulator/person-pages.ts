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
import { CHECKS, type Transaction } from './transaction.js';

const PATH = /^\/([0-9A-Z]{26})$/;
const TITLE = 'IDVerse simulator';
const FAILURES = [...Object.keys(CHECKS), 'data_match'] as FailableKind[];
const ENDED = 'This verification has ended. Nothing more can be done here.';
const BY_ITSELF = 'This verification settles by itself, because a scenario was set for it. You can go back now.';

/** The page behind the link of a transaction. */
export function personRoutes(book: SessionBook<Transaction>): Route[] {
  const page = (handle: (call: Call, transaction: Transaction) => Promise<void>): Route['handle'] => {
    return async (call) => {
      const transaction = book.all().find(({ linkCode }) => linkCode === call.parameters[0]);
      if (!transaction) return unknownLink(call);
      if (await misbehave(await book.scenarioOf(transaction.reference), call.response)) return;
      await handle(call, transaction);
    };
  };
  return [
    { method: 'GET', path: PATH, handle: page((call, transaction) => showPage(book, call, transaction)) },
    { method: 'POST', path: PATH, handle: page((call, transaction) => takeDecision(book, call, transaction)) },
  ];
}

async function showPage(book: SessionBook<Transaction>, call: Call, transaction: Transaction): Promise<void> {
  await book.arm(transaction);
  const waits = (await book.standing(transaction)) === 'waiting';
  const end = { text: transaction.decision ? ENDED : BY_ITSELF, back: backUrl(transaction) };
  const body = waits
    ? decisionPage({
        title: TITLE,
        session: transaction,
        action: `/${transaction.linkCode}`,
        identity: await book.identityOf(transaction.reference),
        failures: FAILURES,
      })
    : endPage({ title: TITLE, session: transaction }, end);
  const { redirect_url_success: success, redirect_url_exit: exit } = transaction.request;
  const formOrigins = [...new Set([success, exit].map((address) => new URL(address).origin))];
  sendPage(call.response, { status: 200, body, formOrigins });
}

async function takeDecision(book: SessionBook<Transaction>, call: Call, transaction: Transaction): Promise<void> {
  const form = await readForm(call.request);
  const scenario = form.get('decision');
  if (!isScenarioName(scenario)) throw new HttpFault(400, 'Bad Request.');
  await book.decide(transaction, { scenario, identity: identityIn(form) });
  send(call.response, { status: 303, headers: { location: backUrl(transaction) } });
}

async function unknownLink({ response }: Call): Promise<void> {
  const content = '<p>The link is wrong, or too old.</p>';
  sendPage(response, {
    status: 404,
    body: layout({ title: TITLE }, { heading: 'This verification is not known', content }),
  });
}

function backUrl({ decision, request }: Transaction): string {
  return decision?.scenario === 'cancelled' ? request.redirect_url_exit : request.redirect_url_success;
}
