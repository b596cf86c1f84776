import { HttpFault, readObject, send, sendJson, type Route } from './http.js';
import { isScenarioName, type Scenario, type SimulatedIdentity } from './scenario.js';
import type { SessionBook, SimulatedSession } from './session-book.js';

const MAX_DELAY_SECONDS = 7 * 24 * 3600;
const IDENTITY_MEMBERS: readonly (keyof SimulatedIdentity)[] = [
  'givenName',
  'familyName',
  'birthDate',
  'nationality',
  'documentNumber',
  'documentType',
  'issuingCountry',
  'expiryDate',
];

/** What no real partner has: telling it what to say. `Authorization: Bearer {controlKey}`. */
export function controlRoutes<Session extends SimulatedSession>(
  book: SessionBook<Session>,
  controlKey: string,
): Route[] {
  const guarded =
    (handle: Route['handle']): Route['handle'] =>
    async (call) => {
      if (call.request.headers.authorization !== `Bearer ${controlKey}`) throw new HttpFault(401, 'unauthorized');
      await handle(call);
    };
  return [
    {
      method: 'POST',
      path: /^\/control\/scenarios$/,
      handle: guarded(async ({ request, response }) => {
        const body = await readObject(request);
        const scenario = body.scenario === null ? undefined : readScenario(body);
        if (body.reference === undefined) book.setDefaultScenario(scenario);
        else await book.setScenario(readReference(body), scenario);
        send(response, { status: 204 });
      }),
    },
    {
      method: 'POST',
      path: /^\/control\/decisions$/,
      handle: guarded(async ({ request, response }) => {
        const body = await readObject(request);
        const session = book.findByReference(readReference(body));
        if (!session) throw new HttpFault(404, 'session_not_found');
        await book.decide(session, readScenario(body));
        send(response, { status: 204 });
      }),
    },
    {
      method: 'GET',
      path: /^\/control\/sessions$/,
      handle: guarded(async ({ response }) => {
        const sessions = book.all().map(({ id, reference, decision }) => ({ id, reference, decided: !!decision }));
        sendJson(response, 200, { sessions });
      }),
    },
  ];
}

function readReference({ reference }: Record<string, unknown>): string {
  if (typeof reference !== 'string' || reference === '') throw new HttpFault(400, 'reference_invalid');
  return reference;
}

function readScenario({ scenario, delaySeconds, identity }: Record<string, unknown>): Scenario {
  if (!isScenarioName(scenario)) throw new HttpFault(400, 'scenario_invalid');
  if (delaySeconds !== undefined && !isDelay(delaySeconds)) throw new HttpFault(400, 'delay_seconds_invalid');
  return { scenario, delaySeconds, identity: identity === undefined ? undefined : readIdentity(identity) };
}

function isDelay(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= MAX_DELAY_SECONDS;
}

function readIdentity(value: unknown): SimulatedIdentity {
  if (typeof value !== 'object' || value === null) throw new HttpFault(400, 'identity_invalid');
  const members = Object.entries(value);
  const known = members.every(
    ([name, text]) => (IDENTITY_MEMBERS as string[]).includes(name) && typeof text === 'string',
  );
  if (!known) throw new HttpFault(400, 'identity_invalid');
  return Object.fromEntries(members);
}
