import { describe, expect, it } from '@jest/globals';
import { findSignatureFault, type SignedRequest } from './s3-simulator-signature.js';

/** Keys, date and signatures printed as examples in the Amazon S3 API reference (page "sig-v4-header-based-auth"). */
const key = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  region: 'us-east-1',
};
const now = new Date('2013-05-24T00:00:00Z');
const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

function example(signedHeaders: string, signature: string, more: Partial<SignedRequest> = {}): SignedRequest {
  return {
    method: 'GET',
    target: '/',
    body: Buffer.alloc(0),
    ...more,
    headers: {
      host: 'examplebucket.s3.amazonaws.com',
      'x-amz-date': '20130524T000000Z',
      'x-amz-content-sha256': EMPTY_SHA256,
      authorization: `AWS4-HMAC-SHA256 Credential=${key.accessKeyId}/20130524/us-east-1/s3/aws4_request,SignedHeaders=${signedHeaders},Signature=${signature}`,
      ...more.headers,
    },
  };
}

const getObject = example(
  'host;range;x-amz-content-sha256;x-amz-date',
  'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  { target: '/test.txt', headers: { range: 'bytes=0-9' } },
);
const putObject = example(
  'date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class',
  '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
  {
    method: 'PUT',
    target: '/test%24file.text',
    body: Buffer.from('Welcome to Amazon S3.'),
    headers: {
      date: 'Fri, 24 May 2013 00:00:00 GMT',
      'x-amz-storage-class': 'REDUCED_REDUNDANCY',
      'x-amz-content-sha256': '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072',
    },
  },
);
const listObjects = example(
  'host;x-amz-content-sha256;x-amz-date',
  '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
  { target: '/?max-keys=2&prefix=J' },
);

describe('the S3 simulator checks signatures', () => {
  it.each([
    ['GET object', getObject],
    ['PUT object', putObject],
    ['list objects', listObjects],
  ])('accepts the published example: %s', (_name, request) => {
    expect(findSignatureFault(request, key, now)).toBeUndefined();
  });

  it('refuses a changed path, query, method, header or body', () => {
    const changed: SignedRequest[] = [
      { ...getObject, target: '/test.txT' },
      { ...listObjects, target: '/?max-keys=2&prefix=K' },
      { ...getObject, method: 'DELETE' },
      { ...getObject, headers: { ...getObject.headers, range: 'bytes=0-10' } },
    ];
    for (const request of changed) expect(findSignatureFault(request, key, now)).toBe('SignatureDoesNotMatch');
    const otherBody = { ...putObject, body: Buffer.from('Welcome to Amazon S4.') };
    expect(findSignatureFault(otherBody, key, now)).toBe('XAmzContentSHA256Mismatch');
  });

  it('refuses another key, another region, an old date, no signature, and an unsigned x-amz header', () => {
    const faultOf = (request: SignedRequest, over: Partial<typeof key> = {}, at = now) =>
      findSignatureFault(request, { ...key, ...over }, at);
    expect(faultOf(getObject, { secretAccessKey: 'other' })).toBe('SignatureDoesNotMatch');
    expect(faultOf(getObject, { accessKeyId: 'other' })).toBe('InvalidAccessKeyId');
    expect(faultOf(getObject, { region: 'eu-west-1' })).toBe('AuthorizationHeaderMalformed');
    expect(faultOf(getObject, {}, new Date('2013-05-24T00:15:01Z'))).toBe('RequestTimeTooSkewed');
    expect(faultOf({ ...getObject, headers: { ...getObject.headers, authorization: undefined } })).toBe('AccessDenied');
    expect(faultOf({ ...getObject, headers: { ...getObject.headers, 'x-amz-acl': 'public-read' } })).toBe(
      'AccessDenied',
    );
  });
});
