import { documentAcceptance } from '../policy/document-rules.js';
import { DOCUMENT_TYPES } from '../recovery-case/document-types.js';
import { issuerOf } from '../recovery-case/issuing-country.js';
import { reportedDocument } from './accounts/document-number.js';
import type { AdjudicationFacts, SettledFacts } from './facts.js';
import { settleChecks } from './settled-checks.js';

/** The issuer of specimens (ICAO Doc 9303-3, section 5). */
const SPECIMEN_ISSUER = 'UTO';

/** Weighs a report against itself and against the proofing record, and leaves what it compared behind. Pure and total. */
export function settleFacts({
  report,
  proofing,
  directoryIdentity,
  ...circumstances
}: AdjudicationFacts): SettledFacts {
  const { checks, data } = settleChecks({ report, proofing, directoryIdentity, ...circumstances });
  const document = reportedDocument(report) ?? {};
  const documentType = DOCUMENT_TYPES.find((type) => type === document.documentType);
  return {
    ...circumstances,
    report: {
      status: report.status,
      terminal: report.terminal === true,
      live: report.provenance?.live === true,
      specimen: issuerOf(document.issuingCountry) === SPECIMEN_ISSUER,
      document: documentAcceptance(circumstances.policy.documents, document),
      ...(documentType && { documentType }),
    },
    checks,
    attributes: data.attributes,
    ...(proofing && { proofing: { coolingOff: proofing.coolingOff, level: proofing.level } }),
  };
}
