import { describe, expect, it } from '@jest/globals';
import { Sensitive, type CreateSessionContext, type HttpRequest } from '../kit/index.js';
import { clear1Provider } from './index.js';

const PERSON = { givenName: 'Canary-Given', familyName: 'Canary-Family', birthDate: '1971-02-03' };
const CONTEXT: CreateSessionContext = {
  reference: 'vs_1',
  attempt: 1,
  nonce: 'n'.repeat(43),
  returnUrl: 'http://localhost:3000/v1/providers/clear1/return?state=s',
  webhookUrl: 'http://localhost:3000/v1/webhooks/clear1',
  language: 'de-AT',
  expectedIdentity: new Sensitive(PERSON),
  chosenDocument: { issuingCountry: 'GBR', documentType: 'passport' },
};
const FIELDS = { regain_reference: 'vs_1', regain_nonce: CONTEXT.nonce };

/** An adapter whose partner answers with these bodies, and what it sent. */
function adapterAnswered(...bodies: unknown[]) {
  const sent: HttpRequest[] = [];
  const settings = clear1Provider.environment.parse({
    CLEAR1_API_KEY: 'k'.repeat(32),
    CLEAR1_ENVIRONMENT: 'production',
    CLEAR1_PROJECT_ID: 'project_1',
    CLEAR1_WEBHOOK_TOKEN: 't'.repeat(32),
    CLEAR1_WEBHOOK_SECRET: 's'.repeat(32),
  });
  const adapter = clear1Provider.create(settings, {
    clock: { now: () => new Date('2026-11-22T10:00:00Z') },
    logger: { info: () => undefined, warn: () => undefined },
    http: {
      async send(request) {
        sent.push(request);
        const body = Buffer.from(JSON.stringify(bodies[sent.length - 1]));
        return { status: 200, headers: { 'content-type': 'application/json' }, body };
      },
    },
  });
  return { adapter, sent };
}

describe('what leaves for CLEAR', () => {
  const opened = { id: 'verify_1', token: 'to+ken/1', expires_at: 1795345200 };

  it('is our reference, the nonce, an address and a locale: nothing about the person, even when it is at hand', async () => {
    const { adapter, sent } = adapterAnswered(opened);
    await adapter.createSession(CONTEXT);
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({
      method: 'POST',
      url: 'https://verified.clearme.com/v1/verification_sessions',
      timeoutMs: 3000,
      headers: { authorization: `Bearer ${'k'.repeat(32)}`, 'content-type': 'application/json' },
    });
    expect(JSON.parse(String(sent[0]?.body))).toEqual({
      project_id: 'project_1',
      redirect_url: CONTEXT.returnUrl,
      custom_fields: FIELDS,
      locale: 'de',
    });
  });

  it.each([
    ['fr-CA', 'fr-CA'],
    ['fr-ca', 'fr-CA'],
    ['en-GB', 'en'],
    ['it', 'it'],
    ['ar', undefined],
    ['', undefined],
  ])('the language %j goes as the locale %j', async (language, locale) => {
    const { adapter, sent } = adapterAnswered(opened);
    await adapter.createSession({ ...CONTEXT, language });
    expect((JSON.parse(String(sent[0]?.body)) as { locale?: string }).locale).toBe(locale);
  });

  it('T46 the token is in the person’s address and nowhere else', async () => {
    const { adapter } = adapterAnswered(opened);
    const created = await adapter.createSession(CONTEXT);
    expect(created).toEqual({
      externalId: 'verify_1',
      handoff: { kind: 'redirect', url: 'https://verified.clearme.com/verify?token=to%2Bken%2F1' },
      expiresAt: new Date('2026-11-22T11:00:00Z'),
    });
  });

  it('a question about a session reveals what is needed, and an id that is none is never asked about', async () => {
    const { adapter, sent } = adapterAnswered({ id: 'verify_1', status: 'processing_data', custom_fields: FIELDS });
    const session = { ...CONTEXT, externalId: 'verify_1' };
    expect((await adapter.fetchResult(session)).status).toBe('pending');
    expect(sent[0]?.url).toBe(
      'https://verified.clearme.com/v1/verification_sessions/verify_1?reveal_sensitive_data=true',
    );
    for (const externalId of ['../search', 'verify_1?x=', 'verify_1/custom_fields', '', 'a'.repeat(129)])
      await expect(adapter.fetchResult({ ...session, externalId })).rejects.toMatchObject({ code: 'session_unknown' });
    expect(sent).toHaveLength(1);
  });

  it('T33 an answer that carries another reference, or none, is refused', async () => {
    for (const custom_fields of [
      { ...FIELDS, regain_reference: 'vs_2' },
      { ...FIELDS, regain_reference: 'vs_1 ' },
    ]) {
      const { adapter } = adapterAnswered({ id: 'verify_1', status: 'success', custom_fields });
      const asked = adapter.fetchResult({ ...CONTEXT, externalId: 'verify_1' });
      await expect(asked).rejects.toMatchObject({ code: 'not_authentic' });
    }
    const { adapter } = adapterAnswered({ id: 'verify_1', status: 'success', custom_fields: {} });
    const asked = adapter.fetchResult({ ...CONTEXT, externalId: 'verify_1' });
    await expect(asked).rejects.toMatchObject({ code: 'unintelligible' });
  });

  it('a search is by our reference, and finds only what carries it and the nonce', async () => {
    const others = [
      { ...opened, id: 'verify_2', custom_fields: null },
      { ...opened, id: 'verify_3', custom_fields: { ...FIELDS, regain_nonce: 'another' } },
      { ...opened, id: 'verify_4', custom_fields: { ...FIELDS, regain_reference: 'vs_11' } },
    ];
    const ours = { ...opened, custom_fields: { ...FIELDS, more: 1 } };
    const { adapter, sent } = adapterAnswered({ verifications: [...others, ours] }, { verifications: others });
    expect(await adapter.findSession?.(CONTEXT)).toMatchObject({ externalId: 'verify_1' });
    expect(await adapter.findSession?.(CONTEXT)).toBeUndefined();
    const asked = new URL(sent[0]?.url ?? '');
    expect(asked.pathname).toBe('/v1/verification_sessions/search');
    expect(asked.searchParams.get('custom_regain_reference')).toBe('vs_1');
    expect(asked.search).not.toContain(CONTEXT.nonce);
  });
});
