import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { expect } from '@jest/globals';
import type { Applicant } from '../../scripts/harness/applicant.js';
import { eventually } from '../../scripts/harness/eventually.js';
import type {
  AuditEntry,
  CaseView,
  CreatedAccount,
  HelpDesk,
  PolicyChanges,
  ShownDocument,
} from '../../scripts/harness/help-desk.js';
import type { HttpClient } from '../../scripts/harness/http-client.js';
import type { Scenario } from '../../scripts/harness/trial-desk.js';
import { packagePath } from '../../src/platform/package-root/package-root.js';
import { startService, type TestService } from '../support/service.js';
import { SoftwareAuthenticator } from '../support/software-authenticator.js';

/** A journey as the audit trail tells it. Notices go out beside everything else, so they are counted and not placed. */
interface Trail {
  events: string[];
  notices: Record<string, number>;
}

/** An account with as many addresses on file as are told of what happens to it. */
export interface Account extends CreatedAccount {
  addresses: number;
}

export interface AccountOptions {
  changes?: PolicyChanges;
  familyName?: string;
  /** The one that was proofed; each account has its own otherwise. */
  document?: ShownDocument;
  unproofed?: boolean;
}

/** A case and the browser its link was opened in. */
export interface Begun {
  caseId: string;
  account: Account;
  applicant: Applicant;
}

const otherAddressOf = (login: string): string => `${login}.private@example.test`;

/** Our own machine looks at pictures for seconds, and longer when it is busy. */
const LONGEST_WAIT_MS = 45_000;

/** Long enough that the submission is always in the trail before the partner's push. */
const PARTNER_TAKES_SECONDS = 0.5;

/** Members of an event's data by which two events of one type differ; codes, never ids or times. */
const TOLD = ['verdict', 'bucket', 'outcome', 'method', 'state', 'reason'] as const;

/**
 * One running service and everybody a journey needs. What happens in the background is waited for before somebody goes
 * on, so that the order is always the same.
 */
export class GoldenStage {
  readonly #colleagues = new Map<string, HelpDesk>();

  constructor(readonly service: TestService) {}

  static async start(): Promise<GoldenStage> {
    return new GoldenStage(await startService({ env: { RATE_LIMIT_SCALE: '100' } }));
  }

  end(): Promise<void> {
    return this.service.end();
  }

  /** A signed-in person of the organisation, the same one each time. */
  async colleague(sub: string, roles: string[]): Promise<HelpDesk> {
    const known = this.#colleagues.get(sub) ?? (await this.service.colleague(sub, roles));
    this.#colleagues.set(sub, known);
    return known;
  }

  /** Calls that no journey elsewhere makes, by a signed-in person. */
  async signedIn(sub: string, roles: string[]): Promise<HttpClient> {
    return this.service.client({ bearer: await this.service.trial.signIn({ sub, roles }) });
  }

  /**
   * An account. Where `changes` says how a profile differs from the demo's, its group, named after it, has that one;
   * `unproofed`: without a record, and with a second address.
   */
  async account(login: string, options: AccountOptions = {}): Promise<Account> {
    const { changes, familyName = `Golden-${login}`, document, unproofed = false } = options;
    if (changes) {
      const operator = await this.colleague('operator-1', ['operator']);
      const profile = { name: `Golden ${login}`, group: login, changes };
      await operator.createPolicy(profile, await this.colleague('operator-2', ['operator']));
    }
    const groups = changes ? [login] : undefined;
    const person = { login, givenName: 'Greta', familyName, birthDate: '1984-02-29', groups };
    if (!unproofed) return { ...(await this.service.desk.createAccount({ ...person, document })), addresses: 1 };
    const [id, email] = [`sub_${randomBytes(13).toString('hex').toUpperCase()}`, `${login}@example.test`];
    // Of AAL1, where one code will do.
    const json = { ...person, assuranceLevel: 'AAL1', emails: [email, otherAddressOf(login)] };
    const provisioner = await this.signedIn('provisioner-1', ['provisioner']);
    (await provisioner.send('PUT', `/v1/subjects/${id}`, { json })).expect(200);
    return { id, login, email, addresses: 2 };
  }

  /** How the sandbox partner treats the account from now on. */
  async partnerSays(account: Account, scenario: string, identity?: Scenario['identity']): Promise<void> {
    const { id: subjectId } = account;
    await this.service.trial.setScenario({ subjectId, scenario, identity, delaySeconds: PARTNER_TAKES_SECONDS });
  }

