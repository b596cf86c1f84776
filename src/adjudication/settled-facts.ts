import { comparedFields, DOCUMENT_TYPES } from '../../providers/kit/index.js';
import { documentAcceptance } from '../policy/document-rules.js';
import { asksAbout } from '../policy/provider-rules.js';
import { isSpecimen, reportedDocument } from './accounts/document-number.js';
import { contradictionsIn } from './contradictions.js';
import type { AdjudicationFacts, SettledFacts } from './facts.js';
import { settleChecks } from './settled-checks.js';

/** Weighs a report against itself and against the proofing record, and leaves what it compared behind. Pure and total. */
export function settleFacts({
  report,
  proofing,
  directoryIdentity,
  shown,
  ...circumstances
}: AdjudicationFacts): SettledFacts {
  const { checks, data } = settleChecks({ report, proofing, directoryIdentity, ...circumstances });
  const document = reportedDocument(report) ?? {};
  const compared = comparedFields(report.compared);
  const documentType = DOCUMENT_TYPES.find((type) => type === document.documentType);
  return {
    ...circumstances,
    report: {
      status: report.status,
      terminal: report.terminal === true,
      live: report.provenance?.live === true,
      specimen: isSpecimen(document),
      document: documentAcceptance(circumstances.policy.documents, document),
      askedAbout: asksAbout(circumstances.policy, circumstances.provider.id, document),
      ...(documentType && { documentType }),
      ...(compared.length > 0 && { compared }),
    },
    checks,
    attributes: data.attributes,
    ...(shown && {
      contradictions: contradictionsIn({ report, proofing, directoryIdentity, shown, ...circumstances }),
    }),
    ...(proofing && { proofing: { coolingOff: proofing.coolingOff, level: proofing.level } }),
  };
}
