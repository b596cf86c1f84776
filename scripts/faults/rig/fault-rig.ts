import { performance } from 'node:perf_hooks';
import { FaultProxy } from '../../../providers/kit/conformance/fault-proxy.js';
import type { RunningSimulator } from '../../../providers/kit/simulator/index.js';
import { simulator as sandbox } from '../../../providers/sandbox/simulator/index.js';
import { PolicyDocument } from '../../../src/policy/policy.js';
import { SCOPES } from '../../../src/staff-access/scopes.js';
import { brokenInvariants, restlessness } from '../../../test/fault/invariants/invariants.js';
import { eventually } from '../../demo/eventually.js';
import { HelpDesk } from '../../demo/help-desk.js';
import { Deployment } from './deployment.js';
import { MailStub } from './mail-stub.js';
import { AnswerBook, PatientClient } from './patient-client.js';
import { Person, type Identity } from './person.js';

/** I3: twice the sweeper's period, twice a job's lock, and what the sweeper waits before it takes work for lost. */
export const QUIET_WITHIN_MS = 2 * 2_000 + 2 * 10_000 + 2 * 30_000;
const SYLLABLES = ['ba', 'dor', 'fen', 'gul', 'kam', 'lis', 'mot', 'nev', 'pri', 'sul', 'tav', 'zek'];
const RECOVERY_MS = 150_000;
const PEOPLE_LOOKED_FOR = 100;

/** What stands on a made-up person's document: no two of them look alike to the matcher. */
export function identityOf(number: number): Identity {
  const name = (offset: number): string =>
    [number + offset, Math.floor(number / 12) + offset * 5, Math.floor(number / 144) + offset * 7]
      .map((at) => SYLLABLES[at % SYLLABLES.length])
      .join('');
  const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
  const login = `person.${number}`;
  return {
    login,
    email: `${login}@example.test`,
    givenName: capital(name(1)),
    familyName: capital(name(4)),
    birthDate: new Date(Date.UTC(1950, 0, 1 + ((number * 11) % 20_000))).toISOString().slice(0, 10),
    documentNumber: `X${String(number).padStart(8, '0')}`,
  };
}

/** Everything a fault is injected into, and everything its effects are counted at. */
export class FaultRig {
  readonly book = new AnswerBook();
  readonly people: Person[] = [];
  readonly staff: PatientClient;
  #numbers = 0;

  private constructor(
    readonly deployment: Deployment,
    readonly partner: { simulator: RunningSimulator; network: FaultProxy; webhookSecret: string },
    readonly mail: MailStub,
  ) {
    this.staff = new PatientClient({ baseUrl: deployment.url, bearer: deployment.own.apiKey }, this.book);
  }

  static async start(): Promise<FaultRig> {
    // Stopped half-way, a campaign takes everything it started along.
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
    const credentials = sandbox.credentials();
    const mail = await MailStub.start();
    const started: { rig?: FaultRig } = {};
    const simulator = await sandbox.start({
      credentials,
      retryDelaysMs: [500, 1_000, 2_000, 5_000, 10_000, 10_000, 10_000, 30_000],
      identityFor: async (reference) => started.rig?.identityBehind(reference),
    });
    simulator.setDefaultScenario({ scenario: 'pass' });
    const network = await FaultProxy.start(simulator.baseUrl);
    const deployment = await Deployment.start({
      origins: [new URL(network.baseUrl).origin],
      environment: {
        PROVIDERS: 'sandbox',
        ...sandbox.environment(network.baseUrl, credentials),
        SMTP_URL: mail.url,
        RATE_LIMIT_SCALE: '10000',
        APPROVAL_ALARM_RUN: '1000000',
        SWEEP_INTERVAL_SECONDS: '2',
        AUDIT_SEAL_INTERVAL_SECONDS: '5',
        LOG_LEVEL: 'warn',
      },
    });
    await furnish(deployment);
    const webhookSecret = credentials.webhookSecrets[0] ?? '';
    started.rig = new FaultRig(deployment, { simulator, network, webhookSecret }, mail);
    return started.rig;
  }

  get database(): Deployment['own']['database'] {
    return this.deployment.own.database;
  }

