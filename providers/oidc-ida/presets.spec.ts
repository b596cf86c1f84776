import { describe, expect, it } from '@jest/globals';
import { createNodeHttpPort } from '../kit/conformance/index.js';
import { Sensitive, type HttpPort, type HttpRequest, type ProviderDefinition } from '../kit/index.js';
import { clearOidcProvider, incodeProvider, nametagProvider, oidcIdaProvider } from './index.js';
import { simulator } from './simulator/index.js';
import { PERSON } from './fixtures/spec-vendor.js';

const OWN = { CLIENT_ID: 'client-1', CLIENT_SECRET: 'a-secret-of-some-length', ENVIRONMENT: 'production' };
const UNPUBLISHED = { ISSUER: 'https://issuer.example', JWKS_URL: 'https://issuer.example/jwks' };
const CONTEXT = {
  reference: 'vs_1',
  attempt: 1,
  nonce: 'n'.repeat(43),
  returnUrl: 'https://recover.example/return?state=one-time',
  webhookUrl: 'https://recover.example/unused',
  language: 'en',
  expectedIdentity: new Sensitive(PERSON),
};

type Preset = ProviderDefinition<Record<string, unknown>>;

const under = (prefix: string, variables: Record<string, string>) =>
  Object.fromEntries(Object.entries(variables).map(([name, value]) => [prefix + name, value]));

function adapterOf(preset: Preset, environment: Record<string, string>, http: HttpPort) {
  return preset.create(preset.environment.parse(environment), {
    http,
    clock: { now: () => new Date() },
    logger: { info: () => undefined, warn: () => undefined },
  });
}

describe.each([
  {
    preset: clearOidcProvider,
    id: 'clear-oidc',
    prefix: 'CLEAR_OIDC_',
    missing: UNPUBLISHED,
    par: 'https://verified.clearme.com/oauth/par',
    authorize: 'https://verified.clearme.com/oauth/idv_authorize',
    token: 'https://verified.clearme.com/hydra/oauth2/token',
  },
  {
    preset: incodeProvider,
    id: 'incode',
    prefix: 'INCODE_',
    missing: UNPUBLISHED,
    par: 'https://auth.incode.com/oauth2/par',
    authorize: 'https://auth.incode.com/oauth2/authorize',
    token: 'https://auth.incode.com/oauth2/token',
  },
  {
    preset: nametagProvider,
    id: 'nametag',
    prefix: 'NAMETAG_',
    missing: {},
    par: 'https://nametag.co/oauth2/par',
    authorize: 'https://nametag.co/oauth2/authorize',
    token: 'https://nametag.co/oauth2/token',
  },
])('the preset $id', ({ preset, id, prefix, missing, par, authorize, token }) => {
  it('starts with its client and whatever the vendor has not published, and with no less', () => {
    const environment = under(prefix, { ...OWN, ...missing });
    expect(preset.id).toBe(id);
    expect(preset.environment.safeParse(environment).success).toBe(true);
    for (const name of Object.keys(environment)) {
      const { [name]: _left, ...rest } = environment;
      const { error } = preset.environment.safeParse(rest);
      expect(error?.issues.map(({ path }) => path[0])).toEqual([name]);
    }
  });

  it('reaches the vendor’s own endpoints', async () => {
    const sent: HttpRequest[] = [];
    const http: HttpPort = {
      async send(request) {
        sent.push(request);
        const body =
          request.url === par ? { request_uri: 'urn:x', expires_in: 60 } : { id_token: 'x', token_type: 'Bearer' };
        const status = request.url === par ? 201 : 200;
        return { status, headers: { 'content-type': 'application/json' }, body: Buffer.from(JSON.stringify(body)) };
      },
    };
    const adapter = adapterOf(preset, under(prefix, { ...OWN, ...missing }), http);
    const { handoff, externalId } = await adapter.createSession(CONTEXT);
    expect(handoff).toMatchObject({ url: `${authorize}?request_uri=urn%3Ax&client_id=client-1` });
    await adapter.handleReturn?.({ ...CONTEXT, externalId }, { code: 'c', state: 'one-time' });
    expect(sent.map(({ url }) => url)).toEqual([par, token]);
  });

  it('recovers a person at a vendor that speaks the standard', async () => {
    const credentials = simulator.credentials();
    const vendor = await simulator.start({ credentials });
    try {
      const variables = Object.entries(simulator.environment(vendor.baseUrl, credentials));
      const environment = Object.fromEntries(
        variables.map(([name, value]) => [name.replace(/^OIDC_IDA_/, prefix), value]),
      );
      const adapter = adapterOf(preset, environment, createNodeHttpPort());
      const { externalId } = await adapter.createSession(CONTEXT);
      const hints = await vendor.decide('vs_1', { scenario: 'pass', identity: PERSON });
      const session = { ...CONTEXT, externalId };
      const arrival = await adapter.handleReturn?.(session, hints?.returnQuery ?? {});
      const report = await adapter.fetchResult({ ...session, deliveries: arrival?.payload ? [arrival.payload] : [] });
      expect(report).toMatchObject({ status: 'completed', binding: { externalId, nonce: CONTEXT.nonce } });
      expect(report.matchedOnly).toEqual(['givenName', 'familyName', 'birthDate']);
    } finally {
      await vendor.close();
    }
  });
});

describe('all definitions', () => {
  it('have ids and variables of their own, so that they can be loaded together', () => {
    const all = [oidcIdaProvider, clearOidcProvider, incodeProvider, nametagProvider];
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  });
});
