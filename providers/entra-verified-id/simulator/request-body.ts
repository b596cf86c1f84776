import type { Callback, Constraint, PresentationRequest, RequestedCredential } from './presentation.js';
import { badField } from './request-fault.js';

type Json = Record<string, unknown>;

const CALLBACK_HEADERS = ['api-key', 'authorization'];
const DEFAULT_THRESHOLD = 70;
const DID = /^did:[a-z0-9]+:\S+$/;

/**
 * The body of `createPresentationRequest` as docs/verified-id/presentation-request-api.md describes it. Members that the
 * page does not know are refused, so that a misspelt one shows.
 */
export function readPresentationRequest(body: Json, authorityDid: string): PresentationRequest {
  onlyKnown(body, '', [
    'authority',
    'includeQRCode',
    'includeReceipt',
    'registration',
    'callback',
    'requestedCredentials',
  ]);
  if (body.authority !== authorityDid) throw badField('authority');
  const includeReceipt = optionalBoolean(body, 'includeReceipt');
  optionalBoolean(body, 'includeQRCode');
  const registration = object(body.registration, 'registration');
  onlyKnown(registration, 'registration.', ['clientName', 'purpose', 'logoUrl', 'termsOfServiceUrl']);
  const wanted = body.requestedCredentials;
  if (!Array.isArray(wanted) || wanted.length !== 1) throw badField('requestedCredentials');
  const requested = readRequested(object(wanted[0], 'requestedCredentials'));
  if (includeReceipt && requested.faceCheck) throw badField('includeReceipt');
  return {
    clientName: text(registration.clientName, 'registration.clientName'),
    ...(registration.purpose !== undefined && { purpose: text(registration.purpose, 'registration.purpose') }),
    callback: readCallback(object(body.callback, 'callback')),
    requested,
  };
}

function readCallback(callback: Json): Callback {
  onlyKnown(callback, 'callback.', ['url', 'state', 'headers']);
  const url = text(callback.url, 'callback.url');
  if (!URL.canParse(url) || !isReachable(new URL(url))) throw badField('callback.url');
  const headers = Object.entries(object(callback.headers ?? {}, 'callback.headers'));
  for (const [name, value] of headers)
    if (!CALLBACK_HEADERS.includes(name.toLowerCase()) || typeof value !== 'string') throw badField('callback.headers');
  return {
    url,
    state: text(callback.state, 'callback.state'),
    headers: Object.fromEntries(headers) as Record<string, string>,
  };
}

/** The service calls https; this one stands on the same machine as the verifier and lets that be http. */
const isReachable = ({ protocol, hostname }: URL): boolean =>
  protocol === 'https:' || (protocol === 'http:' && /^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostname));

function readRequested(wanted: Json): RequestedCredential {
  const at = 'requestedCredentials.';
  onlyKnown(wanted, at, ['type', 'purpose', 'acceptedIssuers', 'configuration', 'constraints']);
  const configuration = object(wanted.configuration ?? {}, `${at}configuration`);
  onlyKnown(configuration, `${at}configuration.`, ['validation']);
  const validation = object(configuration.validation ?? {}, `${at}configuration.validation`);
  onlyKnown(validation, `${at}validation.`, ['allowRevoked', 'validateLinkedDomain', 'faceCheck']);
  optionalBoolean(validation, 'allowRevoked');
  const issuers = texts(wanted.acceptedIssuers ?? [], `${at}acceptedIssuers`);
  if (!issuers.every((issuer) => DID.test(issuer))) throw badField(`${at}acceptedIssuers`);
  const constraints = wanted.constraints ?? [];
  if (!Array.isArray(constraints)) throw badField(`${at}constraints`);
  return {
    type: text(wanted.type, `${at}type`),
    acceptedIssuers: issuers,
    constraints: constraints.map((one) => readConstraint(object(one, `${at}constraints`))),
    validateLinkedDomain: optionalBoolean(validation, 'validateLinkedDomain'),
    ...(validation.faceCheck !== undefined && { faceCheck: readFaceCheck(object(validation.faceCheck, 'faceCheck')) }),
  };
}

function readFaceCheck(faceCheck: Json): NonNullable<RequestedCredential['faceCheck']> {
  onlyKnown(faceCheck, 'faceCheck.', ['sourcePhotoClaimName', 'matchConfidenceThreshold']);
  const threshold = faceCheck.matchConfidenceThreshold ?? DEFAULT_THRESHOLD;
  if (typeof threshold !== 'number' || !Number.isInteger(threshold) || threshold < 50 || threshold > 100)
    throw badField('faceCheck.matchConfidenceThreshold');
  return {
    sourcePhotoClaimName: text(faceCheck.sourcePhotoClaimName, 'faceCheck.sourcePhotoClaimName'),
    matchConfidenceThreshold: threshold,
  };
}

/** One operand each; none minds case. */
function readConstraint(constraint: Json): Constraint {
  const at = 'requestedCredentials.constraints';
  onlyKnown(constraint, `${at}.`, ['claimName', 'values', 'contains', 'startsWith']);
  const { claimName, values, contains, startsWith } = constraint;
  if ([values, contains, startsWith].filter((operand) => operand !== undefined).length !== 1) throw badField(at);
  const wanted = values === undefined ? [text(contains ?? startsWith, at)] : texts(values, at);
  const lowered = wanted.map((one) => one.toLowerCase());
  const compare = (value: string, one: string): boolean => {
    if (contains !== undefined) return value.includes(one);
    return startsWith === undefined ? value === one : value.startsWith(one);
  };
  return {
    claimName: text(claimName, `${at}.claimName`),
    accepts: (value) => lowered.some((one) => compare(value.toLowerCase(), one)),
  };
}

function onlyKnown(value: Json, at: string, names: readonly string[]): void {
  const unknown = Object.keys(value).find((name) => !names.includes(name));
  if (unknown !== undefined) throw badField(`${at}${unknown}`);
}

function object(value: unknown, target: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw badField(target);
  return value as Json;
}

function text(value: unknown, target: string): string {
  if (typeof value !== 'string' || value === '') throw badField(target);
  return value;
}

function texts(value: unknown, target: string): string[] {
  if (!Array.isArray(value)) throw badField(target);
  return value.map((one) => text(one, target));
}

function optionalBoolean(value: Json, name: string): boolean {
  const flag = value[name] ?? false;
  if (typeof flag !== 'boolean') throw badField(name);
  return flag;
}
