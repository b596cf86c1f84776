import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Applicant } from '../../scripts/demo/applicant.js';
import { HelpDesk } from '../../scripts/demo/help-desk.js';
import { HttpClient, type Exchange } from '../../scripts/demo/http-client.js';
import { removeServiceData } from '../../scripts/demo/service-process.js';
import { isDecided } from '../../scripts/demo/outcome.js';
import { DEMO_PEOPLE } from '../../src/embedded/demo-people/people.js';
import { startService, type TestService } from '../support/service.js';
import { SoftwareAuthenticator } from '../support/software-authenticator.js';
import { CanaryScan, type Canary, type Finding } from './canary/canary-scan.js';
import { filesOf, looksLikePicture } from './canary/data-directory.js';
import { DatabaseWitness } from './canary/database-witness.js';

const CAPTURE = '__Host-regain_capture';
const FLOW = '__Host-regain_flow';
const SESSION = '__Host-regain_session';
const PERSON = {
  login: 'zelie.quistgaard',
  givenName: 'Zélie',
  familyName: 'Quistgaard-Ó Briain',
  birthDate: '1979-05-23',
};
const BEA = DEMO_PEOPLE.find(({ login }) => login === 'demo.bea');

let service: TestService;
let witness: DatabaseWitness;
const dataDir = mkdtempSync(join(tmpdir(), 'regain-canary-'));
const canaries: Canary[] = [];
const problems: { source: string; text: string }[] = [];
const plant = (name: string, value: string | Buffer | undefined): void => {
  if (value === undefined || value.length === 0) throw new Error(`the canary ${name} was not there to plant`);
  canaries.push({ name, value });
};

function watchProblems(exchange: Exchange): void {
  if (exchange.status < 400) return;
  const path = exchange.path.split(/[/?]/).slice(0, 4).join('/');
  problems.push({ source: `${exchange.method} ${path} ${exchange.status}`, text: exchange.bytes.toString('utf8') });
}
const client = (options: { bearer?: string; origin?: string }): HttpClient =>
  new HttpClient({ ...options, baseUrl: service.url, observe: watchProblems });

beforeAll(async () => {
  // As talkative as it gets: what is in no log now is in none.
  service = await startService({ dataDir, env: { LOG_LEVEL: 'debug', RATE_LIMIT_SCALE: '100' } });
  witness = await DatabaseWitness.watch(dataDir);
  await walkEverything();
});
afterAll(async () => {
  await witness?.close();
  await service?.end();
  await removeServiceData(dataDir);
});

async function walkEverything(): Promise<void> {
  plantPeople();
  const desk = client({ bearer: service.ready.apiKey });
  const account = await new HelpDesk(desk).createAccount(PERSON);
  plant('address', account.email);
  await completeLocally(desk);
  await partnerJourney(desk, account);
  await provokeProblems(desk);
}

function plantPeople(): void {
  for (const [name, value] of Object.entries(PERSON)) plant(`${name} of the account`, value);
  for (const member of ['givenName', 'familyName', 'birthDate', 'documentNumber'] as const)
    plant(`${member} of the demo`, BEA?.[member]);
  plant('address of the demo', 'bea@example.test');
  plant('bootstrap key', service.ready.apiKey);
  plant('admin token', service.ready.adminToken);
  const keyRing = JSON.parse(readFileSync(join(dataDir, 'keyring.json'), 'utf8')) as { keys: { secret: string }[] };
  plant('master key', Buffer.from(keyRing.keys[0]?.secret ?? '', 'base64'));
  const secrets = JSON.parse(readFileSync(join(dataDir, 'secrets.json'), 'utf8')) as Record<string, string>;
  plant('webhook secret', secrets.sandboxWebhookSecret);
  plant('partner key', secrets.sandboxApiKey);
}

/** Slices of a file from all over it: any of them somewhere else means that the file got there. */
function plantPicture(name: string, bytes: Buffer): void {
  for (let part = 1; part <= 8; part += 1) {
    const start = Math.floor((bytes.length * part) / 9);
    plant(`${name}, part ${part}`, bytes.subarray(start, start + 24));
  }
}

async function openWithCanaries(desk: HttpClient, subject: { id: string } | { login: string }): Promise<string> {
  const body = { subject, delivery: { channel: 'email' }, reason: 'Zebra-striped reason of the help desk' };
  const opened = await desk.send('POST', '/v1/recovery-cases', {
    json: body,
    headers: { 'idempotency-key': 'walnut-idempotency-canary' },
  });
  return opened.expect(201).json<{ id: string }>().id;
}

