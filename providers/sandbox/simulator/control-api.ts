import { HttpFault, readObject, send, type Route } from './http.js';
import type { Partner } from './partner.js';
import { isScenarioName, type Scenario } from './scenario.js';
import type { SandboxIdentity } from './types.js';

const MAX_DELAY_SECONDS = 7 * 24 * 3600;
const IDENTITY_MEMBERS: readonly (keyof SandboxIdentity)[] = [
  'givenName',
  'familyName',
  'birthDate',
  'nationality',
  'documentNumber',
  'documentType',
  'issuingCountry',
  'expiryDate',
];

/** What no real partner has: telling it what to say. The same bearer key. */
export function controlRoutes(partner: Partner, apiKey: string): Route[] {
  const guard = (authorization: string | undefined) => {
    if (authorization !== `Bearer ${apiKey}`) throw new HttpFault(401, 'unauthorized');
  };
  return [
    {
      method: 'POST',
      path: /^\/control\/scenarios$/,
      handle: async ({ request, response }) => {
        guard(request.headers.authorization);
        const body = await readObject(request);
        const scenario = body.scenario === null ? undefined : readScenario(body);
        if (body.reference === undefined) partner.setDefaultScenario(scenario);
        else await partner.setScenario(readReference(body), scenario);
        send(response, { status: 204 });
      },
    },
    {
      method: 'POST',
      path: /^\/control\/decisions$/,
      handle: async ({ request, response }) => {
        guard(request.headers.authorization);
        const body = await readObject(request);
        const session = partner.findByReference(readReference(body));
        if (!session) throw new HttpFault(404, 'session_not_found');
        await partner.decide(session, readScenario(body));
        send(response, { status: 204 });
      },
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

function readIdentity(value: unknown): SandboxIdentity {
  if (typeof value !== 'object' || value === null) throw new HttpFault(400, 'identity_invalid');
  const members = Object.entries(value);
  const known = members.every(
    ([name, text]) => (IDENTITY_MEMBERS as string[]).includes(name) && typeof text === 'string',
  );
  if (!known) throw new HttpFault(400, 'identity_invalid');
  return Object.fromEntries(members);
}
