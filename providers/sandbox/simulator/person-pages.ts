import type { ServerResponse } from 'node:http';
import { HttpFault, readText, send, type Route } from './http.js';
import { decisionPage, goBackPage, unknownSessionPage } from './page-html.js';
import { STYLE_HASH } from './page-style.js';
import type { Partner } from './partner.js';
import { isScenarioName } from './scenario.js';
import type { SandboxIdentity, Session } from './types.js';

const PATH = /^\/verify\/([\w-]+)$/;
const EDITABLE: readonly (keyof SandboxIdentity)[] = ['givenName', 'familyName', 'birthDate', 'documentNumber'];

/** The pages the person sees. The session's id is the secret that opens them. */
export function personRoutes(partner: Partner): Route[] {
  return [
    {
      method: 'GET',
      path: PATH,
      handle: async ({ response, parameters }) => {
        const session = partner.find(parameters[0] ?? '');
        if (!session) return sendPage(response, { status: 404, body: unknownSessionPage() });
        await partner.refuseDuringOutage(session.reference);
        await partner.arm(session);
        const waits = (await partner.statusOf(session)) === 'waiting';
        const page = waits
          ? decisionPage(session, await partner.identityFor(session.reference))
          : goBackPage(session, backUrl(session));
        sendPage(response, { status: 200, body: page, session });
      },
    },
    {
      method: 'POST',
      path: PATH,
      handle: async ({ request, response, parameters }) => {
        const session = partner.find(parameters[0] ?? '');
        if (!session) return sendPage(response, { status: 404, body: unknownSessionPage() });
        await partner.refuseDuringOutage(session.reference);
        const form = new URLSearchParams(await readText(request));
        const decision = form.get('decision');
        if (decision === 'cancel') await partner.cancel(session);
        else if (isScenarioName(decision)) {
          await partner.decide(session, { scenario: decision, identity: identityIn(form) });
        } else throw new HttpFault(400, 'decision_invalid');
        send(response, { status: 303, headers: { location: backUrl(session) } });
      },
    },
  ];
}

/** The customer's return address with a hint for the pages there; it proves nothing and is not meant to. */
function backUrl(session: Session): string {
  const url = new URL(session.returnUrl);
  url.searchParams.set('sandbox_outcome', session.verdict?.status === 'cancelled' ? 'cancelled' : 'done');
  return url.href;
}

function identityIn(form: URLSearchParams): SandboxIdentity {
  const given = EDITABLE.map((name) => [name, form.get(name)?.trim()] as const).filter(([, text]) => text);
  return Object.fromEntries(given);
}

interface Page {
  status: number;
  body: string;
  session?: Session;
}

function sendPage(response: ServerResponse, { status, body, session }: Page): void {
  // A form may only lead back here and, by its redirect, to the customer who sent the person.
  const targets = session ? `'self' ${new URL(session.returnUrl).origin}` : "'none'";
  send(response, {
    status,
    contentType: 'text/html; charset=utf-8',
    body,
    headers: {
      'content-security-policy': `default-src 'none'; style-src '${STYLE_HASH}'; form-action ${targets}; frame-ancestors 'none'; base-uri 'none'`,
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    },
  });
}
