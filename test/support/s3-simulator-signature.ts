import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** Amazon S3 API reference, "Authenticating Requests: Using the Authorization Header (AWS Signature Version 4)". */
export interface SignedRequest {
  method: string;
  /** Path and query exactly as received. */
  target: string;
  headers: IncomingHttpHeaders;
  body: Uint8Array;
}

export interface SigningKey {
  accessKeyId: string;
  secretAccessKey: string;
  region: string;
}

export type SignatureFault =
  | 'AccessDenied'
  | 'InvalidAccessKeyId'
  | 'AuthorizationHeaderMalformed'
  | 'RequestTimeTooSkewed'
  | 'SignatureDoesNotMatch'
  | 'XAmzContentSHA256Mismatch';

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^,\s]+),\s*SignedHeaders=([a-z0-9;-]+),\s*Signature=([0-9a-f]{64})$/;
const MAX_SKEW_MS = 15 * 60 * 1000;

/** @returns undefined when the request proves to come from the holder of the key, otherwise S3's error code. */
export function findSignatureFault(request: SignedRequest, key: SigningKey, now: Date): SignatureFault | undefined {
  const match = AUTHORIZATION.exec(request.headers.authorization ?? '');
  const [, credential, signedHeaders, signature] = match ?? [];
  const amzDate = header(request.headers, 'x-amz-date');
  if (!credential || !signedHeaders || !signature || !amzDate) return 'AccessDenied';

  const [accessKeyId, ...scope] = credential.split('/');
  if (accessKeyId !== key.accessKeyId) return 'InvalidAccessKeyId';
  const expectedScope = [amzDate.slice(0, 8), key.region, 's3', 'aws4_request'];
  if (scope.join('/') !== expectedScope.join('/')) return 'AuthorizationHeaderMalformed';
  if (!(Math.abs(parseAmzDate(amzDate) - now.getTime()) <= MAX_SKEW_MS)) return 'RequestTimeTooSkewed';

  const names = signedHeaders.split(';');
  const mustSign = Object.keys(request.headers).filter((name) => name === 'host' || name.startsWith('x-amz-'));
  if (mustSign.some((name) => !names.includes(name))) return 'AccessDenied';
  const expected = signatureOf(request, { names, amzDate, scope }, key);
  if (!timingSafeEqual(Buffer.from(expected, 'hex'), Buffer.from(signature, 'hex'))) return 'SignatureDoesNotMatch';
  return sha256(request.body) === header(request.headers, 'x-amz-content-sha256')
    ? undefined
    : 'XAmzContentSHA256Mismatch';
}

function signatureOf(
  request: SignedRequest,
  signed: { names: string[]; amzDate: string; scope: string[] },
  key: SigningKey,
): string {
  const [path = '', query = ''] = splitOnce(request.target, '?');
  const canonicalRequest = [
    request.method,
    path
      .split('/')
      .map((part) => encode(decodeURIComponent(part)))
      .join('/'),
    canonicalQuery(query),
    ...signed.names.map((name) => `${name}:${header(request.headers, name)?.trim().replace(/ +/g, ' ') ?? ''}`),
    '',
    signed.names.join(';'),
    header(request.headers, 'x-amz-content-sha256') ?? '',
  ].join('\n');
  const scope = signed.scope.join('/');
  const stringToSign = ['AWS4-HMAC-SHA256', signed.amzDate, scope, sha256(Buffer.from(canonicalRequest))].join('\n');
  const signingKey = signed.scope.reduce<Buffer>(
    (previous, part) => hmac(previous, part),
    Buffer.from(`AWS4${key.secretAccessKey}`),
  );
  return hmac(signingKey, stringToSign).toString('hex');
}

function canonicalQuery(query: string): string {
  if (query === '') return '';
  const pairs = query.split('&').map((pair) => {
    const [name = '', value = ''] = splitOnce(pair, '=');
    return `${encode(decodeURIComponent(name))}=${encode(decodeURIComponent(value))}`;
  });
  return pairs.sort((a, b) => (a < b ? -1 : 1)).join('&');
}

/** RFC 3986 unreserved characters stay, everything else is %XX in capitals. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

function header(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(',') : value;
}

function parseAmzDate(text: string): number {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  return match ? Date.parse(`${match[1]}-${match[2]}-${match[3]}T${match[4]}:${match[5]}:${match[6]}Z`) : Number.NaN;
}

function splitOnce(text: string, separator: string): string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
