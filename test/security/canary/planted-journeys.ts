import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Applicant } from '../../../scripts/harness/applicant.js';
import { eventually } from '../../../scripts/harness/eventually.js';
import { HelpDesk } from '../../../scripts/harness/help-desk.js';
import { HttpClient, type Exchange } from '../../../scripts/harness/http-client.js';
import { isDecided } from '../../../scripts/harness/outcome.js';
import { DEMO_PEOPLE } from '../../../src/embedded/demo-people/people.js';
import type { TestService } from '../../support/service.js';
import { SoftwareAuthenticator } from '../../support/software-authenticator.js';
import type { Canary } from './canary-scan.js';

const CAPTURE = '__Host-regain_capture';
const FLOW = '__Host-regain_flow';
const SESSION = '__Host-regain_session';
export const PERSON = {
  login: 'zelie.quistgaard',
  givenName: 'Zélie',
  familyName: 'Quistgaard-Ó Briain',
  birthDate: '1979-05-23',
};
const BEA = DEMO_PEOPLE.find(({ login }) => login === 'demo.bea');

/** Walks every journey there is with things in it that must not come out anywhere, and remembers them. */
export class PlantedJourneys {
  readonly canaries: Canary[] = [];
  /** Every refusal on the way. */
  readonly problems: { source: string; text: string }[] = [];
  readonly #authenticator: SoftwareAuthenticator;

  constructor(
    private readonly service: TestService,
    private readonly dataDir: string,
  ) {
    this.#authenticator = new SoftwareAuthenticator({ origin: service.url });
  }

  async walk(): Promise<void> {
    this.plantPeople();
    const desk = this.client({ bearer: this.service.ready.apiKey });
    const account = await new HelpDesk(desk).createAccount(PERSON);
    this.plant('address', account.email);
    await this.completeLocally(desk);
    await this.partnerJourney(desk, account);
    await this.provokeProblems(desk);
  }

  /** What was planted under a name. */
  value(name: string): string | Buffer {
    const canary = this.canaries.find((planted) => planted.name === name);
    if (!canary) throw new Error(`no canary ${name}`);
    return canary.value;
  }

  private plant(name: string, value: string | Buffer | undefined): void {
    if (value === undefined || value.length === 0) throw new Error(`the canary ${name} was not there to plant`);
    this.canaries.push({ name, value });
  }

  private readonly watchProblems = (exchange: Exchange): void => {
    if (exchange.status < 400) return;
    const path = exchange.path.split(/[/?]/).slice(0, 4).join('/');
    const source = `${exchange.method} ${path} ${exchange.status}`;
    this.problems.push({ source, text: exchange.bytes.toString('utf8') });
  };

  private client(options: { bearer?: string; origin?: string }): HttpClient {
    return new HttpClient({ ...options, baseUrl: this.service.url, observe: this.watchProblems });
  }

  private plantPeople(): void {
    for (const [name, value] of Object.entries(PERSON)) this.plant(`${name} of the account`, value);
    for (const member of ['givenName', 'familyName', 'birthDate', 'documentNumber'] as const)
      this.plant(`${member} of the demo`, BEA?.[member]);
    this.plant('address of the demo', 'bea@example.test');
    this.plant('bootstrap key', this.service.ready.apiKey);
    this.plant('admin token', this.service.ready.adminToken);
    const keyRing = JSON.parse(readFileSync(join(this.dataDir, 'keyring.json'), 'utf8')) as {
      keys: { secret: string }[];
    };
    this.plant('master key', Buffer.from(keyRing.keys[0]?.secret ?? '', 'base64'));
    const secrets = JSON.parse(readFileSync(join(this.dataDir, 'secrets.json'), 'utf8')) as Record<string, string>;
    this.plant('webhook secret', secrets.sandboxWebhookSecret);
    this.plant('partner key', secrets.sandboxApiKey);
  }

  /** Slices of a file from all over it: any of them somewhere else means that the file got there. */
  private plantPicture(name: string, bytes: Buffer): void {
    for (let part = 1; part <= 8; part += 1) {
      const start = Math.floor((bytes.length * part) / 9);
      this.plant(`${name}, part ${part}`, bytes.subarray(start, start + 24));
    }
  }

  private async openWithCanaries(desk: HttpClient, subject: { id: string } | { login: string }): Promise<string> {
    const body = { subject, delivery: { channel: 'email' }, reason: 'Zebra-striped reason of the help desk' };
    const opened = await desk.send('POST', '/v1/recovery-cases', {
      json: body,
      headers: { 'idempotency-key': 'walnut-idempotency-canary' },
    });
    return opened.expect(201).json<{ id: string }>().id;
  }

