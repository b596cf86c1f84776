import type { CheckKind } from '../../providers/kit/index.js';
import type { InputFault } from '../platform/errors/problem-catalogue.js';
import { checksForStrength } from './account-strength.js';
import type { PolicyDocument } from './policy.js';
import { unmetByAll, type AbilitiesOf } from './provider-abilities.js';
import { providerIds, providerRule } from './provider-rules.js';

/** What decides whether a document may be used here, besides its own schema. */
export interface PolicySetting {
  /** The embedded profile; production refuses what exists for demonstrations. */
  embedded: boolean;
  /** Ids of the providers this deployment loads. */
  providers: readonly string[];
  /** What they can do, where that is known. */
  abilities?: AbilitiesOf;
}

/**
 * It compares faces and cannot tell a person from a picture, so a profile that relies on it must name a check that can
 * (rule 7).
 */
export const OWN_MACHINE = 'local';

/** What recovering an account of the highest level takes at least: a genuine document, its face, and a living one (T61). */
const LIKE_A_LOGIN: readonly CheckKind[] = ['document_authenticity', 'face_match', 'presentation_attack'];

/**
 * Nobody saw a face: the owner has this long to read a notice and stop it, as long as a link that was passed on waits
 * by default.
 */
const SHORTEST_HOLD_WITHOUT_DOCUMENT_SECONDS = 86_400;

/**
 * Closed cases can be investigated for at least a day: when a holder says that it was not them, or a partner withdraws
 * its result (T79).
 */
const SHORTEST_RETENTION_SECONDS = 86_400;

/** A link that is mailed lives for a day at most (flow-screens, "Session"). */
const LONGEST_LINK_SECONDS = 86_400;

interface SettingRule {
  /** What it depends on, as RFC 6901 pointers. */
  reads: readonly string[];
  faults: (document: PolicyDocument, setting: PolicySetting) => InputFault[];
}

const refused = (pointer: string, detail: string): InputFault => ({ pointer, code: 'refused_in_production', detail });

/** Rules for every deployment. */
const EVERYWHERE: readonly SettingRule[] = [
  {
    reads: ['/providers'],
    faults: (document, { providers }) =>
      providerIds(document).flatMap((provider, index) =>
        providers.includes(provider)
          ? []
          : [
              {
                pointer: `/providers/${index}`,
                code: 'provider_not_loaded',
                detail: 'this deployment does not load it',
              },
            ],
      ),
  },
];

/** One that speaks of a single place, or of none. */
const rule = (reads: readonly string[], fault: (document: PolicyDocument) => InputFault | false): SettingRule => ({
  reads,
  faults: (document) => [fault(document)].filter((found) => found !== false),
});

const IN_PRODUCTION: readonly SettingRule[] = [
  rule(
    ['/waivedChecks'],
    ({ waivedChecks }) => waivedChecks.length > 0 && refused('/waivedChecks', 'no check is waived in production'),
  ),
  {
    reads: ['/providers'],
    faults: (document) =>
      providerIds(document).flatMap((provider, index) =>
        providerRule(document, provider)?.unprovenDevice === 'allow'
          ? [refused(`/providers/${index}/unprovenDevice`, 'an unproven device is confirmed in production')]
          : [],
      ),
  },
  rule(['/providers', '/requiredChecks'], (document) => {
    if (providerIds(document).includes(OWN_MACHINE) && !document.requiredChecks.includes('presentation_attack')) {
      return refused('/requiredChecks', 'with the own machine in it, a policy asks for presentation_attack');
    }
    return false;
  }),
  rule(['/requiredChecks', '/strength'], (document) => {
    const missing = LIKE_A_LOGIN.filter((kind) => !checksForStrength(document, {}).includes(kind));
    const needs = `the strongest accounts need besides: ${missing.join(', ')}`;
    return missing.length > 0 && refused('/strength/aal3Checks', needs);
  }),
  rule(['/matching/withoutDocument', '/hold/seconds', '/hold/weakEvidenceSeconds'], (document) => {
    const least = SHORTEST_HOLD_WITHOUT_DOCUMENT_SECONDS;
    if (
      document.matching.withoutDocument === 'codes' &&
      longestHold(document) < SHORTEST_HOLD_WITHOUT_DOCUMENT_SECONDS
    ) {
      return refused('/hold/weakEvidenceSeconds', `at least ${least} without a document, or hold.seconds is`);
    }
    return false;
  }),
  {
    reads: ['/providers', '/requiredChecks', '/matching/require', '/documents', '/mode'],
    faults: (document, { abilities }) =>
      abilities && document.mode === 'production' ? unmetByAll(document, abilities) : [],
  },
  rule(
    ['/allowSpecimens'],
    ({ allowSpecimens }) => allowSpecimens && refused('/allowSpecimens', 'specimens are for demonstrations'),
  ),
  rule(
    ['/allowRepeatedPictures'],
    ({ allowRepeatedPictures }) =>
      allowRepeatedPictures && refused('/allowRepeatedPictures', 'a picture serves one case only'),
  ),
  rule(
    ['/relay'],
    ({ relay }) =>
      relay.allowed &&
      relay.holdSeconds === 0 &&
      refused('/relay/holdSeconds', 'a recovery by a link that was passed on waits, so that its owner can stop it'),
  ),
  rule(
    ['/limits/linkTtlSeconds'],
    ({ limits }) =>
      limits.linkTtlSeconds > LONGEST_LINK_SECONDS &&
      refused('/limits/linkTtlSeconds', `at most ${LONGEST_LINK_SECONDS}`),
  ),
  rule(
    ['/retention/evidenceSeconds'],
    ({ retention }) =>
      retention.evidenceSeconds < SHORTEST_RETENTION_SECONDS &&
      refused('/retention/evidenceSeconds', `at least ${SHORTEST_RETENTION_SECONDS}`),
  ),
];

/**
 * Everything that a valid document may not ask for in this deployment; empty if it can be used. If some members could
 * not be read, valid placeholders stand in for them, and only the findings about the other members are returned.
 */
export function settingFaults(
  document: PolicyDocument,
  setting: PolicySetting,
  unread: readonly string[] = [],
): InputFault[] {
  const rules = setting.embedded ? EVERYWHERE : [...EVERYWHERE, ...IN_PRODUCTION];
  return rules
    .filter(({ reads }) => !reads.some((read) => unread.some((pointer) => overlap(read, pointer))))
    .flatMap(({ faults }) => faults(document, setting));
}

/** Whether one of the two places is in the other. */
const overlap = (a: string, b: string): boolean => `${a}/`.startsWith(`${b}/`) || `${b}/`.startsWith(`${a}/`);

/** What a recovery on the weakest evidence waits. */
const longestHold = ({ hold }: PolicyDocument): number => Math.max(hold.seconds, hold.weakEvidenceSeconds);