  /** A case whose link and first notices are out. */
  async open(account: Account): Promise<{ caseId: string; link: string }> {
    const { id: caseId } = await this.service.desk.openCase({ id: account.id });
    return { caseId, link: await this.linkOf(caseId, account) };
  }

  async linkOf(caseId: string, account: Account): Promise<string> {
    const link = await this.service.trial.recoveryLink(account.email);
    await this.trailHas(caseId, 'link.sent');
    await this.trailHas(caseId, 'notice.sent', account.addresses);
    return link;
  }

  /** Opens a case and follows it to the choice of a document. */
  async begin(account: Account): Promise<Begun> {
    const { caseId, link } = await this.open(account);
    const applicant = this.service.applicant();
    await applicant.start(link);
    return this.agreed({ caseId, account, applicant });
  }

  async agreed(begun: Begun): Promise<Begun> {
    await begun.applicant.agree();
    await begun.applicant.chooseDocument();
    return begun;
  }

  /** The whole way to the sandbox partner, who says this. */
  async verified(account: Account, scenario: string, identity?: Scenario['identity']): Promise<Begun> {
    await this.partnerSays(account, scenario, identity);
    const begun = await this.begin(account);
    await begun.applicant.chooseProvider('sandbox');
    return begun;
  }

  /** Has a code sent to the address that did not get the link, and types it. */
  async giveIssuedCode(begun: Begun): Promise<void> {
    const { applicant } = begun;
    const path = '/v1/flow/recovery-codes';
    (await applicant.http.post(`${path}/send`)).expect(202);
    const code = await this.issuedCode(begun);
    (await applicant.http.post(path, { method: 'issued', code })).expect(200);
  }

  /** The code that was sent in this case, once it is there. */
  async issuedCode({ caseId, account }: Pick<Begun, 'caseId' | 'account'>): Promise<string> {
    await this.trailHas(caseId, 'recovery_code.sent');
    return eventually('the code is mailed', async () => {
      const mails = await this.service.trial.mails(otherAddressOf(account.login));
      return mails.map(({ text }) => /recovery code is ([\d ]+)/.exec(text)?.[1]).find((code) => code !== undefined);
    });
  }

