import { KnownDocuments } from '../../../src/adjudication/accounts/known-documents.js';
import { Adjudication } from '../../../src/adjudication/adjudication.js';
import { AccountFactsReader } from '../../../src/adjudication/account-facts.js';
import { CaseFactsReader } from '../../../src/adjudication/case-facts.js';
import { Decisions } from '../../../src/adjudication/decisions.js';
import { DeviceConfirmations } from '../../../src/adjudication/device/device-confirmations.js';
import { EvidenceFactsReader } from '../../../src/adjudication/evidence-facts.js';
import { Holds } from '../../../src/adjudication/holds.js';
import { LateJudgement } from '../../../src/adjudication/late-judgement.js';
import { ReviewVotes } from '../../../src/adjudication/review-votes.js';
import { CaptureBindings } from '../../../src/flow-session/capture-bindings.js';
import { CAPTURE_COOKIE } from '../../../src/flow-session/cookies.js';
import { KeyRing } from '../../../src/platform/crypto/key-ring.js';
import type { Database } from '../../../src/platform/database/database.js';
import { GivenCodes } from '../../../src/recovery-codes/given-codes.js';
import { LinkAddresses } from '../../../src/recovery-codes/link-addresses.js';
import type { RecoveryCase } from '../../../src/recovery-case/recovery-case.js';
import { RecoveryTokens } from '../../../src/recovery-token/recovery-tokens.js';
import { TokenEntitlement } from '../../../src/recovery-token/token-entitlement.js';
import type { VerificationSession } from '../../../src/verification/session/verification-session.js';
import { Sensitive, type ProviderReport, type SessionContext } from '../../../providers/kit/index.js';
import { ALWAYS_TOLD, NOBODY_ELSE } from '../adjudication-stage.js';
import type { ApprovedCase } from '../approved-case.js';
import { passingReport, ScriptedProvider } from './scripted-provider.js';
import { createVerificationWorld, type VerificationWorld } from './verification-world.js';
import { drain, letTimePass, newBrowser, openCase, readCase } from './world-cases.js';

const ANA = { givenName: 'Ana', familyName: 'Demo', birthDate: '1980-01-02' };
/** Events that stage 4 works on, and what it does. */
const DECIDES = ['verification.reported', 'case.codes_submitted', 'case.reconsidered'];
const JUDGES = 'verification.late_result_kept';
const LOOKS_AGAIN = ['verification.browser_returned', 'verification.browser_strayed', 'case.hold_due'];

type Browser = ReturnType<typeof newBrowser>;
type Answer = ScriptedProvider['fetches'][number];

/** Somebody at a partner: their case, their session there, and the browser that started. */
export interface Visit {
  caseId: string;
  subjectId: string;
  session: VerificationSession;
  browser: Browser;
  /** What the partner sends the browser back with. */
  returnState: string;
}

/** A result about the right person; `change` says what is different about it. */
export const resultOf =
  (change: Partial<ProviderReport> = {}) =>
  (context: SessionContext): ProviderReport =>
    passingReport(context, { identity: new Sensitive(ANA), ...change });
export const FACES_DIFFER = resultOf({
  checks: [{ kind: 'face_match', result: 'fail', reasonCodes: ['faces_differ'] }],
});

/** Stages 3 to 5 wired by hand on a real database: from the partner's page to the recovery token. */
export class ApprovedWorld {
  readonly ring = new KeyRing(KeyRing.generate());
  readonly partner: ScriptedProvider;
  /** Another one, asked where a policy names it. */
  readonly other = new ScriptedProvider('beta');
  readonly world: VerificationWorld;
  readonly adjudication: Adjudication;
  readonly late: LateJudgement;
  readonly confirmations: DeviceConfirmations;
  readonly tokens: RecoveryTokens;
  #deliveries = 0;

  constructor(
    readonly database: Database,
    capabilities: ConstructorParameters<typeof ScriptedProvider>[1] = {},
  ) {
    this.partner = new ScriptedProvider('alpha', capabilities);
    this.partner.fetches = [resultOf()];
    this.other.fetches = [resultOf()];
    const { ring } = this;
    // However many are approved here in a row: what is watched is referred (T45).
    const config = { APPROVAL_ALARM_RUN: 10_000 };
    this.world = createVerificationWorld({ database, providers: [this.partner, this.other], ring, config });
    const { cases, policies, subjects, records, registry, reports, platform } = this.world;
    const documents = new KnownDocuments(ring, reports, platform.securityEvents);
    const live = { embedded: false };
    const linkAddresses = new LinkAddresses(ring);
    const evidence = new EvidenceFactsReader(reports, registry, policies, subjects, documents, linkAddresses);
    const account = new AccountFactsReader(subjects, records, NOBODY_ELSE);
    const facts = new CaseFactsReader(live, reports, policies, evidence, account, new GivenCodes());
    const decisions = new Decisions(platform.clock, platform.securityEvents);
    this.confirmations = new DeviceConfirmations(platform.keys);
    const votes = new ReviewVotes(platform.keys, subjects);
    const holds = new Holds(ALWAYS_TOLD);
    this.adjudication = new Adjudication(
      database,
      cases,
      facts,
      decisions,
      votes,
      this.confirmations,
      documents,
      holds,
    );
    this.late = new LateJudgement(database, cases, facts, reports, platform.securityEvents);
    const captures = new CaptureBindings(ring);
    const { limits, clock, metrics } = platform;
    this.tokens = new RecoveryTokens(
      database,
      new TokenEntitlement(cases, captures, policies, this.adjudication),
      limits,
      ring,
      clock,
      metrics,
    );
  }

