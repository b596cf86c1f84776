import { describe, expect, it } from '@jest/globals';
import type { ProviderReport } from '../../../providers/kit/index.js';
import type { VerificationSession } from '../session/verification-session.js';
import { bindingFaults, type ResultClaim, type StoredBinding } from './result-binding.js';

const session = {
  id: 'vs_a',
  caseId: 'rc_a',
  attempt: 1,
  provider: 'alpha',
  externalId: 'ext-a',
} as VerificationSession;
const stored: StoredBinding = { session, nonce: 'nonce-a', replayGuard: 'nonce', acceptsTestResults: false };

const report = (change: { binding?: ProviderReport['binding']; live?: boolean } = {}): ProviderReport => ({
  status: 'completed',
  terminal: true,
  binding: change.binding ?? { externalId: 'ext-a', nonce: 'nonce-a' },
  checks: [],
  provenance: { adapterVersion: '1', live: change.live ?? true, checkedAt: '2026-01-01T00:00:00Z' },
});
const claim = (change: Partial<ResultClaim> = {}): ResultClaim => ({
  sessionId: 'vs_a',
  caseId: 'rc_a',
  attempt: 1,
  provider: 'alpha',
  report: report(),
  ...change,
});

describe('bindingFaults', () => {
  it('finds nothing when all is equal', () => {
    expect(bindingFaults(stored, claim())).toEqual([]);
  });

  it.each([
    ['T33', 'session', claim({ sessionId: 'vs_b' })],
    ['T33', 'case', claim({ caseId: 'rc_b' })],
    ['T34', 'attempt', claim({ attempt: 2 })],
    ['T32', 'provider', claim({ provider: 'beta' })],
    ['T33', 'external_id', claim({ report: report({ binding: { externalId: 'ext-b', nonce: 'nonce-a' } }) })],
    ['T33', 'nonce', claim({ report: report({ binding: { externalId: 'ext-a', nonce: 'nonce-b' } }) })],
    ['T33', 'nonce', claim({ report: report({ binding: { externalId: 'ext-a' } }) })],
    ['T37', 'environment', claim({ report: report({ live: false }) })],
  ])('%s names a foreign %s', (_threat, fault, foreign) => {
    expect(bindingFaults(stored, foreign)).toEqual([fault]);
  });

  it('needs no nonce from a partner that cannot send one back, and still refuses a foreign one', () => {
    const single: StoredBinding = { ...stored, replayGuard: 'single_use_session' };
    expect(bindingFaults(single, claim({ report: report({ binding: { externalId: 'ext-a' } }) }))).toEqual([]);
    expect(bindingFaults(single, claim({ report: report({ binding: { externalId: 'ext-a', nonce: 'x' } }) }))).toEqual([
      'nonce',
    ]);
  });

  it('refuses everything for a session the partner never confirmed', () => {
    const unborn = { ...stored, session: { ...session, externalId: null } };
    expect(bindingFaults(unborn, claim())).toEqual(['external_id']);
  });

  it('takes a test result where the embedded profile allows it', () => {
    expect(bindingFaults({ ...stored, acceptsTestResults: true }, claim({ report: report({ live: false }) }))).toEqual(
      [],
    );
  });
});
