import type { AdjudicationFacts, SettledFacts } from './facts.js';
import { settleChecks } from './settled-checks.js';

/** The issuer of specimens (ICAO Doc 9303-3, section 5). */
const SPECIMEN_ISSUER = 'UTO';

/** Weighs a report against itself and against the proofing record, and leaves what it compared behind. Pure and total. */
export function settleFacts({ report, proofing, ...circumstances }: AdjudicationFacts): SettledFacts {
  const { checks, data } = settleChecks({ report, proofing, ...circumstances });
  const issuer: unknown = report.document?.reveal()?.issuingCountry;
  return {
    ...circumstances,
    report: {
      status: report.status,
      terminal: report.terminal === true,
      live: report.provenance?.live === true,
      specimen: issuer === SPECIMEN_ISSUER,
    },
    checks,
    attributes: data.attributes,
    ...(proofing && { proofing: { coolingOff: proofing.coolingOff } }),
  };
}
