import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeAuthority } from '../../test/support/self-signed-certificate.js';
import { outboundFindings } from './outbound-check.js';

const ORIGINS = ['https://idp.internal', 'https://10.0.0.8:8443'];
let folder: string;
let file: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'regain-authorities-'));
  file = join(folder, 'ca.pem');
});
afterAll(() => rmSync(folder, { recursive: true }));

function found(text: string, mode = 0o644): string[] {
  writeFileSync(file, text);
  chmodSync(file, mode);
  const findings = outboundFindings({ OUTBOUND_PRIVATE_ORIGINS: ORIGINS, OUTBOUND_CA_FILE: file });
  return findings.map(({ verdict, subject, detail }) => `${verdict} ${subject} ${detail}`);
}

describe('doors into one’s own network', () => {
  it('are none by default, and nothing is said of them', () => {
    expect(outboundFindings({ OUTBOUND_PRIVATE_ORIGINS: [] })).toEqual([]);
  });

  it('T109 are named to whoever runs the service', () => {
    expect(outboundFindings({ OUTBOUND_PRIVATE_ORIGINS: ORIGINS })).toMatchObject([
      {
        verdict: 'warning',
        subject: 'OUTBOUND_PRIVATE_ORIGINS',
        detail: expect.stringMatching(/https:\/\/idp\.internal, https:\/\/10\.0\.0\.8:8443; the public authorities/),
      },
    ]);
  });

  it('may have authorities of their own', () => {
    const authorities = [makeAuthority('One'), makeAuthority('Two')].map(({ certificatePem }) => certificatePem);
    expect(found(`# ours\n${authorities.join('\n')}`).slice(1)).toEqual([
      'ok OUTBOUND_CA_FILE holds 2 authorities, and they are valid',
    ]);
  });

  it.each([
    ['no certificate', 'nothing', 0o644, 'fault OUTBOUND_CA_FILE is not certificates in PEM'],
    [
      'a broken certificate',
      '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----',
      0o644,
      'fault OUTBOUND_CA_FILE is not certificates in PEM',
    ],
    [
      'a file anybody may change',
      makeAuthority('One').certificatePem,
      0o666,
      'fault OUTBOUND_CA_FILE others than its owner may change it',
    ],
  ])('do not start on %s', (_name, text, mode, fault) => {
    expect(found(text, mode)[1]).toBe(fault);
  });

  it('do not start without the file', () => {
    const settings = { OUTBOUND_PRIVATE_ORIGINS: ORIGINS, OUTBOUND_CA_FILE: join(folder, 'absent.pem') };
    expect(outboundFindings(settings)[1]).toMatchObject({ verdict: 'fault', detail: 'cannot be read (ENOENT)' });
  });
});
