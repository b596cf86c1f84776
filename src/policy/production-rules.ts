import type { CheckKind } from '../../providers/kit/index.js';
import type { InputFault } from '../platform/errors/problem-catalogue.js';
import { checksForStrength } from './account-strength.js';
import type { PolicyDocument } from './policy.js';
import { providerIds, providerRule } from './provider-rules.js';

/** What decides whether a document may be used here, besides its own schema. */
export interface PolicySetting {
  /** The embedded profile; production refuses what exists for demonstrations. */
  embedded: boolean;
  /** Ids of the providers this deployment loads. */
  providers: readonly string[];
}

/** It compares faces and cannot tell a person from a picture: whoever relies on it says who can (rule 7). */
const OWN_MACHINE = 'local';

/** What recovering an account of the highest level takes at least: a genuine document, its face, and a living one (T61). */
const LIKE_A_LOGIN: readonly CheckKind[] = ['document_authenticity', 'face_match', 'presentation_attack'];

/** Nobody saw a face: the owner has this long to read a notice and stop it, as long as a link that was passed on waits by default. */
const SHORTEST_HOLD_WITHOUT_DOCUMENT_SECONDS = 86_400;

/** A link that is mailed lives for a day at most (flow-screens, "Session"). */
const LONGEST_LINK_SECONDS = 86_400;

/** Everything a valid document may still not ask for in this deployment; empty when it can be used. */
export function settingFaults(document: PolicyDocument, setting: PolicySetting): InputFault[] {
  const refused = (pointer: string, detail: string): InputFault => ({ pointer, code: 'refused_in_production', detail });
  const faults: InputFault[] = providerIds(document).flatMap((provider, index) =>
    setting.providers.includes(provider)
      ? []
      : [{ pointer: `/providers/${index}`, code: 'provider_not_loaded', detail: 'this deployment does not load it' }],
  );
  if (setting.embedded) return faults;
  if (document.waivedChecks.length > 0) faults.push(refused('/waivedChecks', 'no check is waived in production'));
  providerIds(document).forEach((provider, index) => {
    if (providerRule(document, provider)?.unprovenDevice === 'allow')
      faults.push(refused(`/providers/${index}/unprovenDevice`, 'an unproven device is confirmed in production'));
  });
  if (providerIds(document).includes(OWN_MACHINE) && !document.requiredChecks.includes('presentation_attack')) {
    faults.push(refused('/requiredChecks', 'with the own machine in it, a policy asks for presentation_attack'));
  }
  const missing = LIKE_A_LOGIN.filter((kind) => !checksForStrength(document, {}).includes(kind));
  if (missing.length > 0) {
    faults.push(refused('/strength/aal3Checks', `the strongest accounts need besides: ${missing.join(', ')}`));
  }
  if (document.matching.withoutDocument === 'codes' && longestHold(document) < SHORTEST_HOLD_WITHOUT_DOCUMENT_SECONDS) {
    const least = SHORTEST_HOLD_WITHOUT_DOCUMENT_SECONDS;
    faults.push(refused('/hold/weakEvidenceSeconds', `at least ${least} without a document, or hold.seconds is`));
  }
  if (document.allowSpecimens) faults.push(refused('/allowSpecimens', 'specimens are for demonstrations'));
  if (document.allowRepeatedPictures) {
    faults.push(refused('/allowRepeatedPictures', 'a picture serves one case only'));
  }
  if (document.limits.linkTtlSeconds > LONGEST_LINK_SECONDS) {
    faults.push(refused('/limits/linkTtlSeconds', `at most ${LONGEST_LINK_SECONDS}`));
  }
  return faults;
}

/** What a recovery on the weakest evidence waits. */
const longestHold = ({ hold }: PolicyDocument): number => Math.max(hold.seconds, hold.weakEvidenceSeconds);
