import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { STAGE_KEYS } from '../../../test/support/adjudication-stage.js';
import { matches } from '../../../test/support/markup.js';
import { MODULE_ORIGIN, ModuleServers, UNCALLED_SANDBOX } from '../../../test/support/module-server.js';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import { appendAudit } from '../../../src/audit-trail/append.js';
import type { AuditEventType } from '../../../src/audit-trail/audit-event-types.js';
import { STAFF_COOKIE } from '../../../src/flow-session/cookies.js';
import { Database } from '../../../src/platform/database/database.js';
import { StaffSessions } from '../../../src/staff-session/staff-sessions.js';
import { ConsoleModule } from '../console.module.js';

const HOUR_MS = 3_600_000;
/** The console is on; nobody goes to the issuer here. */
const CONSOLE: NodeJS.ProcessEnv = {
  STAFF_CLIENT_ID: 'regain-console',
  STAFF_CLIENT_SECRET: 's'.repeat(32),
  STAFF_AUTHORIZATION_URL: 'https://idp.example.org/authorize',
  STAFF_TOKEN_URL: 'https://idp.example.org/token',
};
const PATHS = ['/console/audit', '/console/audit/verification', '/console/audit/export?format=jsonl'];

let db: TestDatabase;
let servers: ModuleServers;
let app: NestFastifyApplication;
let auditor: string;

beforeAll(async () => {
  db = await openTestDatabase();
  servers = new ModuleServers({ db, keyRing: STAGE_KEYS, environment: { ...UNCALLED_SANDBOX, ...CONSOLE } });
  app = await servers.start(ConsoleModule);
  auditor = await signedIn('auditor');
  const rita = { kind: 'person', id: 'rita@example.org' } as const;
  const write = (chainId: string, type: AuditEventType): Promise<void> =>
    app
      .get(Database, { strict: false })
      .transaction((tx) => appendAudit(tx, { chainId, type, actor: rita, data: { note: '=1+1|<b>' } }));
  await write('rc_one', 'case.opened');
  await write('rc_two', 'case.opened');
  await write('rc_two', 'case.approved');
});
afterAll(async () => {
  await servers.close();
  await db.close();
});

async function signedIn(...roles: string[]): Promise<string> {
  const claims = { sub: `otto-${roles.join('-')}`, accounts: [], roles };
  const sessions = app.get(StaffSessions, { strict: false });
  const expiresAt = new Date(Date.now() + HOUR_MS);
  return (await app.get(Database, { strict: false }).transaction((tx) => sessions.open(tx, { claims, expiresAt })))
    .secret;
}
const cookie = (secret: string) => ({ cookie: `regain_language=en; ${STAFF_COOKIE}=${secret}` });
const get = (path: string, secret = auditor) => app.inject({ method: 'GET', url: path, headers: cookie(secret) });
const tokenOf = async (secret: string): Promise<string> =>
  /name="_csrf" value="([^"]+)"/.exec((await get('/console/audit', secret)).body)?.[1] ?? '';
