import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CanaryScan } from './canary-scan.js';

const NAME = 'Zélie Quistgaard';
const SECRET = randomBytes(32).toString('base64url');
const scan = new CanaryScan([
  { name: 'name', value: NAME },
  { name: 'token', value: SECRET },
  { name: 'picture', value: Buffer.from([0xff, 0xd8, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06]) },
]);
const raw = Buffer.from(SECRET, 'base64url');

const LEAKS: [string, string | Buffer, string][] = [
  ['itself', `login by ${NAME}.`, 'name'],
  ['in capitals', NAME.toUpperCase().replace('É', 'é'), 'name'],
  ['hex', Buffer.from(NAME).toString('hex'), 'name'],
  ['a bytea column as text', `\\x00${Buffer.from(`{"n":"${NAME}"}`).toString('hex')}`, 'name'],
  ['base64', Buffer.from(NAME).toString('base64'), 'name'],
  ['a URL', `/v1/subjects?name=${encodeURIComponent(NAME)}`, 'name'],
  ['JSON', JSON.stringify({ deep: [{ name: NAME }] }), 'name'],
  ['a link', `https://example.org/r/${SECRET}?x`, 'token'],
  ['the secret’s bytes in hex', raw.toString('hex'), 'token'],
  ['the secret’s bytes in base64', raw.toString('base64'), 'token'],
  [
    'picture bytes in the middle of a file',
    Buffer.concat([randomBytes(20), Buffer.from('ffd8010203040506', 'hex'), randomBytes(20)]),
    'picture',
  ],
];

describe('the scanner', () => {
  it.each(LEAKS)('finds %s', (_name, leak, canary) => {
    expect(scan.find('here', leak).map((finding) => [finding.canary, finding.source])).toContainEqual([canary, 'here']);
  });

  it('finds a text in base64 wherever it stands in what was encoded', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 9 }),
        fc.uint8Array({ maxLength: 9 }),
        fc.constantFrom('base64', 'base64url' as const),
        (before, after, encoding) => {
          const encoded = Buffer.concat([before, Buffer.from(NAME), after]).toString(encoding);
          expect(scan.find('x', encoded).map((finding) => finding.canary)).toContain('name');
        },
      ),
    );
  });

  it('finds nothing in noise, in digests or in ciphertext', () => {
    for (let round = 0; round < 50; round += 1) expect(scan.find('noise', randomBytes(20_000))).toEqual([]);
    expect(scan.find('half', `${SECRET.slice(0, 20)} ${NAME.slice(0, 5)}`)).toEqual([]);
  });
});
