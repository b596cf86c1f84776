import { birthDateIn, lookUp, notRun, reopened } from '../kit/index.js';
import type { Check, CheckKind, CheckReason, CheckResult, IdentityAttributes } from '../kit/index.js';
import { z } from 'zod';
import type { CredentialDemands } from './settings.js';
import type { VerifiedCredential } from './types.js';

/** Why a credential does not count, or not yet. */
interface Fault {
  result: Extract<CheckResult, 'fail' | 'indeterminate'>;
  reason: CheckReason;
}

interface Measure {
  demands: CredentialDemands;
  now: Date;
}

const personalText = z.string().min(1).max(200);
const qualityWord = z.string().regex(/^[A-Z][A-Z_]{0,31}$/);
const FACE_KINDS = ['face_match', 'presentation_attack'] as const;

/**
 * What a verified presentation shows. Microsoft has looked at issuer, revocation, domain and score; we look again,
 * because it is our policy and not the request that decides. Everything, claims included, is taken from the one
 * credential that was asked for.
 */
export function judgeCredentials(
  shown: readonly VerifiedCredential[],
  measure: Measure,
): { checks: Check[]; identity?: IdentityAttributes } {
  const { demands } = measure;
  const ofType = shown.filter(({ type }) => type.includes(demands.type));
  const accepted = ofType.filter(({ issuer }) => demands.acceptedIssuers.includes(issuer));
  const [credential] = accepted;
  if (!credential) {
    const refusal: Fault =
      ofType.length > 0
        ? { result: 'fail', reason: 'document_not_accepted' }
        : { result: 'indeterminate', reason: 'data_missing' };
    return { checks: [...vouched(demands, refusal), ...FACE_KINDS.map((kind) => withoutCredential(kind, refusal))] };
  }
  // Which of them the face was compared with, nobody says.
  const fault = accepted.length > 1 ? UNCLEAR : faultOf(credential, measure);
  const faces = underFault(faceChecks(credential, demands), fault);
  const readable = accepted.length === 1 && fault?.result !== 'fail';
  return {
    checks: [...vouched(demands, fault), ...faces],
    ...(readable && { identity: identityIn(credential, demands) }),
  };
}

const UNCLEAR: Fault = { result: 'indeterminate', reason: 'partner_answer_unknown' };

function vouched({ vouchedChecks }: CredentialDemands, fault: Fault | undefined): Check[] {
  return vouchedChecks.map((kind) =>
    fault
      ? { kind, result: fault.result, reasonCodes: [fault.reason] }
      : { kind, result: 'pass', reasonCodes: ['ok'], rawName: 'credential' },
  );
}

/** A face that was compared with a picture that does not count was compared with nothing. */
function withoutCredential(kind: CheckKind, { result, reason }: Fault): Check {
  return { kind, result: kind === 'face_match' ? result : 'indeterminate', reasonCodes: [reason] };
}

function underFault(faces: Check[], fault: Fault | undefined): Check[] {
  if (!fault) return faces;
  if (fault.result === 'indeterminate') return reopened(faces, fault.reason);
  return faces.map(({ kind }) => withoutCredential(kind, fault));
}

/** The worst thing about the credential itself. */
function faultOf(credential: VerifiedCredential, { demands, now }: Measure): Fault | undefined {
  const faults = [
    revocationFault(credential),
    expiryFault(credential, now),
    demands.linkedDomainRequired ? domainFault(credential) : undefined,
  ].filter((fault) => fault !== undefined);
  return faults.find(({ result }) => result === 'fail') ?? faults[0];
}

function revocationFault({ credentialState }: VerifiedCredential): Fault | undefined {
  const status = credentialState?.revocationStatus;
  if (status === 'VALID') return undefined;
  if (status === 'REVOKED') return { result: 'fail', reason: 'document_not_accepted' };
  return { result: 'indeterminate', reason: status === undefined ? 'data_missing' : 'partner_answer_unknown' };
}

function expiryFault({ expirationDate }: VerifiedCredential, now: Date): Fault | undefined {
  const isInstant =
    expirationDate !== undefined && /^\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+-]\d{2}:\d{2})$/.test(expirationDate);
  const endsMs = isInstant ? Date.parse(expirationDate) : Number.NaN;
  if (Number.isNaN(endsMs)) return { result: 'indeterminate', reason: 'data_missing' };
  return endsMs > now.getTime() ? undefined : { result: 'fail', reason: 'document_expired' };
}

/** The address is there only when the domain was verified. */
function domainFault({ domainValidation }: VerifiedCredential): Fault | undefined {
  const { url } = domainValidation ?? {};
  const isDomain = url !== undefined && URL.canParse(url) && new URL(url).protocol === 'https:';
  return isDomain ? undefined : { result: 'indeterminate', reason: 'data_missing' };
}

/** Face Check compares the live face with the photo, and looks whether it is one: both or neither. */
function faceChecks({ faceCheck }: VerifiedCredential, { matchThreshold }: CredentialDemands): Check[] {
  if (!faceCheck) return FACE_KINDS.map((kind) => notRun(kind, 'data_missing'));
  const { matchConfidenceScore: score, sourcePhotoQuality } = faceCheck;
  if (typeof score !== 'number' || !(score >= 0 && score <= 100))
    return FACE_KINDS.map((kind) => faceCheckSaid(kind, UNCLEAR));
  const level = qualityWord.safeParse(sourcePhotoQuality).data;
  const enough = score >= matchThreshold;
  const match = faceCheckSaid(
    'face_match',
    enough ? PASSED : { result: 'indeterminate', reason: 'faces_similar_unsure' },
  );
  const presence = enough ? PASSED : ({ result: 'indeterminate', reason: 'partner_undecided' } as const);
  return [{ ...match, score, ...(level && { level }) }, faceCheckSaid('presentation_attack', presence)];
}

const PASSED = { result: 'pass', reason: 'ok' } as const;

const faceCheckSaid = (kind: CheckKind, said: { result: CheckResult; reason: CheckReason }): Check => ({
  kind,
  result: said.result,
  reasonCodes: [said.reason],
  rawName: 'faceCheck',
});

function identityIn({ claims }: VerifiedCredential, { claims: names }: CredentialDemands): IdentityAttributes {
  const birthDate = names.birthDate === undefined ? undefined : birthDateIn(lookUp(claims, names.birthDate));
  return {
    givenName: personalText.safeParse(lookUp(claims, names.givenName)).data,
    familyName: personalText.safeParse(lookUp(claims, names.familyName)).data,
    ...(birthDate && { birthDate }),
  };
}
