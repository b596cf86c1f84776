import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { HttpClient, type Answer } from '../../scripts/harness/http-client.js';
import { GoldenStage, type Begun } from '../journeys/golden-stage.js';
import { startService } from '../support/service.js';

const COOKIE = '__Host-regain_staff';

let stage: GoldenStage;
let begun: Begun;

beforeAll(async () => {
  stage = await GoldenStage.start();
  begun = await stage.verified(await stage.account('console-door'), 'review');
  await stage.reaches(begun, 'in_review');
});
afterAll(() => stage?.end());

const browser = (): HttpClient => new HttpClient({ baseUrl: stage.service.url, origin: stage.service.url });
const fields = (values: Record<string, string>): { body: { bytes: Buffer; type: string } } => ({
  body: { bytes: Buffer.from(new URLSearchParams(values).toString()), type: 'application/x-www-form-urlencoded' },
});
const tokenOn = (page: Answer): string => /name="_csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? '';

/** At the demo's stand-in for the organisation's sign-in: where it sends the browser back to. */
async function atIssuer(
  location: string,
  person: { sub: string; roles: string },
  password?: string,
): Promise<Response> {
  return fetch(location, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ ...person, password: password ?? stage.service.ready.adminToken }),
  });
}

async function arrivalOf(client: HttpClient, person: { sub: string; roles: string }): Promise<string> {
  const start = (await client.get('/console/sign-in/start')).expect(303);
  const back = await atIssuer(start.headers.get('location') ?? '', person);
  const url = new URL(back.headers.get('location') ?? '');
  expect(url.origin).toBe(stage.service.url);
  return url.pathname + url.search;
}

async function signedIn(roles: string, sub = `door-${roles}`): Promise<HttpClient> {
  const client = browser();
  (await client.get(await arrivalOf(client, { sub, roles }))).expect(303);
  return client;
}

const pages = (caseId: string): string[] => [
  '/console/reviews',
  `/console/reviews/${caseId}`,
  `/console/reviews/${caseId}/evidence/selfie`,
  `/console/reviews/${caseId}/evidence/selfie/preview`,
];

