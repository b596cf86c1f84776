import { inspect } from 'node:util';
import { expect } from '@jest/globals';
import {
  CHECK_KINDS,
  CHECK_REASONS,
  CHECK_RESULTS,
  DOCUMENT_TYPES,
  MAX_CHECK_TEXT,
  REPORT_STATUSES,
  REPORTED_ATTRIBUTES,
  Sensitive,
} from '../index.js';
import type { Check, ProviderCapabilities, ProviderErrorCode, ProviderReport, ReportedAttribute } from '../index.js';
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
  const ofChecks = report.checks.flatMap((check) => flawsOfCheck(check, capabilities));
  const said = saidIn(report).filter((attribute) => capabilities.reports[attribute] === 'never');
  expect([
    ...flawsOf(report, capabilities),
    ...ofChecks,
    ...said.map((attribute) => `${attribute}, which it never says`),
  ]).toEqual([]);
}

/** What a report says of the person and the document. */
export function saidIn({ identity, document }: ProviderReport): ReportedAttribute[] {
  const [person, shown] = [identity?.reveal(), document?.reveal()];
  const said: Record<ReportedAttribute, unknown> = {
    givenName: person?.givenName,
    familyName: person?.familyName,
    birthDate: person?.birthDate,
    nationality: person?.nationality,
    documentType: shown?.documentType,
    issuingCountry: shown?.issuingCountry,
    documentNumber: shown?.number,
  };
  return REPORTED_ATTRIBUTES.filter((attribute) => said[attribute] !== undefined);
}

/** What is wrong, in words. One expectation for all: thousands of reports are looked at, and each `expect` takes its time. */
function flawsOf(report: ProviderReport, { assuranceFrameworks }: ProviderCapabilities): string[] {
  const { assurance, identity, document, provenance } = report;
  const type = document?.reveal().documentType;
  const kinds = report.checks.map((check) => check.kind);
  return named({
    'a member of no contract': isWithin(Object.keys(report), REPORT_MEMBERS),
    'an unknown status': isWithin([report.status], REPORT_STATUSES),
    'terminal and pending at once, or neither': report.terminal === (report.status !== 'pending'),
    'no external id': isText(report.binding.externalId),
    'an identity that is not sealed': identity === undefined || identity instanceof Sensitive,
    'a document that is not sealed': document === undefined || document instanceof Sensitive,
    'an assurance of a framework that was not declared':
      assurance === undefined || assuranceFrameworks.includes(assurance.framework),
    'a type of document in a word of the partner’s': isWithin([type ?? 'other'], DOCUMENT_TYPES),
    'no version of the adapter': isText(provenance.adapterVersion),
    'live is no boolean': typeof provenance.live === 'boolean',
    'no time it was checked at': !Number.isNaN(Date.parse(provenance.checkedAt)),
    'the same check twice': new Set(kinds).size === kinds.length,
  });
}

function flawsOfCheck(check: Check, capabilities: ProviderCapabilities): string[] {
  const { kind, result, reasonCodes, level = '', rawName = '' } = check;
  const flaws = named({
    'a member of no contract': isWithin(Object.keys(check), CHECK_MEMBERS),
    'an unknown kind': isWithin([kind], CHECK_KINDS),
    'an unknown result': isWithin([result], CHECK_RESULTS),
    'no reason': reasonCodes.length > 0,
    'an unknown reason': isWithin(reasonCodes, CHECK_REASONS),
    'ok without a pass, or a pass without ok': reasonCodes.includes('ok') === (result === 'pass'),
    'run although it was not declared': result === 'not_run' || capabilities.checks.includes(kind),
    'a score although none was declared': check.score === undefined || capabilities.scores,
    'a level or a name longer than a report holds': Math.max(level.length, rawName.length) <= MAX_CHECK_TEXT,
  });
  return flaws.map((flaw) => `${kind} ${result} (${reasonCodes.join()}): ${flaw}`);
}

/** The names of what does not hold. */
const named = (rules: Record<string, boolean>): string[] => Object.keys(rules).filter((name) => !rules[name]);

const isWithin = (values: readonly unknown[], known: readonly unknown[]): boolean =>
  values.every((value) => known.includes(value));

const isText = (value: unknown): boolean => typeof value === 'string' && /./.test(value);

export function passedKinds(report: ProviderReport): string[] {
  return report.checks.filter((check) => check.result === 'pass').map((check) => check.kind);
}

/** Searches everything that printing, logging or serialising a value could show. */
export function expectNoTrace(value: unknown, canaries: readonly string[]): void {
  const text = `${JSON.stringify(value) ?? ''}\n${inspect(value, { depth: 20, showHidden: true, maxStringLength: null })}`;
  for (const canary of canaries)
    expect(text.includes(canary) ? `shows ${canary}` : 'shows nothing').toBe('shows nothing');
}
