import { CHECK_KINDS, notRun, ProviderError, reopened, Sensitive } from '../kit/index.js';
import type { Check, CheckKind, CheckReason, IdentityAttributes, ProviderReport } from '../kit/index.js';
import { readState } from './callback-state.js';
import { judgeCredentials } from './credential-checks.js';
import type { CredentialDemands, VerifiedIdSettings } from './settings.js';
import { callback, type Callback } from './types.js';

const ADAPTER_VERSION = 'entra-verified-id-1';

/** The one message that using-facecheck.md gives for a face that is not like the photo; the score is withheld. */
const FACE_TOO_DIFFERENT = /match confidence score/i;

/** What a presentation can show: Face Check compares and looks for a live person, the rest the issuer answers for. */
export const checksOf = ({ vouchedChecks }: CredentialDemands): CheckKind[] => [
  ...vouchedChecks,
  'face_match',
  'presentation_attack',
];

interface Question {
  /** Our own, of the session that is asked about. */
  reference: string;
  settings: VerifiedIdSettings;
  now: Date;
}

interface Verdict {
  checks: Check[];
  identity?: IdentityAttributes;
}

/**
 * The report, from what callbacks said. The first one that ends the presentation stands; when another one says something
 * else, nothing of it passes. A status that is not documented ends it too, with every check open.
 * @param deliveries payloads of authenticated callbacks, oldest first
 * @throws ProviderError not_ready before an end, not_authentic for another session's callbacks, unintelligible
 */
export function toReport(deliveries: readonly Sensitive<string>[], question: Question): ProviderReport {
  const ends = deliveries.map(readCallback).filter(({ said }) => said.requestStatus !== 'request_retrieved');
  const [first, ...later] = ends;
  if (!first) throw new ProviderError('not_ready', 'no callback has ended the presentation');
  const { said } = first;
  const state = readState(said.state);
  if (state?.reference !== question.reference)
    throw new ProviderError('not_authentic', 'the callback is about another session');
  const { checks, identity } = verdictOf(said, question);
  const contradicted = later.some(({ text }) => text !== first.text);
  return {
    status: 'completed',
    terminal: true,
    binding: { externalId: said.requestId, nonce: state.nonce },
    checks: inFull(contradicted ? reopened(checks, 'partner_answer_unknown') : checks),
    ...(identity && { identity: new Sensitive(identity) }),
    provenance: {
      adapterVersion: ADAPTER_VERSION,
      procedure: question.settings.procedure,
      live: question.settings.live,
      checkedAt: question.now.toISOString(),
    },
  };
}

function readCallback(delivery: Sensitive<string>): { text: string; said: Callback } {
  const text = delivery.reveal();
  const parsed = callback.safeParse(parse(text));
  if (!parsed.success) throw new ProviderError('unintelligible', 'the callback does not have the documented shape');
  return { text, said: parsed.data };
}

function verdictOf(said: Callback, { settings, now }: Question): Verdict {
  const { credential } = settings;
  if (said.requestStatus === 'presentation_verified')
    return judgeCredentials(said.verifiedCredentialsData, { demands: credential, now });
  const kinds = checksOf(credential);
  const { code, message = '' } = said.error ?? {};
  const facesDiffer = code === 'claimValidationError' && FACE_TOO_DIFFERENT.test(message);
  if (said.requestStatus !== 'presentation_error' || !facesDiffer) return { checks: kinds.map(open) };
  // Microsoft says this and nothing about the credential, which it keeps to itself then.
  return { checks: kinds.map((kind) => (kind === 'face_match' ? DIFFERENT_FACES : notRun(kind, 'data_missing'))) };
}

const DIFFERENT_FACES: Check = {
  kind: 'face_match',
  result: 'fail',
  reasonCodes: ['faces_differ'],
  rawName: 'faceCheck',
};

const open = (kind: CheckKind): Check => ({
  kind,
  result: 'indeterminate',
  reasonCodes: ['partner_answer_unknown' satisfies CheckReason],
});

/** Every kind once: what this partner does not check is said to be so. */
function inFull(checks: readonly Check[]): Check[] {
  return CHECK_KINDS.map(
    (kind) => checks.find((check) => check.kind === kind) ?? notRun(kind, 'not_supported_by_provider'),
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
