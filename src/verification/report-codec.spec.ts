import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  CHECK_KINDS,
  CHECK_REASONS,
  CHECK_RESULTS,
  MAX_CHECK_TEXT,
  Sensitive,
  type ProviderReport,
} from '../../providers/kit/index.js';
import { decodeReport, encodeReport, publicChecks } from './report-codec.js';

const report: ProviderReport = {
  status: 'completed',
  terminal: true,
  binding: { externalId: 'ext', nonce: 'n' },
  checks: [
    { kind: 'face_match', result: 'pass', reasonCodes: ['ok'], score: 0.7, level: 'strong', rawName: 'face.document' },
  ],
  identity: new Sensitive({ givenName: 'Ana', familyName: 'Demo', birthDate: '1990-01-02' }),
  compared: [{ field: 'birth_date', between: ['mrz', 'print'], outcome: 'not_found', reasonCodes: ['data_missing'] }],
  document: new Sensitive({ number: 'X1234567', expiryDate: '2031-01-01' }),
  provenance: { adapterVersion: '1', live: true, checkedAt: '2026-01-01T00:00:00Z' },
};

describe('report codec', () => {
  it('brings a report back whole, its personal members wrapped again', () => {
    const back = decodeReport(encodeReport(report));
    expect(back.identity?.reveal()).toEqual(report.identity?.reveal());
    expect(back.document?.reveal()).toEqual(report.document?.reveal());
    expect(JSON.stringify(back)).not.toContain('Ana');
    expect({ ...back, identity: 0, document: 0 }).toEqual({ ...report, identity: 0, document: 0 });
  });

  it('T39 takes no comparison of fields that holds more than closed words, and not too many', () => {
    const [one] = report.compared ?? [];
    const encode = (compared: unknown[]) => () =>
      encodeReport({ ...report, compared: compared as ProviderReport['compared'] });
    expect(encode([{ ...one, value: '1990-01-02' }])).toThrow();
    expect(encode([{ ...one, field: 'Ana' }])).toThrow();
    expect(encode(Array<unknown>(51).fill(one))).toThrow();
  });

  it('takes a level and a name of a check as long as the kit lets an adapter cut them, and no longer', () => {
    const [check] = report.checks as [ProviderReport['checks'][number]];
    const encode = (text: string) => () =>
      encodeReport({ ...report, checks: [{ ...check, level: text, rawName: text }] });
    expect(encode('x'.repeat(MAX_CHECK_TEXT))).not.toThrow();
    expect(encode('x'.repeat(MAX_CHECK_TEXT + 1))).toThrow();
  });

  it('brings every contract-conforming list of checks back', () => {
    const check = fc.record({
      kind: fc.constantFrom(...CHECK_KINDS),
      result: fc.constantFrom(...CHECK_RESULTS),
      reasonCodes: fc.array(fc.constantFrom(...CHECK_REASONS), { maxLength: 5 }),
    });
    fc.assert(
      fc.property(fc.array(check, { maxLength: 12 }), (checks) => {
        expect(decodeReport(encodeReport({ ...report, checks })).checks).toEqual(checks);
      }),
    );
  });

  it('shows kinds, results and reasons in the clear, no score and no partner’s word', () => {
    expect(publicChecks(report)).toEqual([{ kind: 'face_match', result: 'pass', reasonCodes: ['ok'] }]);
  });

  it.each([
    ['a result', { ...report, checks: [{ kind: 'face_match', result: 'approved', reasonCodes: [] }] }],
    ['a kind', { ...report, checks: [{ kind: 'vibes', result: 'pass', reasonCodes: [] }] }],
    ['a status', { ...report, status: 'verified' }],
    ['a member', { ...report, verified: true }],
  ])('T39 refuses %s outside the contract', (_what, altered) => {
    expect(() => encodeReport(altered as unknown as ProviderReport)).toThrow();
  });
});