/** From the help desk to a signed-in session, with the organisation's own check. */
async function completeLocally(desk: HttpClient): Promise<void> {
  plant('reason', 'Zebra-striped reason');
  plant('idempotency key', 'walnut-idempotency-canary');
  plant('passkey name', 'Marmalade laptop');
  const caseId = await openWithCanaries(desk, { login: 'demo.bea' });
  const [document, selfie] = [
    await service.trial.picture('demo.bea', 'document_front'),
    await service.trial.picture('demo.bea', 'selfie'),
  ];
  plantPicture('document', document);
  plantPicture('selfie', selfie);
  const link = await service.trial.recoveryLink('bea@example.test');
  plant('link', link.split('/').at(-1));
  const applicant = new Applicant(client({ origin: service.url }));
  await applicant.proveLocally(link, { document, selfie });
  plant('flow cookie', applicant.http.cookie(FLOW));
  plant('capture cookie', applicant.http.cookie(CAPTURE));
  await service.desk.caseWhen(caseId, ({ state }) => state === 'approved', 30_000);
  await signIn(applicant, await register(applicant));
  await plantNoticeTokens('bea@example.test', 3);
}

const authenticator = (): SoftwareAuthenticator => (known ??= new SoftwareAuthenticator({ origin: service.url }));
let known: SoftwareAuthenticator | undefined;

/** Registers one passkey, tries a second one with the spent token, and gives back the first one's id. */
async function register(applicant: Applicant): Promise<string> {
  const superseded = await applicant.token();
  const { token } = await applicant.token();
  plant('superseded token', superseded.token);
  plant('token', token);
  const options = (await applicant.present(token)).expect(200).json<Parameters<SoftwareAuthenticator['create']>[0]>();
  plant('registration challenge', options.challenge);
  const credential = authenticator().create(options);
  plant('client data', credential.response.clientDataJSON.slice(0, 120));
  (await applicant.http.post('/v1/passkey-registrations', { token, credential, name: 'Marmalade laptop' })).expect(201);
  (
    await applicant.http.post('/v1/passkey-registrations', { token, credential: authenticator().create(options) })
  ).expect(410);
  return credential.id;
}

async function signIn({ http }: Applicant, id: string): Promise<void> {
  const options = (await http.post('/v1/passkey-assertions/options'))
    .expect(200)
    .json<Parameters<SoftwareAuthenticator['get']>[0]>();
  plant('sign-in challenge', options.challenge);
  (await http.post('/v1/passkey-assertions', { credential: authenticator().get(options, { id }) })).expect(200);
  plant('session cookie', http.cookie(SESSION));
}

async function plantNoticeTokens(to: string, count: number): Promise<void> {
  const { eventually } = await import('../../scripts/demo/eventually.js');
  const links = await eventually('the notices arrive', async () => {
    const found = (await service.trial.mails(to))
      .flatMap((mail) => mail.links)
      .filter((link) => link.includes('/notices/'));
    return found.length >= count && found;
  });
  for (const [index, link] of links.entries()) plant(`notice token ${index + 1}`, link.split('/').at(-1));
}

/** The same through the partner, with a name it read from the document. */
async function partnerJourney(desk: HttpClient, account: { id: string; email: string }): Promise<void> {
  const identity = { givenName: 'Otakar', familyName: 'Vyšehradský', birthDate: '1961-10-09' };
  for (const [name, value] of Object.entries(identity)) plant(`${name} as the partner read it`, value);
  await service.trial.setScenario({ subjectId: account.id, scenario: 'pass', identity });
  const { id } = (
    await desk.post('/v1/recovery-cases', { subject: { id: account.id }, delivery: { channel: 'email' }, reason: 'x' })
  )
    .expect(201)
    .json<{ id: string }>();
  const applicant = new Applicant(client({ origin: service.url }));
  const link = await service.trial.recoveryLink(account.email);
  plant('link to the partner', link.split('/').at(-1));
  await applicant.start(link);
  await applicant.agree();
  await applicant.chooseDocument();
  await applicant.chooseProvider('sandbox');
  await service.desk.caseWhen(id, isDecided, 30_000);
  await plantNoticeTokens(account.email, 1);
}

/** Requests that are refused with something personal in them: the refusal must not say it back. */
async function provokeProblems(desk: HttpClient): Promise<void> {
  const browser = client({ origin: service.url });
  const { login, givenName, familyName } = PERSON;
  const secret = 'Zebra-striped reason';
  const bodies = [
    { subject: { login, extra: secret } },
    { subject: { login: `${givenName} ${familyName}` }, delivery: { channel: givenName }, reason: secret },
    { [familyName]: secret },
  ];
  for (const body of bodies) await desk.post('/v1/recovery-cases', body);
  await desk.get(`/v1/subjects?login=${encodeURIComponent(`${givenName} ${familyName}`)}`);
  await desk.get(
    `/v1/recovery-cases?openedBy=${encodeURIComponent(familyName)}&unknown=${encodeURIComponent(givenName)}`,
  );
  await desk.get(`/v1/recovery-cases/${encodeURIComponent(familyName)}`);
  await browser.post('/v1/flow/start', { linkToken: familyName });
  await browser.post('/v1/flow/start', { linkToken: canaries.find(({ name }) => name === 'link')?.value });
  await browser.post('/v1/passkey-registrations/options', {
    token: canaries.find(({ name }) => name === 'token')?.value,
  });
  await browser.post('/v1/recovery-requests', { login: [familyName] });
  await browser.send('POST', '/v1/recovery-requests', {
    body: { bytes: Buffer.from(`{"login":"${familyName}"`), type: 'application/json' },
  });
  await new HttpClient({ baseUrl: service.url, bearer: `rgk_${'a'.repeat(43)}`, observe: watchProblems }).get(
    `/v1/subjects?login=${login}`,
  );
}

