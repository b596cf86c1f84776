import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { simulator as photoPartner } from '../../../providers/idemia/simulator/index.js';
import { simulator as sandbox } from '../../../providers/sandbox/simulator/index.js';
import { demoPicturesIn } from '../../../src/embedded/demo-people/index.js';
import { pickFreePort } from '../../../src/embedded/process/index.js';
import { PolicyDocument } from '../../../src/policy/policy.js';
import { addPolicy } from '../../../src/policy/policy-rows.js';
import { apiKeyMac } from '../../../src/staff-access/api-keys.js';
import { SCOPES } from '../../../src/staff-access/scopes.js';
import { brokenInvariants, restlessness } from '../../../test/fault/invariants/invariants.js';
import type { Pictures } from '../../harness/applicant.js';
import { eventually } from '../../harness/eventually.js';
import { HelpDesk } from '../../harness/help-desk.js';
import { Deployment, type QueueKind } from './deployment.js';
import { History } from './history.js';
import { MailStub } from './mail-stub.js';
import { startPartner, type Partner } from './partner.js';
import { AnswerBook, PatientClient } from './patient-client.js';
import { identityOf, Person, type Identity } from './person.js';
import { figuresOf } from './process-figures.js';

/** I3: twice the sweeper's period, twice a job's lock, and what the sweeper waits before it takes work for lost. */
export const QUIET_WITHIN_MS = 2 * 2_000 + 2 * 10_000 + 2 * 30_000;
const RECOVERY_MS = 150_000;
const PEOPLE_LOOKED_FOR = 100;

/** The one profile. */
export const POLICY_ID = 'pol_00000000000000000000000001';

export interface RigOptions {
  /** Default: the application's PostgreSQL. */
  queue?: QueueKind;
  /** People take the pictures on our own pages, and they go to a real S3 server. */
  pictures?: boolean;
  /** The database has a standby, and may be failed over to it. */
  standby?: boolean;
}

/** Holds the deployment that faults are injected into, and counts their effects. */
export class FaultRig {
  readonly book = new AnswerBook();
  readonly history = new History();
  readonly people: Person[] = [];
  readonly #queueTexts: string[] = [];
  readonly #lostSessions = new Set<string>();
  readonly staff: PatientClient;
  #numbers = 0;

  private constructor(
    readonly deployment: Deployment,
    readonly partner: Partner,
    readonly mail: MailStub,
    /** What people photograph on our own pages; none where the partner takes the pictures. */
    private readonly pictures: Pictures | undefined,
  ) {
    this.staff = new PatientClient({ baseUrl: deployment.url, bearer: deployment.own.apiKey }, this.book);
  }

