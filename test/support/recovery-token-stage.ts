import { CaptureBindings } from '../../src/flow-session/capture-bindings.js';
import { CAPTURE_COOKIE } from '../../src/flow-session/cookies.js';
import { SystemClock } from '../../src/platform/clock/clock.js';
import type { KeyRing } from '../../src/platform/crypto/key-ring.js';
import type { Database } from '../../src/platform/database/database.js';
import type { Request } from '../../src/platform/http/request-context.js';
import { Limits } from '../../src/platform/limits/limits.js';
import { Metrics } from '../../src/platform/telemetry/metrics.js';
import { Policies } from '../../src/policy/policies.js';
import { caseRepository, silentEvents } from './case-repository.js';
import { RecoveryTokens } from '../../src/recovery-token/recovery-tokens.js';
import { TokenEntitlement } from '../../src/recovery-token/token-entitlement.js';

interface Overrides {
  /** What the check before a token says; default yes. */
  recheck?: boolean;
  /** Replaces the policy's figure. */
  tokenTtlSeconds?: number;
  limitScale?: number;
  metrics?: Metrics;
}

/** Policies whose token life is a figure of the test's. */
class PoliciesWithTokenLife extends Policies {
  constructor(private readonly tokenTtlSeconds: number) {
    super(silentEvents());
  }

  override async strictest(...given: Parameters<Policies['strictest']>): ReturnType<Policies['strictest']> {
    const document = await super.strictest(...given);
    return { ...document, limits: { ...document.limits, tokenTtlSeconds: this.tokenTtlSeconds } };
  }
}

/** The service of the token stage, put together by hand on a real database. */
export function buildRecoveryTokens(database: Database, ring: KeyRing, overrides: Overrides = {}): RecoveryTokens {
  const { recheck = true, tokenTtlSeconds, limitScale = 1_000, metrics = new Metrics() } = overrides;
  const policies =
    tokenTtlSeconds === undefined ? new Policies(silentEvents()) : new PoliciesWithTokenLife(tokenTtlSeconds);
  const cases = caseRepository();
  const adjudication = { recheckBeforeToken: async () => recheck };
  return new RecoveryTokens(
    database,
    new TokenEntitlement(cases, new CaptureBindings(ring), policies, adjudication),
    new Limits(ring, limitScale),
    ring,
    new SystemClock(),
    metrics,
  );
}

/** A request as far as the capture cookie goes. */
export function browserOf(captureSecret: string | undefined): Request {
  return { cookies: captureSecret === undefined ? {} : { [CAPTURE_COOKIE]: captureSecret } } as unknown as Request;
}
