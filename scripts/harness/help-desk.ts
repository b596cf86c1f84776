import { randomBytes } from 'node:crypto';
import { eventually } from './eventually.js';
import type { Answer, HttpClient } from './http-client.js';

/** The members of a case that the journeys look at (openapi.yaml). */
export interface CaseView {
  id: string;
  reference: string;
  state: string;
  stateReason: string | null;
  attempt: number;
  subject: { id: string; displayName: string };
  provider: string | null;
  outcome: { verdict: string; bucket: string } | null;
}

export interface AuditEntry {
  seq: number;
  type: string;
  actor: { kind: string; id: string };
  data: Record<string, unknown>;
}

export interface NewAccount {
  login: string;
  givenName: string;
  familyName: string;
  birthDate: string;
  groups?: string[];
  /** The document that was shown at enrolment; without it one of Utopia that nobody else has. */
  document?: ShownDocument;
  /** JPEG or PNG of the person, as enrolment would have kept it. */
  portrait?: Uint8Array;
}

export interface ShownDocument {
  documentNumber: string;
  /** ICAO Doc 9303-3, section 5. */
  issuingCountry: string;
}

/** Members of a profile that differ; of a section, the members of it that do. */
export type PolicyChanges = Readonly<Record<string, Readonly<Record<string, unknown>> | readonly unknown[] | string>>;

export interface CreatedAccount {
  id: string;
  login: string;
  email: string;
}

const TERMINAL = ['completed', 'denied', 'expired', 'cancelled'];

/** The organisation's side, by the HTTP interface: help desk, provisioning and policies. */
export class HelpDesk {
  constructor(private readonly http: HttpClient) {}

  /** Opens a case whose link goes to the address on file. @throws UnexpectedAnswerError */
  async openCase(subject: { login: string } | { id: string }): Promise<CaseView> {
    const body = { subject, delivery: { channel: 'email' }, reason: 'Lost every way to sign in' };
    return (await this.http.post('/v1/recovery-cases', body)).expect(201).json<CaseView>();
  }

  /** Stops what an earlier, interrupted run left open for this account. Gives back how many. */
  async cancelOpenCases(subjectId: string): Promise<number> {
    const page = (await this.http.get(`/v1/recovery-cases?subjectId=${subjectId}`))
      .expect(200)
      .json<{ data: CaseView[] }>();
    const open = page.data.filter((found) => !TERMINAL.includes(found.state));
    for (const found of open) await this.cancel(found.id);
    return open.length;
  }

  async subjectId(login: string): Promise<string> {
    const found = (await this.http.get(`/v1/subjects?login=${encodeURIComponent(login)}`)).expect(200);
    const [account] = found.json<{ data: { id: string }[] }>().data;
    if (!account) throw new Error(`there is no account ${login}`);
    return account.id;
  }

  async readCase(id: string): Promise<CaseView> {
    return (await this.http.get(`/v1/recovery-cases/${id}`)).expect(200).json<CaseView>();
  }

  /** The case once it is in one of these states, or once `when` says yes. */
  async caseWhen(id: string, when: (view: CaseView) => boolean, timeoutMs?: number): Promise<CaseView> {
    let last = '';
    const look = async (): Promise<CaseView | false> => {
      const view = await this.readCase(id);
      last = `${view.state} ${view.stateReason ?? ''}`.trim();
      return when(view) && view;
    };
    return eventually(`case ${id} moves on`, look, { timeoutMs }).catch((error: unknown) => {
      throw new Error(`${(error as Error).message}; it is ${last}`, { cause: error });
    });
  }

  async timeline(id: string): Promise<AuditEntry[]> {
    return (await this.http.get(`/v1/recovery-cases/${id}/timeline`)).expect(200).json<{ data: AuditEntry[] }>().data;
  }

  /** What each decision of a case was for, in the words of the explanation. */
  async reasons(id: string): Promise<string[]> {
    const { decisions } = (await this.http.get(`/v1/recovery-cases/${id}/explanation`))
      .expect(200)
      .json<{ decisions: { findings: { result: string; reasonCodes: string[] }[] }[] }>();
    const objections = decisions.flatMap(({ findings }) => findings).filter(({ result }) => result === 'objects');
    return objections.flatMap(({ reasonCodes }) => reasonCodes);
  }