  static async start({ queue = 'postgres', pictures = false, standby = false }: RigOptions = {}): Promise<FaultRig> {
    // Stopped half-way, a campaign takes everything it started along.
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
    const mail = await MailStub.start();
    const started: { rig?: FaultRig } = {};
    const port = await pickFreePort();
    const about = {
      publicUrl: `http://localhost:${port}`,
      identityFor: async (reference: string) => started.rig?.identityBehind(reference),
    };
    const { environment, ...partner } = await (pictures
      ? startPartner(photoPartner, about)
      : startPartner(sandbox, about));
    const deployment = await Deployment.start({
      port,
      queue,
      s3: pictures,
      standby,
      origins: [new URL(partner.network.baseUrl).origin],
      environment: {
        PROVIDERS: partner.provider,
        ...environment,
        SMTP_URL: mail.url,
        RATE_LIMIT_SCALE: '10000',
        APPROVAL_ALARM_RUN: '1000000',
        SWEEP_INTERVAL_SECONDS: '2',
        AUDIT_SEAL_INTERVAL_SECONDS: '5',
        LOG_LEVEL: 'warn',
      },
    });
    await furnish(deployment, {
      provider: partner.provider,
      ...(pictures ? { retention: { evidenceSeconds: 1 } } : {}),
    });
    started.rig = new FaultRig(
      deployment,
      partner,
      mail,
      pictures ? await somePictures(deployment.dataDir) : undefined,
    );
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
      const { login, givenName, familyName, birthDate, documentNumber } = identity;
      const document = { documentNumber, issuingCountry: 'UTO' };
      const { id: subjectId } = await desk.createAccount({ login, givenName, familyName, birthDate, document });
      made.push(
        new Person(
          {
            url: this.deployment.url,
            staff: this.staff,
            mail: this.mail,
            book: this.book,
            history: this.history,
            pictures: this.pictures,
          },
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

  /** Keeps what stands in the queue at this moment; the invariants look through it (I7). @throws while its store is away */
  async lookIntoQueue(): Promise<number> {
    const { text, waiting } = await this.deployment.queueContent();
    this.#queueTexts.push(text);
    return waiting;
  }

  /** The twelve invariants on a system at rest. */
  async invariants(): Promise<string[]> {
    const { ring, database } = this.deployment.own;
    const { objects } = this.deployment.servers;
    await objects?.sweepInAnHour(database, ring);
    const waitingJobs = await this.lookIntoQueue();
    return brokenInvariants({
      database,
      ring,
      acceptedDeliveries: [...this.partner.pushes.accepted],
      processes: this.deployment.processes.map(figuresOf),
      waitingJobs,
      acceptedCases: this.people.flatMap(({ openedCases }) => [...openedCases]),
      mails: this.mail.mails,
      people: this.people.map(({ caseId, reference, identity }) => ({ caseId, reference, email: identity.email })),
      partnerReferences: this.partner.simulator.references().filter((one) => !this.#lostSessions.has(one)),
      objectKeys: await objects?.evidence(),
      objectsDir: this.deployment.objectsDir,
      texts: [...this.deployment.logs(), { name: 'the queue', text: this.#queueTexts.join('\n') }],
      secrets: this.someSecrets(),
    });
  }

  /** What clients were told that they must not be. */
  async seen(): Promise<string[]> {
    const { ring, database } = this.deployment.own;
    const replaced = (token: string): Promise<boolean> =>
      database.read(
        async (tx) =>
          (await tx.maybeOne`SELECT 1 FROM recovery_tokens
            WHERE token_digest = ANY(${ring.digests('token', token)}::bytea[]) AND superseded_at IS NOT NULL`) !==
          undefined,
      );
    return [...this.book.failures(), ...(await this.history.faults(replaced))];
  }

  /** What clients were told belongs to one run. */
  forget(): void {
    this.book.counts.clear();
    this.history.forget();
    this.#queueTexts.length = 0;
  }

  /** What was answered before this moment was lost, and is not looked for. */
  forgetPromises(): void {
    this.people.length = 0;
    this.partner.pushes.accepted.clear();
    // The partner holds sessions of cases that are gone.
    for (const one of this.partner.simulator.references()) this.#lostSessions.add(one);
    this.forget();
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
    await this.partner.pushes.close();
    await this.partner.simulator.close();
    await this.mail.close();
  }
}

/** The pictures of somebody of the demo: a specimen card and the face on it. */
async function somePictures(dataDir: string): Promise<Pictures> {
  const byLogin = await demoPicturesIn(join(dataDir, 'demo-pictures'))();
  const [pictures] = byLogin.values();
  if (!pictures) throw new Error('there are no pictures');
  return { document: pictures.documentFront, selfie: pictures.selfie };
}

/** One profile for everybody, with which pictures go as soon as a recovery is over; and the key of the help desk's machine. */
async function furnish(
  { own }: Deployment,
  { provider, ...more }: { provider: string; retention?: { evidenceSeconds: number } },
): Promise<void> {
  const document = PolicyDocument.parse({
    name: 'Campaign',
    providers: [{ id: provider, unprovenDevice: 'allow' }],
    requiredChecks: ['document_authenticity', 'face_match', 'data_match'],
    matching: { require: ['data'], unproofed: 'review' },
    limits: { attempts: 10 },
    allowSpecimens: true,
    allowRepeatedPictures: true,
    ...more,
  });
  const id = POLICY_ID;
  await own.database.transaction(async (tx) => {
    const key = { id: 'key_campaign', digest: own.ring.digest('token', own.apiKey), scopes: SCOPES };
    await tx.run`INSERT INTO api_keys (id, key_digest, name, scopes, mac)
      VALUES (${key.id}, ${key.digest}, 'campaign', ${[...SCOPES]}, ${apiKeyMac(own.ring, key)})`;
    await addPolicy(tx, { id, document, createdBy: 'regain' });
  });
}
