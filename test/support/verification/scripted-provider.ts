import {
  ProviderError,
  reportsBesides,
  Sensitive,
  type AuthenticatedPush,
  type BrowserReturn,
  type CheckReason,
  type ProviderHealth,
  type CreatedSession,
  type CreateSessionContext,
  type EvidenceKind,
  type PictureFingerprints,
  type ProviderAdapter,
  type ProviderCapabilities,
  type ProviderErrorCode,
  type ProviderReport,
  type RawPush,
  type RedirectHandoff,
  type RenewalContext,
  type SessionContext,
} from '../../../providers/kit/index.js';

type Step<Context, Result> = (context: Context) => Promise<Result> | Result;

/** A provider whose every answer a test writes down beforehand. */
export class ScriptedProvider implements ProviderAdapter {
  readonly capabilities: ProviderCapabilities;
  readonly created: CreateSessionContext[] = [];
  readonly fetched: SessionContext[] = [];
  /** Answers in order; the last one stays. */
  creates: Step<CreateSessionContext, CreatedSession>[];
  fetches: Step<SessionContext, ProviderReport>[] = [(context) => passingReport(context)];
  readonly returned: Readonly<Record<string, string>>[] = [];
  returns: () => Promise<BrowserReturn> = async () => ({ signal: 'came_back' });
  /** Only a partner whose addresses end before their session has it. */
  renewHandoff?: (context: RenewalContext) => Promise<RedirectHandoff>;
  /** Only a partner that checks pictures of our pages has it. */
  submitEvidence?: (context: SessionContext) => Promise<void>;
  /** Only one that takes pictures on our pages has it. */
  checkCapture?: (kind: EvidenceKind) => Promise<CheckReason[]>;
  checkReferencePortrait?: () => Promise<CheckReason[]>;
  health?: () => Promise<ProviderHealth>;
  tryOut?: () => Promise<ProviderHealth>;
  /** Only one on the organisation's own machine has it. */
  fingerprints?: PictureFingerprints;

  constructor(
    readonly id: string,
    capabilities: Partial<ProviderCapabilities> = {},
  ) {
    this.capabilities = { ...PARTNER, ...capabilities };
    this.creates = [(context) => this.session(context)];
  }

  async createSession(context: CreateSessionContext): Promise<CreatedSession> {
    this.created.push(context);
    return next(this.creates)(context);
  }

  async fetchResult(context: SessionContext): Promise<ProviderReport> {
    this.fetched.push(context);
    return next(this.fetches)(context);
  }

  async handleReturn(_context: SessionContext, query: Readonly<Record<string, string>>): Promise<BrowserReturn> {
    this.returned.push(query);
    return this.returns();
  }

  async verifyPush(push: RawPush): Promise<AuthenticatedPush> {
    if (push.headers['x-signature'] !== 'good') throw new ProviderError('not_authentic', 'no signature');
    const { content, ...said } = JSON.parse(Buffer.from(push.body).toString('utf8')) as ScriptedPush;
    return { ...said, ...(content ? { content: { ...content, payload: new Sensitive(content.payload) } } : {}) };
  }

  session(context: CreateSessionContext): CreatedSession {
    const handoff =
      this.capabilities.handoff === 'capture'
        ? { kind: 'capture' as const }
        : { kind: 'redirect' as const, url: `https://${this.id}.example/verify` };
    return { externalId: `${this.id}-${context.reference}`, handoff };
  }
}

/** What a test writes into a delivery. */
type ScriptedPush = Omit<AuthenticatedPush, 'content'> & { content?: { reference: string; payload: string } };

const PARTNER: ProviderCapabilities = {
  displayName: 'A partner',
  handoff: 'redirect',
  resultTransport: 'push_thin',
  pushAuth: 'hmac',
  sameDevice: 'return',
  replayGuard: 'nonce',
  checks: ['face_match'],
  expectedIdentityMatching: false,
  reports: reportsBesides({}),
  requiredEvidence: [],
  scores: false,
  deletion: 'none',
  cancel: false,
  findByReference: false,
  idempotentCreate: true,
  pollPolicy: { firstSeconds: 15, everySeconds: 30, giveUpSeconds: 3_600 },
  assuranceFrameworks: [],
  dataLeaves: 'partner',
};

export const OWN_MACHINE: Partial<ProviderCapabilities> = {
  displayName: 'Our own machine',
  handoff: 'capture',
  requiredEvidence: ['document_front', 'selfie'],
  dataLeaves: 'organisation',
  pollPolicy: { firstSeconds: 0, everySeconds: 2, giveUpSeconds: 120 },
};

export function passingReport(context: SessionContext, change: Partial<ProviderReport> = {}): ProviderReport {
  return {
    status: 'completed',
    terminal: true,
    binding: { externalId: context.externalId, nonce: context.nonce },
    checks: [{ kind: 'face_match', result: 'pass', reasonCodes: ['ok'] }],
    provenance: { adapterVersion: 'scripted-1', live: true, checkedAt: '2026-01-01T00:00:00Z' },
    ...change,
  };
}

export const pendingReport = (context: SessionContext): ProviderReport =>
  passingReport(context, { status: 'pending', terminal: false, checks: [] });

/** A step that fails as a provider does. */
export const failing = (code: ProviderErrorCode) => (): never => {
  throw new ProviderError(code, `scripted ${code}`);
};

function next<Context, Result>(steps: Step<Context, Result>[]): Step<Context, Result> {
  const step = steps.length > 1 ? steps.shift() : steps[0];
  if (!step) throw new Error('the script has no step left');
  return step;
}