describe('the console’s door', () => {
  it('is a cookie of our own host that no script reads, and opens what a reviewer’s bearer opens', async () => {
    const client = browser();
    const answer = await client.get(await arrivalOf(client, { sub: 'rita', roles: 'reviewer' }));
    const [cookie = ''] = answer.headers.getSetCookie().filter((line) => line.startsWith(`${COOKIE}=`));
    expect(cookie).toMatch(/^__Host-regain_staff=[\w-]{43}; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
    const queue = (await client.get('/console/reviews')).expect(200);
    expect(queue.text).toContain((await stage.service.desk.readCase(begun.caseId)).reference);
    expect(queue.headers.get('cache-control')).toBe('no-store');
    expect(queue.headers.get('content-security-policy')).toContain("script-src 'self'");
  });

  it.each(['helpdesk', 'auditor', 'operator', 'provisioner', 'relying_party', ''])(
    'T47, T55: shows a page and no picture to %j',
    async (roles) => {
      const client = await signedIn(roles);
      for (const path of pages(begun.caseId)) {
        const answer = (await client.get(path)).expect(403);
        expect([path, answer.headers.get('content-type')]).toEqual([path, 'text/html; charset=utf-8']);
        expect(answer.text).not.toMatch(/<img|REC-/);
      }
      const token = tokenOn(await client.get('/console/reviews'));
      for (const form of ['open', 'confirm', 'decision'])
        (
          await client.send('POST', `/console/reviews/${begun.caseId}/${form}`, fields({ _csrf: token, open: 'all' }))
        ).expect(403);
    },
  );

  it('T49: shows a case to nobody who helped it on, as the interface does', async () => {
    const agent = await stage.signedIn('door-both', ['helpdesk']);
    const account = await stage.account('console-own');
    const opened = (
      await agent.post('/v1/recovery-cases', {
        subject: { id: account.id },
        delivery: { channel: 'email' },
        reason: 'Lost every way to sign in',
      })
    )
      .expect(201)
      .json<{ id: string }>();
    await stage.partnerSays(account, 'review');
    const applicant = stage.service.applicant();
    await applicant.start(await stage.linkOf(opened.id, account));
    await stage.agreed({ caseId: opened.id, account, applicant });
    await applicant.chooseProvider('sandbox');
    await stage.reaches({ caseId: opened.id }, 'in_review');
    const client = await signedIn('helpdesk reviewer', 'door-both');
    expect((await client.get('/console/reviews')).text).not.toContain(
      (await stage.service.desk.readCase(opened.id)).reference,
    );
    (await client.get(`/console/reviews/${opened.id}`)).expect(403);
    const token = tokenOn(await client.get('/console/reviews'));
    const vote = { _csrf: token, formKey: 'own-help', outcome: 'approve', reasonCode: 'same_person' };
    (await client.send('POST', `/console/reviews/${opened.id}/decision`, fields(vote))).expect(403);
  });

  it('leads to the sign-in, and shows nothing, without a session', async () => {
    for (const path of pages(begun.caseId)) {
      const answer = (await browser().get(path)).expect(401);
      expect(answer.text).toContain('/console/sign-in/start');
      expect(answer.text).not.toContain('REC-');
    }
  });

  it('is no door to the interface: its cookie is no bearer, nor is a bearer that came as a cookie', async () => {
    const client = await signedIn('reviewer');
    expect((await client.get('/v1/reviews')).status).toBe(401);
    const bearer = await stage.service.trial.signIn({ sub: 'rita', roles: ['reviewer'] });
    const cookie = (value: string) => ({ headers: { cookie: `${COOKIE}=${value}` } });
    expect((await browser().get('/v1/reviews', cookie(bearer))).status).toBe(401);
    const secret = client.cookie(COOKIE) ?? '';
    const asBearer = { headers: { authorization: `Bearer ${secret}` } };
    expect((await browser().get('/v1/reviews', asBearer)).status).toBe(401);
    const withBearer = { headers: { authorization: `Bearer ${bearer}` } };
    expect((await browser().get('/v1/reviews', withBearer)).status).toBe(200);
    expect((await browser().get('/console/reviews', withBearer)).status).toBe(401);
  });

  it('gives every sign-in a value of its own, and ends the one before (session fixation)', async () => {
    const client = await signedIn('reviewer');
    const before = client.cookie(COOKIE) ?? '';
    (await client.get(await arrivalOf(client, { sub: 'rita', roles: 'reviewer' }))).expect(303);
    expect(client.cookie(COOKIE)).not.toBe(before);
    const old = { headers: { cookie: `${COOKIE}=${before}` } };
    (await browser().get('/console/reviews', old)).expect(401);
    (await client.get('/console/reviews')).expect(200);
  });

  it('is not opened by somebody else’s way back: login CSRF, a second use, another state', async () => {
    const attacker = browser();
    const arrival = await arrivalOf(attacker, { sub: 'mallory', roles: 'reviewer' });
    const victim = browser();
    (await victim.get(arrival)).expect(401);
    expect(victim.cookie(COOKIE)).toBeUndefined();
    await victim.get('/console/sign-in/start');
    (await victim.get(arrival)).expect(401);
    (await attacker.get(await arrivalOf(attacker, { sub: 'mallory', roles: 'reviewer' }))).expect(303);
    (await attacker.get(arrival)).expect(401);
  });

  it('is not passed without the issuer’s word: the operators’ token at the demo’s, and nothing a browser says', async () => {
    const client = browser();
    const start = (await client.get('/console/sign-in/start')).expect(303);
    const location = start.headers.get('location') ?? '';
    expect((await atIssuer(location, { sub: 'rita', roles: 'reviewer' }, 'guess')).status).toBe(400);
    const state = new URL(location).searchParams.get('state') ?? '';
    (await client.get(`/console/sign-in/return?${new URLSearchParams({ code: 'guess', state }).toString()}`)).expect(
      401,
    );
    for (const change of [
      ['redirect_uri', 'https://evil.example/'],
      ['client_id', 'other'],
      ['code_challenge_method', 'plain'],
    ] as const) {
      const asked = new URL(location);
      asked.searchParams.set(change[0], change[1]);
      expect((await fetch(asked)).status).toBe(400);
    }
  });

  it('T22: takes no form without its token, or from another site', async () => {
    const client = await signedIn('reviewer', 'rita');
    const vote = { outcome: 'deny', reasonCode: 'not_same_person' };
    const path = `/console/reviews/${begun.caseId}/decision`;
    (await client.send('POST', path, fields(vote))).expect(403);
    const _csrf = tokenOn(await client.get('/console/reviews'));
    const elsewhere = { headers: { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' } };
    (await client.send('POST', path, { ...fields({ ...vote, _csrf }), ...elsewhere })).expect(403);
    (await client.send('POST', '/console/sign-out', fields({}))).expect(403);
    expect((await stage.service.desk.readCase(begun.caseId)).state).toBe('in_review');
    (await client.get('/console/reviews')).expect(200);
  });

  it('closes behind whoever signs out, and after fifteen minutes without a request', async () => {
    const client = await signedIn('reviewer');
    const secret = client.cookie(COOKIE) ?? '';
    const _csrf = tokenOn(await client.get('/console/reviews'));
    (await client.send('POST', '/console/sign-out', fields({ _csrf }))).expect(303);
    expect(client.cookie(COOKIE)).toBeUndefined();
    (await browser().get('/console/reviews', { headers: { cookie: `${COOKIE}=${secret}` } })).expect(401);
    const idle = await signedIn('reviewer');
    const database = new pg.Client({ connectionString: await stage.service.superuserUrl() });
    await database.connect();
    await database.query("UPDATE regain.staff_sessions SET seen_at = seen_at - interval '901 seconds'");
    await database.end();
    (await idle.get('/console/reviews')).expect(401);
  });

  it('T55: opens a picture by its own reviewer’s link alone', async () => {
    const portrait = await stage.service.trial.picture('demo.ana', 'selfie');
    const person = {
      login: 'console-ticket',
      givenName: 'Greta',
      familyName: 'Golden-ticket',
      birthDate: '1984-02-29',
    };
    const account = { ...(await stage.service.desk.createAccount({ ...person, portrait })), addresses: 1 };
    const { caseId } = await stage.verified(account, 'review');
    await stage.reaches({ caseId }, 'in_review');
    const [rita, rolf] = [await signedIn('reviewer', 'rita'), await signedIn('reviewer', 'rolf')];
    const page = `/console/reviews/${caseId}`;
    const closed = (await rita.get(page)).expect(200);
    expect(closed.text).not.toContain('signature=');
    const opened = await rita.send(
      'POST',
      `${page}/open`,
      fields({ _csrf: tokenOn(closed), open: 'reference_portrait' }),
    );
    const [link = ''] = [...opened.text.matchAll(/src="([^"]*signature=[^"]*)"/g)].map(([, source = '']) =>
      source.replaceAll('&amp;', '&'),
    );
    const picture = (await rita.get(link)).expect(200);
    expect(picture.headers.get('content-type')).toBe('image/jpeg');
    (await rolf.get(link)).expect(410);
    (await browser().get(link)).expect(401);
    (await rita.get(link.replace('evidence/reference_portrait', 'evidence/selfie'))).expect(410);
    (await rita.get(`${page}/evidence/reference_portrait`)).expect(400);
  });

  it('is not there without a client at the issuer: every address answers 404', async () => {
    const off = await startService({ env: { STAFF_ISSUER: 'http://127.0.0.1:1/idp' } });
    try {
      const client = new HttpClient({ baseUrl: off.url, origin: off.url });
      const addresses = [
        '',
        '/sign-in',
        '/sign-in/start',
        '/sign-in/return?code=c&state=s',
        '/reviews',
        '/reviews/rc_1',
      ];
      for (const address of addresses) (await client.get(`/console${address}`)).expect(404);
      (await client.send('POST', '/console/sign-out', fields({}))).expect(404);
    } finally {
      await off.end();
    }
  });

  it('left no error in the log', () => {
    expect(stage.service.errorLines()).toEqual([]);
  });
});