/** Everywhere it must not be, looked at now. */
async function findings(): Promise<Finding[]> {
  const scan = new CanaryScan(canaries);
  const metrics = await new HttpClient({ baseUrl: service.ready.adminUrl, bearer: service.ready.adminToken }).get(
    '/metrics',
  );
  const places: { source: string; text: string | Buffer }[] = [
    ...(await witness.rows()),
    ...filesOf(dataDir).map(({ name, bytes }) => ({ source: `file ${name}`, text: bytes })),
    ...problems.map(({ source, text }) => ({ source: `answer ${source}`, text })),
    { source: 'metrics', text: metrics.bytes },
  ];
  const found = places.flatMap(({ source, text }) => scan.find(source, text));
  return [...new Map(found.map((one) => [JSON.stringify(one), one])).values()];
}

describe('canaries planted through whole journeys (T17, T46, T112, I7)', () => {
  it('were all planted, and the journeys went where they should', async () => {
    expect(canaries.length).toBeGreaterThan(45);
    expect(problems.length).toBeGreaterThan(10);
    const rows = await witness.rows();
    const sources = new Set(rows.map((row) => row.source));
    expect([...sources]).toEqual(
      expect.arrayContaining([
        'regain.recovery_tokens',
        'regain.credentials',
        'regain.notices',
        'regain.outbox',
        'regain.verification_reports',
        'regain.idempotency_keys',
      ]),
    );
    expect([...sources].some((source) => source.startsWith('bullmq.'))).toBe(true);
  });

  it('are in no row of the application or the queue, no log, no metric, no refusal and no object', async () => {
    expect(await findings()).toEqual([]);
  });

  it('left no stored object that looks like a picture (T83)', () => {
    const objects = filesOf(dataDir).filter(({ name }) => name.startsWith('objects/'));
    expect(objects.length).toBeGreaterThanOrEqual(3);
    expect(objects.filter(({ bytes }) => looksLikePicture(bytes)).map(({ name }) => name)).toEqual([]);
  });

  it('left no error in the log', () => {
    expect(service.errorLines()).toEqual([]);
  });
});

describe('a deliberate leak turns it red', () => {
  const LEAKS: [string, string, () => [string, unknown[]]][] = [
    [
      'a name in an outbox row',
      'regain.outbox',
      () => [
        `INSERT INTO regain.outbox (event, payload, published_at) VALUES ('case.opened', $1, now())`,
        [{ note: PERSON.familyName }],
      ],
    ],
    [
      'a token in a plain column',
      'regain.recovery_cases',
      () => [
        'UPDATE regain.recovery_cases SET ticket_ref = $1',
        [canaries.find(({ name }) => name === 'token')?.value],
      ],
    ],
    [
      'picture bytes in a bytea column',
      'regain.limit_counters',
      () => [
        `INSERT INTO regain.limit_counters VALUES ('leak', $1, now(), 1)`,
        [canaries.find(({ name }) => name === 'selfie, part 3')?.value],
      ],
    ],
    [
      'a challenge, decoded, in a column of hashes',
      'regain.webauthn_challenges',
      () => [
        'UPDATE regain.webauthn_challenges SET challenge_digest = $1 WHERE id = (SELECT min(id) FROM regain.webauthn_challenges)',
        [Buffer.from(String(canaries.find(({ name }) => name === 'sign-in challenge')?.value), 'base64url')],
      ],
    ],
    [
      'a birth date in the audit trail',
      'regain.audit_events',
      () => [
        `INSERT INTO regain.audit_events (chain_id, id, type, actor_kind, actor_id, data) VALUES ('subject:leak', 'evt_leak', 'x', 'system', 'x', $1)`,
        [{ born: PERSON.birthDate }],
      ],
    ],
  ];

  it.each(LEAKS)('%s', async (_name, source, leak) => {
    await witness.run(...leak());
    expect((await findings()).map((finding) => finding.source)).toContain(source);
  });

  it('a name in the log', () => {
    const scan = new CanaryScan(canaries);
    const line = JSON.stringify({ level: 30, code: 'request_completed', url: `/v1/subjects?login=${PERSON.login}` });
    expect(scan.find('log', `${service.log()}${line}\n`).map(({ canary }) => canary)).toContain('login of the account');
  });
});
