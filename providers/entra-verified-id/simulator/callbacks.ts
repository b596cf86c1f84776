import { randomUUID } from 'node:crypto';
import { hasResult, type Decision, type PushSender, type ScenarioName } from '../../kit/simulator/index.js';
import { canPresent, type HeldCredential, type Presentation } from './presentation.js';
import { verifiedCredential } from './verified-credential.js';

const DUPLICATE_COPIES = 5;
const LATE_MS = 5_000;
const HUGE_BYTES = 8 * 1024 * 1024;

type Said = Record<string, unknown>;

/** Tells a verifier how its request fares, as docs/verified-id/presentation-request-api.md shows it. */
export class Callbacks {
  constructor(
    private readonly held: HeldCredential,
    private readonly sender: PushSender,
    private readonly now: () => Date,
  ) {}

  /** Once for each request: a wallet has fetched it. */
  async retrieved(presentation: Presentation, scenario?: ScenarioName): Promise<void> {
    if (presentation.retrieved) return;
    presentation.retrieved = true;
    await this.#send(presentation, { requestStatus: 'request_retrieved' }, scenario);
  }

  /** What follows from the decision. Whoever leaves, or lets the time run out, is not heard of again. */
  async settled(presentation: Presentation): Promise<void> {
    const { decision } = presentation;
    if (!decision || decision.scenario === 'expired') return;
    const { scenario } = decision;
    if (scenario !== 'out_of_order') await this.retrieved(presentation, scenario);
    if (scenario === 'cancelled' || !canPresent(presentation, this.held)) return;
    const end = this.#endOf(presentation, decision);
    await this.#send(presentation, end, scenario);
    if (scenario === 'out_of_order') await this.retrieved(presentation, scenario);
    if (scenario === 'replay') {
      await this.#send(presentation, { requestStatus: 'request_retrieved' }, scenario);
      await this.#send(presentation, end, scenario);
    }
  }

  #endOf({ id, callback, requested }: Presentation, decision: Decision): Said {
    const { scenario, failing, identity } = decision;
    const { claims, ...credential } = verifiedCredential(decision, { requested, held: this.held, now: this.now() });
    if (failing === 'face_match')
      return refusal('claimValidationError', 'Match confidence score failing to meet the threshold.');
    const unmet = requested.constraints.some(({ claimName, accepts }) => !accepts(claims[claimName] ?? ''));
    if (unmet) return refusal('claimValidationError', 'The claim does not satisfy the constraint.');
    const photo = requested.faceCheck?.sourcePhotoClaimName;
    if (photo !== undefined && claims[photo] === undefined) return refusal('claimValidationError', 'No photo.');
    // No code is published for these; what comes is something a verifier does not know.
    if (!hasResult(decision) || scenario === 'review' || failing === 'presentation_attack')
      return refusal('unspecifiedError', 'The presentation could not be completed.');
    return {
      requestStatus: scenario === 'unknown_status' ? 'presentation_accepted' : 'presentation_verified',
      ...(scenario === 'wrong_session' && { requestId: randomUUID() }),
      ...(scenario === 'wrong_nonce' && { state: withOtherNonce(callback.state) }),
      subject: `did:ion:${Buffer.from(`${id}${identity.familyName}`).toString('base64url')}`,
      verifiedCredentialsData: [{ ...credential, claims }],
    };
  }

  async #send(presentation: Presentation, said: Said, scenario: ScenarioName | undefined): Promise<void> {
    if (scenario === 'no_push') return;
    const { id, callback } = presentation;
    const isEnd = said.requestStatus !== 'request_retrieved';
    const text = JSON.stringify({ requestId: id, state: callback.state, ...said });
    const headers = scenario === 'bad_signature' ? reversed(callback.headers) : callback.headers;
    const mislabelled = isEnd && scenario === 'wrong_content_type';
    await this.sender.push({
      url: callback.url,
      sessionId: id,
      body: isEnd ? garbled(text, scenario) : text,
      headers: () => ({ ...headers, ...(mislabelled && { 'content-type': 'text/html' }) }),
      copies: scenario === 'duplicate' ? DUPLICATE_COPIES : 1,
      delayMs: isEnd && scenario === 'late_push' ? LATE_MS : 0,
    });
  }
}

const refusal = (code: string, message: string): Said => ({
  requestStatus: 'presentation_error',
  error: { code, message },
});

function garbled(text: string, scenario: ScenarioName | undefined): string {
  if (scenario === 'garbage') return text.slice(0, text.length >> 1);
  return scenario === 'huge' ? `${text.slice(0, -1)},"padding":"${'x'.repeat(HUGE_BYTES)}"}` : text;
}

function withOtherNonce(state: string): string {
  const at = state.lastIndexOf('.') + 1;
  return state.slice(0, at) + [...state.slice(at)].reverse().join('');
}

const reversed = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [...value].reverse().join('')]));