  /** Sends a form of the page, as a browser without scripts does. */
  async sendForm({ applicant: { http } }: Begun, page: string, form: { action: string; code?: string }) {
    const shown = (await http.get(page)).expect(200).text;
    expect(shown).toContain(`action="${form.action}"`);
    const token = /name="_csrf" value="([^"]+)"/.exec(shown)?.[1] ?? '';
    const fields = new URLSearchParams({ _csrf: token, ...(form.code === undefined ? {} : { code: form.code }) });
    const body = { bytes: Buffer.from(fields.toString()), type: 'application/x-www-form-urlencoded' };
    return http.send('POST', form.action, { body });
  }

  /** The next attempt, in the same browser. */
  async again({ account, applicant }: Begun, scenario: string): Promise<void> {
    await this.partnerSays(account, scenario);
    await applicant.chooseProvider('sandbox');
  }

  async reaches({ caseId }: { caseId: string }, state: string, attempt = 1): Promise<void> {
    const there = (view: CaseView): boolean => view.state === state && view.attempt === attempt;
    await this.service.desk.caseWhen(caseId, there, LONGEST_WAIT_MS);
  }

  /** Denied, and every address was told. */
  async isDenied(begun: Begun, attempt = 1): Promise<void> {
    await this.reaches(begun, 'denied', attempt);
    await this.noticesAre(begun.caseId, 'recovery_denied', begun.account.addresses);
  }

  /** From the approval to the passkey, whose authenticator it gives back. */
  async finish(begun: Begun, attempt = 1): Promise<SoftwareAuthenticator> {
    const { caseId, account, applicant } = begun;
    await this.reaches(begun, 'approved', attempt);
    await this.noticesAre(caseId, 'recovery_approved', account.addresses);
    const { token } = await applicant.token();
    const options = (await applicant.present(token)).expect(200).json<Parameters<SoftwareAuthenticator['create']>[0]>();
    const authenticator = new SoftwareAuthenticator({ origin: this.service.url });
    const credential = authenticator.create(options);
    (await applicant.http.post('/v1/passkey-registrations', { token, credential })).expect(201);
    await this.noticesAre(caseId, 'recovery_completed', account.addresses);
    return authenticator;
  }

  /** Signs in with the new passkey and has a code made to keep. */
  async saveCode({ applicant: { http } }: Begun, authenticator: SoftwareAuthenticator): Promise<string> {
    const asked = (await http.post('/v1/passkey-assertions/options')).expect(200);
    const credential = authenticator.get(asked.json<Parameters<SoftwareAuthenticator['get']>[0]>());
    (await http.post('/v1/passkey-assertions', { credential })).expect(200);
    return (await http.post('/v1/session/recovery-codes')).expect(201).json<{ code: string }>().code;
  }

  /** Opens a case and follows it to where evidence is awaited; no document is chosen. */
  async beginWithoutDocument(account: Account): Promise<Begun> {
    const { id: caseId } = await this.service.desk.openCase({ id: account.id });
    // The mailbox has older links too.
    await this.trailHas(caseId, 'link.sent');
    const applicant = this.service.applicant();
    await applicant.start(await this.linkOf(caseId, account));
    await applicant.agree();
    return { caseId, account, applicant };
  }

  /** A reviewer opens every picture of the case. */
  async look(caseId: string, by: string): Promise<void> {
    const reviewer = await this.signedIn(by, ['reviewer']);
    const review = (await reviewer.get(`/v1/reviews/${caseId}`)).expect(200).json<{ evidence: { url: string }[] }>();
    for (const { url } of review.evidence) (await reviewer.get(url)).expect(200);
  }

  /** A reviewer votes. */
  async vote(caseId: string, vote: { by: string; outcome: string; reasonCode: string }): Promise<void> {
    const { by, ...body } = vote;
    const reviewer = await this.signedIn(by, ['reviewer']);
    (await reviewer.post(`/v1/reviews/${caseId}/decisions`, body)).expect(201);
  }

  /** “This was not me”, behind the newest notice to the account's address. */
  async repudiate(account: Account): Promise<void> {
    const link = await this.service.trial.noticeLink(account.email);
    const browser = this.service.client({ origin: this.service.url });
    (await browser.post(`/v1${new URL(link).pathname}/repudiate`)).expect(200);
  }

  async trailHas(caseId: string, type: string, count = 1): Promise<void> {
    await eventually(`the trail has ${count} ${type}`, async () => {
      const entries = await this.service.desk.timeline(caseId);
      return entries.filter((entry) => entry.type === type).length >= count;
    });
  }

  /** Waits until every address was told. */
  async noticesAre(caseId: string, kind: string, count: number): Promise<void> {
    await eventually(`${count} notices ${kind}`, async () => {
      const entries = await this.service.desk.timeline(caseId);
      return entries.filter(({ type, data }) => type === 'notice.sent' && data.kind === kind).length >= count;
    });
  }

  /** The case's own trail. */
  async trail({ caseId }: { caseId: string }): Promise<Trail> {
    return trailOf(await this.service.desk.timeline(caseId));
  }

  /** Another chain, of a profile or an account. */
  async chain(chainId: string): Promise<Trail> {
    const auditor = await this.signedIn('auditor-1', ['auditor']);
    const path = `/v1/audit-events?chainId=${encodeURIComponent(chainId)}`;
    return trailOf((await auditor.get(path)).expect(200).json<{ data: AuditEntry[] }>().data.toReversed());
  }

  /** Whether no chain was cut, changed or left open. */
  async verification(): Promise<{ intact: boolean; firstFault: unknown }> {
    const auditor = await this.signedIn('auditor-1', ['auditor']);
    return (await auditor.get('/v1/audit-events/verification')).expect(200).json();
  }
}

function trailOf(entries: readonly AuditEntry[]): Trail {
  expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => index + 1));
  const notices: Record<string, number> = {};
  for (const { type, data } of entries) {
    if (type === 'notice.sent') notices[String(data.kind)] = (notices[String(data.kind)] ?? 0) + 1;
  }
  const events = entries.filter(({ type }) => type !== 'notice.sent');
  return { events: events.map(lineOf), notices };
}

function lineOf({ type, actor, data }: AuditEntry): string {
  const told = TOLD.flatMap((member) => (typeof data[member] === 'string' ? [data[member]] : []));
  return `${type} by ${actor.kind}${told.length > 0 ? ` (${told.join(', ')})` : ''}`;
}

/** Holds a journey's trail against its file in `golden/`; `UPDATE_GOLDEN=1` writes it anew, for somebody to read. */
export function expectGolden(journey: string, found: Trail): void {
  const file = packagePath(`test/journeys/golden/${journey}.json`);
  if (process.env.UPDATE_GOLDEN) writeFileSync(file, `${JSON.stringify(found, undefined, 2)}\n`);
  expect(found).toEqual(JSON.parse(readFileSync(file, 'utf8')));
}
