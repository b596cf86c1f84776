import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FAILABLE_KINDS, type RunningSimulator } from '../../kit/simulator/index.js';
import { simulator } from './index.js';

const KEY = 'sandbox-key-for-the-spec';
const NASTY = '<img src=x onerror="alert(1)">&\'';

let partner: RunningSimulator;
let page: string;

beforeEach(async () => {
  const credentials = simulator.credentials({ SANDBOX_API_KEY: KEY });
  const identityFor = async () => ({ givenName: NASTY });
  partner = await simulator.start({ credentials, identityFor, retryDelaysMs: [] });
  const response = await fetch(`${partner.baseUrl}/v1/sessions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${KEY}` },
    body: JSON.stringify({
      reference: `vs_${NASTY}`,
      nonce: 'nonce',
      returnUrl: 'http://localhost:3000/return?state=one',
      webhookUrl: 'http://127.0.0.1:1/',
      language: 'en',
    }),
  });
  const { url } = (await response.json()) as { url: string };
  page = partner.baseUrl + new URL(url).pathname;
});
afterEach(() => partner.close());

const status = async () => {
  const path = page.replace('/verify/', '/v1/sessions/');
  const response = await fetch(path, { headers: { authorization: `Bearer ${KEY}` } });
  return (await response.json()) as { status: string; identity?: { givenName: string } };
};
const press = (decision: string, fields: Record<string, string> = {}) =>
  fetch(page, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ decision, ...fields }) });

describe('the person’s page', () => {
  it('says that it is a simulator and has a button for every ending', async () => {
    const html = await (await fetch(page)).text();
    expect(html).toContain('This is a simulator.');
    const values = [...html.matchAll(/<button name="decision" value="([^"]+)"/g)].map(([, value]) => value);
    expect(values).toEqual(['pass', 'review', ...FAILABLE_KINDS.map((kind) => `fail:${kind}`), 'cancelled']);
  });

  it('runs no script and writes personal text as text', async () => {
    const response = await fetch(page);
    const html = await response.text();
    expect(html).not.toMatch(/<script|onerror="|<img/);
    const policy = response.headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("form-action 'self' http://localhost:3000");
    expect(policy).not.toContain('unsafe');
  });

  it('changes nothing when it is looked at', async () => {
    for (let look = 0; look < 3; look += 1) await fetch(page);
    expect((await status()).status).toBe('waiting');
  });

  it.each([
    ['pass', 'completed', 'done'],
    ['fail:face_match', 'completed', 'done'],
    ['review', 'undecided', 'done'],
    ['cancelled', 'cancelled', 'cancelled'],
  ])('%s settles the session as %s and leads back', async (decision, expected, hint) => {
    const response = await press(decision);
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe(`http://localhost:3000/return?state=one&sandbox_outcome=${hint}`);
    expect((await status()).status).toBe(expected);
  });

  it('takes the names that were typed', async () => {
    await press('pass', { givenName: 'Ana', familyName: '' });
    expect((await status()).identity).toMatchObject({ givenName: 'Ana', familyName: 'Sandbox' });
  });

  it('settles once: a second press leads back and changes nothing', async () => {
    await press('fail:face_match');
    const before = await status();
    expect((await press('pass')).status).toBe(303);
    expect(await status()).toEqual(before);
    expect(await (await fetch(page)).text()).toContain('This verification has ended');
  });

  it.each(['', 'approve', 'fail:', 'outage2', 'data_match'])('refuses the decision %j', async (decision) => {
    expect((await press(decision)).status).toBe(400);
    expect((await status()).status).toBe('waiting');
  });

  it('knows nobody under another address', async () => {
    const response = await fetch(`${page}x`);
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('not known');
  });
});