  /** A proofed person who was sent to the partner and has not come back yet. */
  async visit(policy: Record<string, unknown> = {}): Promise<Visit> {
    const { world } = this;
    const { id: caseId, subjectId } = await openCase(world, {
      providers: ['alpha'],
      policy,
    });
    await world.database.transaction((tx) =>
      world.records.put(tx, {
        subjectId,
        input: { level: 'IAL2', evidenceKinds: ['passport'], proofedAt: new Date(), attributes: ANA },
      }),
    );
    const browser = newBrowser();
    return this.sentOut({ caseId, subjectId, browser });
  }

  /** The browser is sent to the provider its person wants, or to whoever is to be asked in the case's attempt. */
  async sentOut(visit: Pick<Visit, 'caseId' | 'subjectId' | 'browser'>, provider?: string): Promise<Visit> {
    const { session } = await this.world.starting.start({
      caseId: visit.caseId,
      ...visit.browser,
      wanted: provider === undefined ? undefined : { provider },
    });
    const { created } = session.provider === this.partner.id ? this.partner : this.other;
    const state = new URL(created.at(-1)?.returnUrl ?? '').searchParams.get('state');
    return { ...visit, session, returnState: state ?? '' };
  }

  /** The same, back in the browser that started, with a good result: approved. */
  async approved(policy: Record<string, unknown> = {}): Promise<Visit> {
    const visit = await this.visit(policy);
    await this.comesBack(visit);
    const { state } = await this.settle(visit);
    if (state !== 'approved') throw new Error(`the case is ${state}`);
    return visit;
  }

  /** An approved case with its token, as the next stage takes it. */
  async holder(visit: Visit): Promise<ApprovedCase> {
    const { caseId, subjectId, browser } = visit;
    const { token } = await this.tokens.issue({ caseId, request: browser.request });
    const { id: tokenId } = await this.database.read(
      (tx) =>
        tx.one<{
          id: string;
        }>`SELECT id FROM recovery_tokens WHERE case_id = ${caseId} ORDER BY issued_at DESC LIMIT 1`,
    );
    return { caseId, subjectId, tokenId, token, captureSecret: browser.request.cookies[CAPTURE_COOKIE] ?? '' };
  }

  /** A browser opens the return address; by default the one that started. */
  async comesBack({ caseId, session, returnState: state, browser }: Visit, from: Browser = browser): Promise<void> {
    const arrival = { provider: session.provider, state, request: from.request };
    if (from === browser) await this.world.returns.comeBack({ ...arrival, caseId, query: { state } });
    else await this.world.strays.note(arrival);
  }

  /** An authentic delivery about the session, with an id of its own unless one is given. */
  async push({ session }: Visit, delivery: { deliveryId?: string; said?: string } = {}): Promise<void> {
    const { deliveryId = `delivery-${this.#deliveries++}-${session.id}`, said } = delivery;
    const content = said === undefined ? {} : { content: { reference: session.id, payload: said } };
    const body = Buffer.from(JSON.stringify({ externalId: session.externalId, deliveryId, ...content }));
    await this.world.reception.receive(session.provider, { body, headers: { 'x-signature': 'good' } });
  }

  /** Everything that follows by itself; with `later`, then also what was planned for later. */
  async settle({ caseId }: Pick<Visit, 'caseId'>, when: 'now' | 'later' = 'now'): Promise<RecoveryCase> {
    if (when === 'later') await this.settle({ caseId });
    let events = await (when === 'later' ? letTimePass(this.world) : drain(this.world));
    while (events.length > 0) {
      const { attempt } = await readCase(this.world, caseId);
      for (const event of events) {
        if (DECIDES.includes(event)) await this.adjudication.decide({ caseId, attempt });
        if (event === JUDGES) await this.late.judge(caseId);
        if (LOOKS_AGAIN.includes(event)) await this.adjudication.releaseHold(caseId);
      }
      events = await drain(this.world);
    }
    return readCase(this.world, caseId);
  }

  /** The partner has another answer from now on, says so, and is asked. */
  async saysNow(visit: Visit, answer: Answer): Promise<RecoveryCase> {
    this.partner.fetches = [answer];
    await this.push(visit);
    return this.settle(visit, 'later');
  }

  /** Tokens of the case that could still be spent as far as they go themselves. */
  async liveTokens({ caseId }: Pick<Visit, 'caseId'>): Promise<number> {
    const { count } = await this.database.read(
      (tx) => tx.one<{ count: number }>`SELECT count(*)::int AS count FROM recovery_tokens
        WHERE case_id = ${caseId} AND consumed_at IS NULL AND superseded_at IS NULL`,
    );
    return count;
  }
}