const verify = (fields: Record<string, string>, { secret = auditor, origin = MODULE_ORIGIN } = {}) =>
  app.inject({
    method: 'POST',
    url: '/console/audit/verification',
    headers: { ...cookie(secret), origin, 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams(fields).toString(),
  });
/** Type and chain of each event of the page, newest first. */
const shown = (page: string): string[] =>
  matches(page, /(<tr>\s*<th scope="row">[\s\S]*?<\/tr>)/g).map((row) =>
    matches(row, /<bdi dir="ltr">([^<]*)</g)
      .slice(1, 3)
      .join(' '),
  );

describe('the auditors’ page', () => {
  it('T47: is the auditor’s alone, and no API key’s or bearer’s', async () => {
    for (const path of PATHS) expect([path, (await get(path)).statusCode]).toEqual([path, 200]);
    for (const roles of [['helpdesk'], ['reviewer'], ['operator'], ['provisioner'], ['relying_party'], []]) {
      const secret = await signedIn(...roles);
      for (const path of PATHS) {
        const answer = await get(path, secret);
        expect([roles, path, answer.statusCode]).toEqual([roles, path, 403]);
        expect(answer.body).not.toMatch(/rc_one|rita/);
      }
      expect((await verify({ _csrf: await tokenOf(secret) }, { secret })).statusCode).toBe(403);
      expect((await get('/console/reviews', secret)).body).not.toContain('/console/audit"');
    }
    for (const path of PATHS) expect((await app.inject({ method: 'GET', url: path })).statusCode).toBe(401);
  });

  it('shows the trail and what of it fits, and leads from a case to its chain', async () => {
    expect(shown((await get('/console/audit')).body).slice(-4)).toEqual([
      'case.approved rc_two',
      'case.opened rc_two',
      'case.opened rc_one',
      'staff.signed_in staff',
    ]);
    expect(shown((await get('/console/audit?chain=rc_one&type=&from=&to=')).body)).toEqual(['case.opened rc_one']);
    expect(shown((await get('/console/audit?type=case.approved')).body)).toEqual(['case.approved rc_two']);
    const today = new Date().toISOString().slice(0, 10);
    expect(shown((await get(`/console/audit?chain=rc_two&from=${today}&to=${today}`)).body)).toHaveLength(2);
    expect(shown((await get('/console/audit?chain=rc_two&to=2020-01-01')).body)).toEqual([]);
    expect((await get('/console/audit')).body).toContain('note: =1+1|&lt;b&gt;');
  });

  it('finds what somebody did by one thing they did: their name is in no address', async () => {
    const page = (await get('/console/audit?chain=rc_one')).body;
    const [link = ''] = matches(page, /href="([^"]*actorOf=[^"]*)"/g);
    const found = (await get(link.replaceAll('&amp;', '&').replace('chain=rc_one&', ''))).body;
    expect(shown(found)).toEqual(['case.approved rc_two', 'case.opened rc_two', 'case.opened rc_one']);
    expect(found).toContain('Only events by: Colleague rita@example.org');
    expect(matches(found, /(?:href|action)="([^"]+)"/g).filter((address) => /rita|%40/.test(address))).toEqual([]);
  });

  const unreadable = ['chain=a%20b', 'type=nothing', 'from=22.11.2026', 'to=2026-02-30', 'actorOf=rita', 'cursor=%00'];
  // The last day of what dates can say: there is no day after it to search up to.
  it.each([...unreadable, 'from=9999-12-31', 'to=9999-12-31'])(
    'says what it cannot read of ?%s, and gives no export of more than was meant',
    async (query) => {
      const page = await get(`/console/audit?${query}`);
      expect([page.statusCode, shown(page.body)]).toEqual([400, []]);
      expect(page.body).toContain('role="alert"');
      expect((await get(`/console/audit/export?format=cef&${query}`)).statusCode).toBe(400);
    },
  );

  it('gives the trail, or what of it fits, as JSON lines and as CEF, to keep and never to show', async () => {
    const lines = await get('/console/audit/export?format=jsonl&chain=rc_two');
    expect(lines.headers).toMatchObject({
      'content-disposition': 'attachment; filename="audit.jsonl"',
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': 'no-store',
    });
    const rows = lines.body
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { chainId: string; seq: number });
    expect(rows.map(({ chainId, seq }) => [chainId, seq])).toEqual([
      ['rc_two', 1],
      ['rc_two', 2],
    ]);
    const cef = (await get('/console/audit/export?format=cef&type=case.approved')).body;
    expect(cef).toMatch(/^CEF:0\|Regain\|Regain\|1\|case\.approved\|.* cs2=\{"note":"\\=1\+1\|<b>"\} /);
    expect((await get('/console/audit/export?format=csv')).statusCode).toBe(400);
  });

  it('T22: verifies the whole trail for a form of its own, and says in words what it found', async () => {
    expect((await verify({})).statusCode).toBe(403);
    const _csrf = await tokenOf(auditor);
    expect((await verify({ _csrf }, { origin: 'https://evil.example' })).statusCode).toBe(403);
    expect((await verify({ _csrf })).body).toContain('The trail is whole.');
    expect((await get('/console/audit/verification')).body).not.toContain('The trail is whole.');
    await db.asOwner('ALTER TABLE audit_events DISABLE TRIGGER USER');
    await db.asOwner("UPDATE audit_events SET data = '{}' WHERE chain_id = 'rc_two' AND seq = 1");
    const broken = (await verify({ _csrf })).body;
    expect(broken).toContain('The trail is NOT whole.');
    expect(broken.replaceAll(/<[^>]+>/g, '')).toMatch(/The first fault is at position 1 of\s+rc_two\./);
  });
});