  async cancel(id: string): Promise<void> {
    (await this.http.post(`/v1/recovery-cases/${id}/cancel`, { reason: 'No longer needed' })).expect(200);
  }

  async resendLink(id: string): Promise<void> {
    (await this.http.post(`/v1/recovery-cases/${id}/resend-link`)).expect(200);
  }

  /** Provisions an account with a proofing record, as an enrolment would have. */
  async createAccount(account: NewAccount): Promise<CreatedAccount> {
    const { portrait, document = ownDocument(), groups = ['staff'], ...profile } = account;
    const id = `sub_${randomBytes(13).toString('hex').toUpperCase()}`;
    const email = `${account.login}@example.test`;
    const json = { ...profile, groups, emails: [email] };
    (await this.http.send('PUT', `/v1/subjects/${id}`, { json })).expect(200);
    const record = {
      level: 'IAL2',
      evidenceKinds: ['identity_card'],
      proofedAt: '2025-01-15T09:00:00Z',
      attributes: {
        givenName: account.givenName,
        familyName: account.familyName,
        birthDate: account.birthDate,
        ...document,
      },
    };
    const form = new FormData();
    form.append('record', JSON.stringify(record));
    if (portrait) form.append('portrait', new Blob([Buffer.from(portrait)], { type: typeOf(portrait) }), 'portrait');
    (await this.http.send('PUT', `/v1/subjects/${id}/proofing-record`, { body: form })).expect(200);
    return { id, login: account.login, email };
  }

  /**
   * A profile for one group, like the demo's but for `changes`; sections (`limits`, `review`, …) are merged. Where
   * somebody would get an easier recovery by it, a second colleague confirms. Gives back its id.
   */
  async createPolicy(
    profile: { name: string; group: string; changes: PolicyChanges },
    second?: HelpDesk,
  ): Promise<string> {
    const page = (await this.http.get('/v1/policies')).expect(200).json<{ data: Record<string, unknown>[] }>();
    const demo = page.data.find((policy) => policy.name === 'Demo');
    if (!demo) throw new Error('the demo policy is not there: is this the embedded profile?');
    const { id: _id, version: _version, createdAt: _createdAt, updatedAt: _updatedAt, ...document } = demo;
    const sections = Object.entries(profile.changes).map(([name, changed]) => [
      name,
      typeof changed === 'string' || Array.isArray(changed) ? changed : { ...(document[name] as object), ...changed },
    ]);
    const changed = { ...document, ...Object.fromEntries(sections) } as object;
    const body = { ...changed, name: profile.name, priority: 10, include: [profile.group] };
    const answer = await this.http.post('/v1/policies', body);
    if (answer.status !== 202) return answer.expect(201).json<{ id: string }>().id;
    return this.confirmed(answer, second);
  }

  /** Ends a profile; whoever falls to a laxer one makes it a change that a second colleague confirms. */
  async deletePolicy(id: string, second?: HelpDesk): Promise<void> {
    const answer = await this.http.send('DELETE', `/v1/policies/${id}`);
    if (answer.status === 202) await this.confirmed(answer, second);
    else answer.expect(204);
  }

  private async confirmed(answer: Answer, second: HelpDesk | undefined): Promise<string> {
    if (!second) throw new Error('the change waits for a second person');
    const { id, policyId } = answer.json<{ id: string; policyId: string }>();
    (await second.http.post(`/v1/policy-changes/${id}/confirm`)).expect(200);
    return policyId;
  }
}

const ownDocument = (): ShownDocument => ({
  documentNumber: `N${randomBytes(4).toString('hex').toUpperCase()}`,
  issuingCountry: 'UTO',
});

function typeOf(picture: Uint8Array): string {
  return picture[0] === 0x89 ? 'image/png' : picture[0] === 0x52 ? 'image/webp' : 'image/jpeg';
}