  /** Accounts of people who have just been locked out. */
  async newPeople(count: number): Promise<Person[]> {
    const desk = new HelpDesk(this.staff);
    const made: Person[] = [];
    for (let index = 0; index < count; index += 1) {
      const identity = identityOf((this.#numbers += 1));
      const { login, givenName, familyName, birthDate } = identity;
      const { id: subjectId } = await desk.createAccount({ login, givenName, familyName, birthDate });
      made.push(
        new Person(
          { url: this.deployment.url, staff: this.staff, mail: this.mail, book: this.book },
          { ...identity, subjectId },
        ),
      );
    }
    this.people.push(...made);
    return made;
  }

  /** All of them at once; what was not completed is a fault. */
  async recoverAll(people: readonly Person[], timeoutMs = RECOVERY_MS): Promise<string[]> {
    const ends = await Promise.all(people.map((one) => one.recover(timeoutMs).catch((error: Error) => error.message)));
    return ends.flatMap((end, index) => (end === 'completed' ? [] : [`${people[index]?.identity.login}: ${end}`]));
  }

  /** Waits until nothing is under way any more. Gives back how long that took, or what would not come to rest. */
  async quiesce(timeoutMs = QUIET_WITHIN_MS): Promise<{ quietMs: number; faults: string[] }> {
    const startedAt = performance.now();
    let restless: string[] = [];
    const quiet = async (): Promise<boolean> => (restless = await restlessness(this.database)).length === 0;
    const faults = await eventually('rest', quiet, { timeoutMs }).then(
      () => [],
      () => restless.map((text) => `I3: ${text}`),
    );
    return { quietMs: Math.round(performance.now() - startedAt), faults };
  }

  /** The twelve invariants on a system at rest. */
  async invariants(): Promise<string[]> {
    const { ring, database } = this.deployment.own;
    return brokenInvariants({
      database,
      ring,
      acceptedCases: this.people.flatMap(({ openedCases }) => [...openedCases]),
      mails: this.mail.mails,
      people: this.people.map(({ caseId, reference, identity }) => ({ caseId, reference, email: identity.email })),
      partnerReferences: this.partner.simulator.references(),
      objectsDir: this.deployment.objectsDir,
      texts: this.deployment.logs(),
      secrets: this.someSecrets(),
    });
  }

  /** Of some people, evenly: to look for everybody's in every row takes longer than the run. */
  private someSecrets(): string[] {
    const step = Math.ceil(this.people.length / PEOPLE_LOOKED_FOR);
    return this.people
      .filter((_, index) => index % step === 0)
      .flatMap(({ secrets, identity }) => [...secrets, identity.documentNumber, identity.email]);
  }

  /** The partner reads the document of whoever stands before it: the account's holder. */
  private async identityBehind(reference: string): Promise<Identity | undefined> {
    const look = (): Promise<{ subjectId: string } | undefined> =>
      this.database.read(
        (tx) => tx.maybeOne<{ subjectId: string }>`
          SELECT c.subject_id FROM verification_sessions v JOIN recovery_cases c ON c.id = v.case_id WHERE v.id = ${reference}`,
      );
    // The database may be the one that is away at the moment.
    const row = await eventually('the session is known', () => look().catch(() => undefined), { timeoutMs: 60_000 });
    return this.people.find(({ identity }) => identity.subjectId === row.subjectId)?.identity;
  }

  async stop(): Promise<void> {
    await this.deployment.stop();
    await this.partner.network.close();
    await this.partner.simulator.close();
    await this.mail.close();
  }
}

/** One profile for everybody, and the key of the help desk's machine. */
async function furnish({ own }: Deployment): Promise<void> {
  const document = PolicyDocument.parse({
    name: 'Campaign',
    providers: [{ id: 'sandbox', unprovenDevice: 'allow' }],
    requiredChecks: ['document_authenticity', 'face_match', 'data_match'],
    matching: { require: ['data'], unproofed: 'review' },
    limits: { attempts: 10 },
    allowSpecimens: true,
    allowRepeatedPictures: true,
  });
  const id = 'pol_00000000000000000000000001';
  await own.database.transaction(async (tx) => {
    await tx.run`INSERT INTO api_keys (id, key_digest, name, scopes) VALUES ('key_campaign', ${own.ring.digest('token', own.apiKey)}, 'campaign', ${[...SCOPES]})`;
    await tx.run`INSERT INTO policies (id, version, priority) VALUES (${id}, 1, 0)`;
    await tx.run`INSERT INTO policy_versions (policy_id, version, document, created_by) VALUES (${id}, 1, ${JSON.stringify(document)}, 'regain')`;
  });
}
