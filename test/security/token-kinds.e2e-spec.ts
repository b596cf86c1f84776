import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../../scripts/harness/eventually.js';
import { HttpClient, type Answer } from '../../scripts/harness/http-client.js';
import { newSecret } from '../../src/platform/ids/ids.js';
import { startService, type TestService } from '../support/service.js';
import { SoftwareAuthenticator } from '../support/software-authenticator.js';

/** Every secret the service hands out, each from a journey that is still open where it matters. */
const KINDS = ['link', 'flow', 'capture', 'token', 'notice', 'session', 'apiKey', 'staff'] as const;
type Kind = (typeof KINDS)[number];

let service: TestService;
const secrets = {} as Record<Kind, string>;

beforeAll(async () => {
  service = await startService({ env: { RATE_LIMIT_SCALE: '1000' } });
  const [document, selfie] = await Promise.all(
    (['document_front', 'selfie'] as const).map((name) => service.trial.picture('demo.bea', name)),
  );
  const approve = async (): ReturnType<typeof journey> =>
    journey({ document: document as Buffer, selfie: selfie as Buffer });
  const finished = await approve();
  secrets.session = await signedIn(finished);
  const open = await approve();
  secrets.flow = open.applicant.http.cookie('__Host-regain_flow') ?? '';
  secrets.capture = open.applicant.http.cookie('__Host-regain_capture') ?? '';
  secrets.token = (await open.applicant.token()).token;
  secrets.notice = await noticeToken('bea@example.test');
  await service.desk.openCase({ login: 'demo.ana' });
  secrets.link = (await service.trial.recoveryLink('ana@example.test')).split('/').at(-1) ?? '';
  secrets.apiKey = service.ready.apiKey;
  secrets.staff = await service.trial.signIn({ sub: 'agent', roles: ['helpdesk'] });
});
afterAll(() => service?.end());

async function journey(pictures: { document: Buffer; selfie: Buffer }) {
  const earlier = await service.trial.recoveryLinks('bea@example.test');
  const { id } = await service.desk.openCase({ login: 'demo.bea' });
  const applicant = service.applicant();
  await applicant.proveLocally(await service.trial.recoveryLink('bea@example.test', earlier), pictures);
  await service.desk.caseWhen(id, ({ state }) => state === 'approved', 30_000);
  return { id, applicant };
}

async function signedIn({ applicant }: Awaited<ReturnType<typeof journey>>): Promise<string> {
  const authenticator = new SoftwareAuthenticator({ origin: service.url });
  const { token } = await applicant.token();
  const options = (await applicant.present(token)).expect(200).json<Parameters<typeof authenticator.create>[0]>();
  const credential = authenticator.create(options);
  (await applicant.http.post('/v1/passkey-registrations', { token, credential })).expect(201);
  const request = (await applicant.http.post('/v1/passkey-assertions/options')).expect(200);
  const assertion = authenticator.get(request.json<Parameters<typeof authenticator.get>[0]>());
  (await applicant.http.post('/v1/passkey-assertions', { credential: assertion })).expect(200);
  return applicant.http.cookie('__Host-regain_session') ?? '';
}

const noticeToken = (to: string): Promise<string> =>
  eventually('a notice arrives', async () => {
    const links = (await service.trial.mails(to)).flatMap((mail) => mail.links);
    return links
      .find((link) => link.includes('/notices/'))
      ?.split('/')
      .at(-1);
  });

interface Door {
  /** The kind it is for. */
  opens: readonly Kind[];
  knock(secret: string): Promise<Answer>;
}

const browser = (
  cookies: Record<string, string> = {},
): { send(method: string, path: string, json?: unknown): Promise<Answer> } => ({
  send: (method, path, json) => {
    const cookie = Object.entries(cookies)
      .map(([name, value]) => `${name}=${value}`)
      .join('; ');
    const client = new HttpClient({ baseUrl: service.url, origin: service.url });
    return client.send(method, path, { json, headers: cookie === '' ? {} : { cookie } });
  },
});
const withBearer = (secret: string): HttpClient => new HttpClient({ baseUrl: service.url, bearer: secret });

/** Only asked with what must not open them, and with reads: nothing here uses anything up. */
const DOORS: Record<string, Door> = {
  'the link’s place in start': {
    opens: ['link'],
    knock: (secret) => browser().send('POST', '/v1/flow/start', { linkToken: secret }),
  },
  'the flow cookie': {
    opens: ['flow'],
    knock: (secret) => browser({ '__Host-regain_flow': secret }).send('GET', '/v1/flow'),
  },
  'the capture cookie, with the right token': {
    opens: ['capture'],
    knock: (secret) =>
      browser({ '__Host-regain_capture': secret }).send('POST', '/v1/passkey-registrations/options', {
        token: secrets.token,
      }),
  },
  'the token, in the right browser': {
    opens: ['token'],
    knock: (secret) =>
      browser({ '__Host-regain_capture': secrets.capture }).send('POST', '/v1/passkey-registrations/options', {
        token: secret,
      }),
  },
  'the session cookie': {
    opens: ['session'],
    knock: (secret) => browser({ '__Host-regain_session': secret }).send('GET', '/v1/session'),
  },
  'a notice’s stop': {
    opens: ['notice'],
    knock: (secret) => browser().send('POST', `/v1/notices/${secret}/repudiate`),
  },
  'the bearer of staff': {
    opens: ['apiKey', 'staff'],
    knock: (secret) => withBearer(secret).get('/v1/recovery-cases'),
  },
  'the operators’ bearer': {
    opens: [],
    knock: (secret) => new HttpClient({ baseUrl: service.ready.adminUrl, bearer: secret }).get('/metrics'),
  },
};

describe('a secret of one kind opens no door of another (T24)', () => {
  it.each(Object.keys(DOORS))('%s', async (name) => {
    const door = DOORS[name];
    for (const kind of KINDS.filter((one) => !door?.opens.includes(one))) {
      const answer = await door?.knock(secrets[kind]);
      expect([kind, answer?.status, (answer?.status ?? 0) >= 400 && (answer?.status ?? 0) < 500]).toEqual([
        kind,
        answer?.status,
        true,
      ]);
    }
  });

  it.each(Object.keys(DOORS))('%s: nor does one that was made up, cut, padded or joined (T27)', async (name) => {
    const [own = 'link'] = DOORS[name]?.opens ?? [];
    const secret = secrets[own];
    for (const other of [newSecret(), secret.slice(0, -1), `${secret}=`, `${secret}${secret}`, secret.toUpperCase()]) {
      const answer = await DOORS[name]?.knock(other);
      expect([other.length, (answer?.status ?? 0) >= 400]).toEqual([other.length, true]);
    }
  });
});

describe('and after all that knocking each still opens its own', () => {
  const ORDER = [
    'the flow cookie',
    'the capture cookie, with the right token',
    'the session cookie',
    'the bearer of staff',
    'the link’s place in start',
    'a notice’s stop',
  ];
  it.each(ORDER)('%s', async (name) => {
    const [own = 'link'] = DOORS[name]?.opens ?? [];
    expect((await DOORS[name]?.knock(secrets[own]))?.status).toBe(200);
  });
});