  /** From the help desk to a signed-in session, with the organisation's own check. */
  private async completeLocally(desk: HttpClient): Promise<void> {
    this.plant('reason', 'Zebra-striped reason');
    this.plant('idempotency key', 'walnut-idempotency-canary');
    this.plant('passkey name', 'Marmalade laptop');
    const caseId = await this.openWithCanaries(desk, { login: 'demo.bea' });
    const [document, selfie] = [
      await this.service.trial.picture('demo.bea', 'document_front'),
      await this.service.trial.picture('demo.bea', 'selfie'),
    ];
    this.plantPicture('document', document);
    this.plantPicture('selfie', selfie);
    const link = await this.service.trial.recoveryLink('bea@example.test');
    this.plant('link', link.split('/').at(-1));
    const applicant = new Applicant(this.client({ origin: this.service.url }));
    await applicant.proveLocally(link, { document, selfie });
    this.plant('flow cookie', applicant.http.cookie(FLOW));
    this.plant('capture cookie', applicant.http.cookie(CAPTURE));
    await this.service.desk.caseWhen(caseId, ({ state }) => state === 'approved', 30_000);
    await this.signIn(applicant, await this.register(applicant));
    await this.plantNoticeTokens('bea@example.test', 3);
  }

  /** Registers one passkey, tries a second one with the spent token, and gives back the first one's id. */
  private async register(applicant: Applicant): Promise<string> {
    const superseded = await applicant.token();
    const { token } = await applicant.token();
    this.plant('superseded token', superseded.token);
    this.plant('token', token);
    const options = (await applicant.present(token)).expect(200).json<Parameters<SoftwareAuthenticator['create']>[0]>();
    this.plant('registration challenge', options.challenge);
    const credential = this.#authenticator.create(options);
    this.plant('client data', credential.response.clientDataJSON.slice(0, 120));
    (await applicant.http.post('/v1/passkey-registrations', { token, credential, name: 'Marmalade laptop' })).expect(
      201,
    );
    (
      await applicant.http.post('/v1/passkey-registrations', { token, credential: this.#authenticator.create(options) })
    ).expect(410);
    return credential.id;
  }

  private async signIn({ http }: Applicant, id: string): Promise<void> {
    const options = (await http.post('/v1/passkey-assertions/options'))
      .expect(200)
      .json<Parameters<SoftwareAuthenticator['get']>[0]>();
    this.plant('sign-in challenge', options.challenge);
    (await http.post('/v1/passkey-assertions', { credential: this.#authenticator.get(options, { id }) })).expect(200);
    this.plant('session cookie', http.cookie(SESSION));
  }

  private async plantNoticeTokens(to: string, count: number): Promise<void> {
    const links = await eventually('the notices arrive', async () => {
      const found = (await this.service.trial.mails(to))
        .flatMap((mail) => mail.links)
        .filter((link) => link.includes('/notices/'));
      return found.length >= count && found;
    });
    for (const [index, link] of links.entries()) this.plant(`notice token ${index + 1}`, link.split('/').at(-1));
  }

  /** The same through the partner, with a name it read from the document. */
  private async partnerJourney(desk: HttpClient, account: { id: string; email: string }): Promise<void> {
    const identity = { givenName: 'Otakar', familyName: 'Vyšehradský', birthDate: '1961-10-09' };
    for (const [name, value] of Object.entries(identity)) this.plant(`${name} as the partner read it`, value);
    await this.service.trial.setScenario({ subjectId: account.id, scenario: 'pass', identity });
    const { id } = (
      await desk.post('/v1/recovery-cases', {
        subject: { id: account.id },
        delivery: { channel: 'email' },
        reason: 'x',
      })
    )
      .expect(201)
      .json<{ id: string }>();
    const applicant = new Applicant(this.client({ origin: this.service.url }));
    const link = await this.service.trial.recoveryLink(account.email);
    this.plant('link to the partner', link.split('/').at(-1));
    await applicant.start(link);
    await applicant.agree();
    await applicant.chooseDocument();
    await applicant.chooseProvider('sandbox');
    await this.service.desk.caseWhen(id, isDecided, 30_000);
    await this.plantNoticeTokens(account.email, 1);
  }

  /** Requests that are refused with something personal in them: the refusal must not say it back. */
  private async provokeProblems(desk: HttpClient): Promise<void> {
    const browser = this.client({ origin: this.service.url });
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
    await browser.post('/v1/flow/start', { linkToken: this.canaries.find(({ name }) => name === 'link')?.value });
    await browser.post('/v1/passkey-registrations/options', {
      token: this.canaries.find(({ name }) => name === 'token')?.value,
    });
    await browser.post('/v1/recovery-requests', { login: [familyName] });
    await browser.send('POST', '/v1/recovery-requests', {
      body: { bytes: Buffer.from(`{"login":"${familyName}"`), type: 'application/json' },
    });
    await new HttpClient({
      baseUrl: this.service.url,
      bearer: `rgk_${'a'.repeat(43)}`,
      observe: this.watchProblems,
    }).get(`/v1/subjects?login=${login}`);
  }
}
