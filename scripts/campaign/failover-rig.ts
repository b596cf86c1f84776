import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FaultProxy } from '../../providers/kit/conformance/fault-proxy.js';
import type { RunningSimulator } from '../../providers/kit/simulator/index.js';
import { simulator as clear } from '../../providers/clear1/simulator/index.js';
import { simulator as sandbox } from '../../providers/sandbox/simulator/index.js';
import { pickFreePort } from '../../src/embedded/process/index.js';
import { Applicant } from '../harness/applicant.js';
import { HelpDesk, type CaseView } from '../harness/help-desk.js';
import { HttpClient } from '../harness/http-client.js';
import { removeServiceData, ServiceProcess } from '../harness/service-process.js';
import { TrialDesk } from '../harness/trial-desk.js';

/** Whoever is simulated reads this off every document; accounts are made for it. */
const PERSON = { givenName: 'Erika', familyName: 'Sandbox', birthDate: '1990-01-01' };
const SETUP_AT_ONCE = 8;

export interface Locked {
  caseId: string;
  applicant: Applicant;
}

/** The service with two partners: A behind a network that misbehaves on demand, and B. */
export class FailoverRig {
  readonly desk: HelpDesk;
  readonly trial: TrialDesk;
  readonly #staff: HttpClient;
  #people = 0;

  private constructor(
    private readonly service: ServiceProcess,
    readonly a: { partner: RunningSimulator; network: FaultProxy },
    readonly b: { partner: RunningSimulator; network: FaultProxy },
    private readonly dataDir: string,
  ) {
    const { url, apiKey, adminUrl, adminToken } = service.ready;
    this.#staff = new HttpClient({ baseUrl: url, bearer: apiKey });
    this.desk = new HelpDesk(this.#staff);
    this.trial = new TrialDesk(new HttpClient({ baseUrl: adminUrl, bearer: adminToken }));
  }

  static async start(): Promise<FailoverRig> {
    const port = await pickFreePort();
    const keys = { clear: clear.credentials(), sandbox: sandbox.credentials() };
    const pushUrl = `http://localhost:${port}/v1/webhooks/clear1`;
    const a = await clear.start({ credentials: keys.clear, pushUrl });
    const b = await sandbox.start({ credentials: keys.sandbox });
    for (const partner of [a, b]) partner.setDefaultScenario({ scenario: 'pass' });
    const networks = [await FaultProxy.start(a.baseUrl), await FaultProxy.start(b.baseUrl)] as const;
    const dataDir = mkdtempSync(join(tmpdir(), 'regain-failover-'));
    const env = {
      PORT: String(port),
      SIMULATORS: '',
      PROVIDERS: 'local,clear1,sandbox',
      ...clear.environment(networks[0].baseUrl, keys.clear),
      ...sandbox.environment(networks[1].baseUrl, keys.sandbox),
      OUTBOUND_ALLOWED_ORIGINS: networks.map(({ baseUrl }) => new URL(baseUrl).origin).join(','),
      RATE_LIMIT_SCALE: '10000',
      APPROVAL_ALARM_RUN: '100000',
      LOG_LEVEL: 'error',
    };
    const service = await ServiceProcess.start({ dataDir, env });
    return new FailoverRig(
      service,
      { partner: a, network: networks[0] },
      { partner: b, network: networks[1] },
      dataDir,
    );
  }

  /** A profile for one group that asks these partners in this order. The simulated people never come back by browser. */
  async policy(group: string, providers: readonly string[]): Promise<void> {
    const body = {
      name: group,
      priority: 20,
      include: [group],
      providers: providers.map((id) => (id === 'local' ? id : { id, unprovenDevice: 'allow' })),
      requiredChecks: ['face_match'],
      matching: { require: ['data'], unproofed: 'review' },
      review: { onFail: 'review' },
      allowSpecimens: true,
      allowRepeatedPictures: true,
    };
    const [operator, second] = [await this.operator('campaign-operator'), await this.operator('second-operator')];
    const proposal = (await operator.post('/v1/policies', body)).expect(202).json<{ id: string }>();
    (await second.post(`/v1/policy-changes/${proposal.id}/confirm`)).expect(200);
  }

  private async operator(sub: string): Promise<HttpClient> {
    const bearer = await this.trial.signIn({ sub, roles: ['operator'] });
    return new HttpClient({ baseUrl: this.service.ready.url, bearer });
  }

  /** People of a group who have agreed and chosen their document: the next click asks a partner. */
  async people(group: string, count: number): Promise<Locked[]> {
    const found: Locked[] = [];
    const makeSome = async (): Promise<void> => {
      while (this.#people < target) found.push(await this.person(group, (this.#people += 1)));
    };
    const target = this.#people + count;
    await Promise.all(Array.from({ length: SETUP_AT_ONCE }, makeSome));
    return found;
  }

  private async person(group: string, number: number): Promise<Locked> {
    const login = `${group}.${number}`;
    const account = await this.desk.createAccount({ login, groups: [group], ...PERSON });
    const { id: caseId } = await this.desk.openCase({ id: account.id });
    const { url } = this.service.ready;
    const applicant = new Applicant(new HttpClient({ baseUrl: url, origin: url }));
    await applicant.start(await this.trial.recoveryLink(account.email));
    await applicant.agree();
    await applicant.chooseDocument();
    return { caseId, applicant };
  }

  async circuitOf(provider: string): Promise<string> {
    const page = (await this.#staff.get('/v1/providers')).expect(200).json<{
      data: { id: string; circuit: { state: string } }[];
    }>();
    return page.data.find(({ id }) => id === provider)?.circuit.state ?? 'unknown';
  }

  /** Sessions of the case as the trail tells them: created ones, and those that ended without a result. */
  async sessionsOf(caseId: string): Promise<{ created: string[]; living: number }> {
    const events = await this.desk.timeline(caseId);
    const created = events.filter(({ type }) => type === 'verification.session_created');
    const ended = events.filter(({ type }) =>
      ['verification.session_failed', 'verification.session_abandoned', 'case.reported'].includes(type),
    );
    const endedIds = new Set(ended.map(({ data }) => data.sessionId));
    const living = created.filter(({ data }) => !endedIds.has(data.sessionId)).length;
    return { created: created.map(({ data }) => String(data.provider)), living };
  }

  async decided(caseId: string, timeoutMs: number): Promise<CaseView> {
    const open = ['awaiting_evidence', 'verifying', 'adjudicating'];
    return this.desk.caseWhen(caseId, ({ state }) => !open.includes(state), timeoutMs);
  }

  async stop(): Promise<void> {
    await this.service.stop();
    for (const { partner, network } of [this.a, this.b]) {
      await network.close();
      await partner.close();
    }
    await removeServiceData(this.dataDir);
  }
}
