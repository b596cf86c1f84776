import {
  decisionPage,
  endPage,
  escape,
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
import type { Callbacks } from './callbacks.js';
import { canPresent, type HeldCredential, type Presentation } from './presentation.js';
import { REQUEST_PATH } from './request-service.js';

const PATH = /^\/wallet$/;
const TITLE = 'Authenticator simulator';
const ENDED = 'This request has been answered, or its time is over. You can go back to the page that showed the code.';
const EMPTY = 'Your wallet holds no credential of the type and the issuers that are asked for.';

/** What the protocol can tell a verifier about. */
const FAILURES: readonly FailableKind[] = ['face_match', 'document_authenticity', 'document_expiry', 'data_match'];

interface WalletOptions {
  held: HeldCredential;
  callbacks: Callbacks;
}

/** The person with Authenticator: opens the link, sees who asks for what, and shows the credential or does not. */
export function walletRoutes(book: SessionBook<Presentation>, options: WalletOptions): Route[] {
  const page = (handle: (call: Call, presentation: Presentation) => Promise<void>): Route['handle'] => {
    return async (call) => {
      const link = call.query.get('request_uri');
      if (link === null) return askForLink(call);
      const presentation = book.find(idIn(link) ?? '');
      if (!presentation) return unknownRequest(call);
      if (await misbehave(await book.scenarioOf(presentation.reference), call.response)) return;
      await handle(call, presentation);
    };
  };
  return [
    { method: 'GET', path: PATH, handle: page((call, presentation) => show(book, options, { call, presentation })) },
    { method: 'POST', path: PATH, handle: page((call, presentation) => decide(book, call, presentation)) },
  ];
}

/** The id in a request's address, or in a whole deep link. */
function idIn(link: string): string | undefined {
  const address = link.trim().replace(/^openid-vc:\/\/\?request_uri=/, '');
  return URL.canParse(address) ? REQUEST_PATH.exec(new URL(address).pathname)?.[1] : undefined;
}

async function show(
  book: SessionBook<Presentation>,
  { held, callbacks }: WalletOptions,
  { call, presentation }: { call: Call; presentation: Presentation },
): Promise<void> {
  const owner = { title: TITLE, session: presentation };
  if ((await book.standing(presentation)) !== 'waiting')
    return sendPage(call.response, { status: 200, body: endPage(owner, { text: ENDED }) });
  await callbacks.retrieved(presentation);
  const { clientName, purpose = '', requested } = presentation;
  const body = canPresent(presentation, held)
    ? decisionPage({
        ...owner,
        action: `/wallet?request_uri=${encodeURIComponent(call.query.get('request_uri') ?? '')}`,
        identity: await book.identityOf(presentation.reference),
        failures: FAILURES,
        introduction: `You are playing Microsoft Authenticator. ${clientName} asks for your ${requested.type}, with Face Check. ${purpose}`,
      })
    : endPage(owner, { text: EMPTY });
  sendPage(call.response, { status: 200, body });
}

async function decide(book: SessionBook<Presentation>, call: Call, presentation: Presentation): Promise<void> {
  const form = await readForm(call.request);
  const scenario = form.get('decision');
  if (!isScenarioName(scenario)) throw new HttpFault(400, 'decision');
  if ((await book.standing(presentation)) === 'waiting')
    await book.decide(presentation, { scenario, identity: identityIn(form) });
  send(call.response, {
    status: 303,
    headers: { location: `/wallet${call.request.url?.slice('/wallet'.length) ?? ''}` },
  });
}

async function askForLink({ response }: Call): Promise<void> {
  const content = `<p>You are playing Microsoft Authenticator. Paste the link that the QR code holds; it begins with
<code>openid-vc://</code>.</p>
<form method="get" action="/wallet"><div class="card fields"><label>Link<input name="request_uri" autocomplete="off"
required></label></div><div class="actions"><button class="main">Open</button></div></form>`;
  sendPage(response, { status: 200, body: layout({ title: TITLE }, { heading: 'Open a request', content }) });
}

async function unknownRequest({ response }: Call): Promise<void> {
  const content = `<p>${escape('The link is wrong, or the request was made by another service.')}</p>`;
  sendPage(response, {
    status: 404,
    body: layout({ title: TITLE }, { heading: 'This request is not known', content }),
  });
}
