import { describe, expect, it } from '@jest/globals';
import { doctor, doctorReport } from './doctor.js';
import { fault, ok, warning } from './finding.js';

const FINDINGS = [
  ok('policies', 'fine'),
  warning('REDIS_URL', 'has no password', 'set one'),
  fault('KEYRING_FILE', 'is missing', 'make one'),
];

describe('doctor', () => {
  it('tells the worst first, with what to do', () => {
    expect(doctorReport(FINDINGS, { json: false })).toEqual({
      text: [
        'fault    KEYRING_FILE  is missing',
        '                       → make one',
        'warning  REDIS_URL     has no password',
        '                       → set one',
        'ok       policies      fine',
      ].join('\n'),
      exitCode: 2,
    });
  });

  it('ends well on warnings', () => {
    expect(doctorReport(FINDINGS.slice(0, 2), { json: false }).exitCode).toBe(0);
  });

  it('tells a machine the same', () => {
    const { text, exitCode } = doctorReport(FINDINGS, { json: true });
    expect([JSON.parse(text), exitCode]).toEqual([{ healthy: false, findings: FINDINGS }, 2]);
  });

  it('has something to say of an empty environment', async () => {
    const findings = await doctor({});
    const faults = findings.filter(({ verdict }) => verdict === 'fault').map(({ subject }) => subject);
    expect(faults).toEqual(
      expect.arrayContaining(['DATABASE_URL', 'KEYRING_FILE', 'REDIS_URL', 'SMTP_URL', 'ADMIN_TOKEN']),
    );
    // A start infers no profile, so an environment without one is not healthy (api.md, "Acceptance surface").
    expect(findings).toContainEqual(
      expect.objectContaining({
        subject: 'REGAIN_PROFILE',
        verdict: 'fault',
        detail: 'is not set; a start refuses that',
      }),
    );
  });
});
