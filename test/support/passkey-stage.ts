import { Writable } from 'node:stream';
import { createBuiltInDirectory } from '../../directories/built-in/index.js';
import { Subjects } from '../../src/directory/subjects.js';
import { Challenges } from '../../src/passkey-registration/challenges.js';
import { CreationOptions } from '../../src/passkey-registration/creation-options.js';
import { CredentialFreezes } from '../../src/passkey-registration/credential-freezes.js';
import { PasskeyRegistrations, type RegistrationAnswer } from '../../src/passkey-registration/passkey-registrations.js';
import { Passkeys } from '../../src/passkey-registration/passkeys.js';
import { RefusedPresentations } from '../../src/passkey-registration/refused-presentations.js';
import { RegistrationOptions } from '../../src/passkey-registration/registration-options.js';
import { RelyingParty } from '../../src/passkey-registration/relying-party.js';
import { OwnSavedCode } from '../../src/passkey-registration/own-saved-code.js';
import { SavedCodeController } from '../../src/passkey-registration/saved-code.controller.js';
import { Sessions } from '../../src/passkey-registration/sessions.js';
import { SignIn } from '../../src/passkey-registration/sign-in.js';
import { SourceLimits } from '../../src/platform/limits/source-limits.js';
import { SqlAccountStore } from '../../src/passkey-registration/sql-account-store.js';
import { TokenPresentations } from '../../src/passkey-registration/token-presentations.js';
import { TokenRedemption, type RegistrationRequest } from '../../src/passkey-registration/token-redemption.js';
import { RegistrationCredential } from '../../src/passkey-registration/webauthn.schemas.js';
import { SystemClock } from '../../src/platform/clock/clock.js';
import type { KeyRing } from '../../src/platform/crypto/key-ring.js';
import type { Database } from '../../src/platform/database/database.js';
import { Problem } from '../../src/platform/errors/problem.js';
import { Limits } from '../../src/platform/limits/limits.js';
import { Logger } from '../../src/platform/logging/logger.js';
import { Metrics } from '../../src/platform/telemetry/metrics.js';
import { SecurityEvents } from '../../src/platform/telemetry/security-events.js';
import { SavedCodes } from '../../src/recovery-codes/saved-codes.js';
import { RecoveryCaseRepository } from '../../src/recovery-case/recovery-case.repository.js';
import type { Answer, RegistrationClient } from '../campaign/token-race.js';
import type { ApprovedCase } from './approved-case.js';
import { SoftwareAuthenticator, type CreatedPasskey, type RegistrationFaults } from './software-authenticator.js';

export const TEST_ORIGIN = 'https://recover.example.org';
export const TEST_SOURCE = '192.0.2.1';

/** The services of one process of the passkey stage, put together by hand on a real database. */
export function buildPasskeyStage(database: Database, ring: KeyRing) {
  const clock = new SystemClock();
  const metrics = new Metrics();
  const logger = Logger.create('warn', new Writable({ write: (_chunk, _encoding, done) => done() }));
  const securityEvents = new SecurityEvents(metrics, logger);
  const cases = new RecoveryCaseRepository(metrics, securityEvents);
  const subjects = new Subjects(ring);
  const relyingParty = new RelyingParty({
    RP_ID: 'example.org',
    ORGANISATION_NAME: 'Example',
    rpOrigins: [TEST_ORIGIN],
  });
  const limits = new SourceLimits(database, new Limits(ring, 10_000));
  const directory = createBuiltInDirectory(new SqlAccountStore());
  const challenges = new Challenges(ring, clock);
  const passkeys = new Passkeys(ring);
  const tokens = new TokenPresentations(ring);
  const freezes = new CredentialFreezes(directory, securityEvents);
  const refusals = new RefusedPresentations(ring, passkeys, freezes, metrics, securityEvents);
  const sessions = new Sessions(ring, clock);
  const creation = new CreationOptions(challenges, passkeys, subjects, relyingParty, directory);
  const redemption = new TokenRedemption(database, cases, tokens, challenges, passkeys, refusals, clock, directory);
  return {
    cases,
    freezes,
    metrics,
    passkeys,
    challenges,
    tokens,
    sessions,
    options: new RegistrationOptions(database, tokens, creation, refusals, limits, directory, metrics),
    registrations: new PasskeyRegistrations(database, tokens, challenges, relyingParty, limits, metrics, redemption),
    savedCodes: new SavedCodeController(new OwnSavedCode(database, sessions, new SavedCodes(ring, clock))),
    signIn: new SignIn(database, challenges, passkeys, sessions, subjects, relyingParty, limits, securityEvents),
  };
}
export type PasskeyStage = ReturnType<typeof buildPasskeyStage>;

/** What HTTP would answer. Anything that is not a problem of the catalogue is a 500. */
export async function answerOf(work: Promise<unknown>): Promise<Answer> {
  return work.then(
    () => ({ status: 201 }),
    (error: unknown) =>
      error instanceof Problem ? { status: error.status, code: error.code } : { status: 500, code: String(error) },
  );
}

/** A fresh challenge and a passkey made for it; by default on an authenticator of its own. */
export async function makePasskey(
  stage: PasskeyStage,
  holder: ApprovedCase,
  making: RegistrationFaults & { authenticator?: SoftwareAuthenticator } = {},
): Promise<CreatedPasskey> {
  const { authenticator = new SoftwareAuthenticator({ origin: TEST_ORIGIN }), ...faults } = making;
  return authenticator.create(await stage.options.create(holder, TEST_SOURCE), faults);
}

/** Registers a passkey with a holder's token, from the holder's browser unless the request says otherwise. */
export async function registerPasskey(
  stage: PasskeyStage,
  holder: ApprovedCase,
  request: Partial<Omit<RegistrationRequest, 'credential'>> & { credential: CreatedPasskey },
): Promise<RegistrationAnswer> {
  const { token, captureSecret } = holder;
  const defaults = { token, captureSecret, name: undefined, idempotencyKey: undefined, source: TEST_SOURCE };
  return stage.registrations.register({
    ...defaults,
    ...request,
    credential: RegistrationCredential.parse(request.credential),
  });
}

/** Reaches the services directly; finishers take turns over the stages, as over processes. */
export function serviceRegistrationClient(stages: readonly PasskeyStage[]): RegistrationClient {
  const stageOf = (finisher: number): PasskeyStage => {
    const stage = stages[finisher % stages.length];
    if (!stage) throw new Error('at least one stage is needed');
    return stage;
  };
  return {
    options: (holder, finisher) => stageOf(finisher).options.create(holder, TEST_SOURCE),
    register: (holder, { credential, finisher }) =>
      answerOf(registerPasskey(stageOf(finisher), holder, { credential })),
  };
}
