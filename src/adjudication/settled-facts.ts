import { documentStanding, type NamedDocument } from '../policy/document-rules.js';
import type { AdjudicationFacts, NumberMatch, SettledFacts } from './facts.js';
import { settleChecks } from './settled-checks.js';

/** The issuer of specimens (ICAO Doc 9303-3, section 5). */
const SPECIMEN_ISSUER = 'UTO';

/** Weighs a report against itself and against the proofing record, and leaves what it compared behind. Pure and total. */
export function settleFacts({ report, proofing, ...circumstances }: AdjudicationFacts): SettledFacts {
  const { checks, data } = settleChecks({ report, proofing, ...circumstances });
  const document = reportedDocument(report);
  return {
    ...circumstances,
    report: {
      status: report.status,
      terminal: report.terminal === true,
      live: report.provenance?.live === true,
      specimen: document.issuingCountry === SPECIMEN_ISSUER,
      document: documentStanding(circumstances.policy.documents, document),
      documentNumber: matchNumber(proofing?.attributes.reveal().documentNumber, document.number),
    },
    checks,
    attributes: data.attributes,
    ...(proofing && { proofing: { coolingOff: proofing.coolingOff, level: proofing.level } }),
  };
}

function reportedDocument({ document }: AdjudicationFacts['report']): NamedDocument & { number?: unknown } {
  const revealed: unknown = document?.reveal();
  return typeof revealed === 'object' && revealed !== null ? revealed : {};
}

function matchNumber(known: unknown, shown: unknown): NumberMatch {
  const [left, right] = [lettersAndDigits(known), lettersAndDigits(shown)];
  if (left === '' || right === '') return 'missing';
  return left === right ? 'same' : 'different';
}

/** Numbers are written with spaces, hyphens and fillers or without (ICAO Doc 9303-3, 4.2). */
const lettersAndDigits = (value: unknown): string =>
  typeof value === 'string' ? value.toUpperCase().replaceAll(/[^A-Z0-9]/g, '') : '';
