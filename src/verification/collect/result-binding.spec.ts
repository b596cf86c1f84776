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
    ['session', claim({ sessionId: 'vs_b' })],
    ['case', claim({ caseId: 'rc_b' })],
    ['attempt', claim({ attempt: 2 })],
    ['provider', claim({ provider: 'beta' })],
    ['external_id', claim({ report: report({ binding: { externalId: 'ext-b', nonce: 'nonce-a' } }) })],
    ['nonce', claim({ report: report({ binding: { externalId: 'ext-a', nonce: 'nonce-b' } }) })],
    ['nonce', claim({ report: report({ binding: { externalId: 'ext-a' } }) })],
    ['environment', claim({ report: report({ live: false }) })],
  ])('names a foreign %s', (fault, foreign) => {
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
