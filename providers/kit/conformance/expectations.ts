import { inspect } from 'node:util';
import { expect } from '@jest/globals';
import { CHECK_KINDS, CHECK_REASONS, CHECK_RESULTS, REPORT_STATUSES, Sensitive } from '../index.js';
import type { Check, ProviderCapabilities, ProviderErrorCode, ProviderReport } from '../index.js';
import type { Settled } from './world.js';

const REPORT_MEMBERS = [
  'status',
  'terminal',
  'binding',
  'checks',
  'identity',
  'document',
  'matchedOnly',
  'assurance',
  'provenance',
];
const CHECK_MEMBERS = ['kind', 'result', 'reasonCodes', 'score', 'level', 'rawName'];

export function expectError<Value>(settled: Settled<Value>, codes: readonly ProviderErrorCode[]): void {
  expect(codes).toContain(settled.error?.code ?? 'no error');
}

/** The report keeps to the contract in every member, whatever the partner said. */
export function expectWellFormed(report: ProviderReport, capabilities: ProviderCapabilities): void {
  expect(REPORT_MEMBERS).toEqual(expect.arrayContaining(Object.keys(report)));
  expect(REPORT_STATUSES).toContain(report.status);
  expect(report.terminal).toBe(report.status !== 'pending');
  expect(report.binding.externalId).toEqual(expect.stringMatching(/./));
  if (report.identity !== undefined) expect(report.identity).toBeInstanceOf(Sensitive);
  if (report.document !== undefined) expect(report.document).toBeInstanceOf(Sensitive);
  expect(report.provenance.adapterVersion).toEqual(expect.stringMatching(/./));
  expect(typeof report.provenance.live).toBe('boolean');
  expect(Number.isNaN(Date.parse(report.provenance.checkedAt))).toBe(false);

  const kinds = report.checks.map((check) => check.kind);
  expect(new Set(kinds).size).toBe(kinds.length);
  for (const check of report.checks) expectCheckWellFormed(check, capabilities);
}

function expectCheckWellFormed(check: Check, capabilities: ProviderCapabilities): void {
  expect(CHECK_MEMBERS).toEqual(expect.arrayContaining(Object.keys(check)));
  expect(CHECK_KINDS).toContain(check.kind);
  expect(CHECK_RESULTS).toContain(check.result);
  expect(check.reasonCodes.length).toBeGreaterThan(0);
  expect(CHECK_REASONS).toEqual(expect.arrayContaining(check.reasonCodes));
  expect(check.reasonCodes.includes('ok')).toBe(check.result === 'pass');
  if (!capabilities.checks.includes(check.kind)) expect(check.result).toBe('not_run');
  if (!capabilities.scores) expect(check.score).toBeUndefined();
}

export function passedKinds(report: ProviderReport): string[] {
  return report.checks.filter((check) => check.result === 'pass').map((check) => check.kind);
}

/** Searches everything that printing, logging or serialising a value could show. */
export function expectNoTrace(value: unknown, canaries: readonly string[]): void {
  const text = `${JSON.stringify(value) ?? ''}\n${inspect(value, { depth: 20, showHidden: true, maxStringLength: null })}`;
  for (const canary of canaries)
    expect(text.includes(canary) ? `shows ${canary}` : 'shows nothing').toBe('shows nothing');
}
