import { parse } from 'yaml';
import { MEMBER_WORDS, valueInWords } from '../../src/policy/member-words.js';
import { PolicyDocument } from '../../src/policy/policy.js';
import { PROPOSAL_DAYS } from '../../src/policy/policy-proposals.js';
import { POLICY_MEMBERS } from '../../src/policy/strictness.js';

const EXAMPLE = `name: Staff
priority: 10
include: [staff]
exclude: [leavers]
copy:
  en: { organisationName: Example Bank, helpDesk: the service desk (extension 100) }
providers:
  - clear1
  - id: local
    when: { countries: [DEU, FRA] }
requiredChecks: [document_authenticity, document_expiry, face_match, presentation_attack, data_match]
strength:
  aal3Checks: [injection_attack]
matching: { require: [data], names: compatible, unproofed: codes }
documents: { types: [passport, identity_card], excludedCountries: [UTO] }
hold: { seconds: 0, fairEvidenceSeconds: 14400, weakEvidenceSeconds: 86400 }
review:
  reviewable: [face_match, data_match, document_authenticity, presentation_attack]
  onFail: retry
  reviewersNeeded: 2
authorization: { privilegedGroups: [administrators] }
`;

const SECOND_PEOPLE = [
  '## Second people',
  '',
  'A privileged account’s case starts when a second person has authorized it (`POST /v1/recovery-cases/{id}/authorizations`).',
  'If no named colleague opened the case, it takes two. These two must come within thirty minutes of each other, so that both',
  'people look at the same request. A single one lapses after that time (`authorizations.lapsesAt`), and then both are given',
  'anew, by anybody who may. The opener’s own request is no authorization and does not lapse; it ends with the case.',
  'Authorizations that were given together stay valid.',
  '',
  'A case may be under way with fewer authorizations than it needs: because its account became privileged later, or because',
  'an upgrade asks for more. Such a case accepts the missing ones in any state until it is closed, by the same rules. It',
  'does not change its state, and the audit trail records each one (`case.authorization_given`). Until then nobody can',
  'approve the case (`second_person_missing`). In review, reviewers decide after the authorizations. A hold that ends while',
  'only they are missing waits for them, as long as the case lives.',
  '',
];

const DEVICES = [
  '## Whose device it was',
  '',
  'Some partners cannot show that the check was done at the browser of the flow (`docs/providers.md`, “what proves the',
  'device”), and some browsers do not come back from the partner. Regain then asks the account holder by mail:',
  '',
  '- The question goes to addresses on file whose mailbox received no link of the case. Only an answer from those counts.',
  '  Two addresses that differ in case or after a plus sign are one mailbox. A link that an agent handed over went to no mailbox.',
  '- If no such address is left, the case is referred (`device_not_confirmable`). Two reviewers call the person at a number',
  '  that the organisation knows, never at one from the call or the case. They ask whether the person is recovering their',
  '  account now, at which browser, and for the request number on its page. A person who was only asked to scan a code says no.',
  '- After the reviewers’ yes, `relay.holdSeconds` runs from that yes. An earlier approval or hold does not shorten it.',
  '- Regain notifies every address about this hold, with a way to stop it for seven days. It does so even if it had notified',
  '  them about an earlier hold (the minute in which the browser may come back is one), because this one',
  '  [begins anew](#how-good-the-evidence-is).',
  '- Reviewers cannot settle this for a privileged account: it needs a second address, or a provider that proves the device.',
  '- The rehearsal counts the accounts that would meet this (`nobody_to_ask`), and those without a second address',
  '  (`second_address_missing`).',
  '',
];

const REVIEWERS = [
  '## What reviewers may settle',
  '',
  'An open check (`indeterminate`) of a kind that `review.reviewable` names. Never one that failed or did not run, and never one in which',
  'an attack was suspected – `presentation_attack_suspected`, `injection_suspected`, `document_copy_suspected`, of any provider in any check –',
  'whatever the profile names: whoever was noticed stands no better than somebody of whom nothing is known. Reviewers can deny such a case,',
  'or send the person back for another picture while tries remain.',
  '',
  '- `data_match`, by two, whatever `reviewersNeeded` says: another script, a similar name. A name or birth date that differs is a failure. Without a',
  '  birth date on both sides nobody settles it.',
  '- `presentation_attack` and `injection_attack`, by two, and not by default: people see one picture, and no attack that is well made. With the own',
  '  machine among the providers it has to be named, or a review of its cases has no yes: its passive look leaves this check open at best,',
  '  and so does its look for signs against the document (`document_authenticity`). What it leaves open of a privileged account waits for a partner.',
  '- The own machine does not look for `injection_attack` at all: no account of which that is asked is recovered by it.',
  '',
  '`regain policy check` and `regain policy diff`, the answers to `POST`, `PUT` and `PATCH` (`warnings`), `regain doctor` and each start say where a profile',
  'sends people to reviewers who could not approve them (`nobody_may_settle`). Why it is so: [ADR 20](adr/0020-what-reviewers-may-settle.md).',
  '',
];

const STRENGTHS = [
  '## How strong an account is',
  '',
  'Provisioning sets it in `assuranceLevel` of `PUT /v1/subjects/{id}` (NIST SP 800-63B-4: AAL1 to AAL3). An account without',
  'it counts as AAL3. A lowered level counts after a week. An account of AAL3 that was proofed at IAL3 is recovered on site',
  'only (4.2.2.3): no case can be opened for it.',
  '',
  '## How good the evidence is',
  '',
  '- `strong`: a partner confirmed the document, the face and the presence of a living person.',
  '- `weak`: reviewers settled a check, or a check was waived.',
  '- `fair`: in between.',
  '',
  'Weaker evidence never has a shorter hold. During a hold every address on file can stop the recovery at once, and so can',
  'every passkey that still signs in (`POST /v1/session/stop-recovery`).',
  '',
  'Regain notifies every address once about each approval, and once about its hold. While the same hold goes on (its reason',
  'changed, a job ran twice, or the case was decided again and the approval stood), nothing is sent a second time. If a decision',
  'takes the approval back and it is given anew, minutes or days later, every address is notified again: a reader who deleted',
  'the first mail must learn that there is something to stop again. No outsider can repeat that at will: only a partner’s word,',
  'a step of staff or a change of the account takes an approval back, and a partner’s word stays.',
  '',
  'A hold does not end until at least one address on file has accepted its notice. An address that was added this week does',
  'not count while there are others. If the first notice is accepted late, half of the hold runs from then on (for holds of',
  'more than a minute), or, for a hold that began anew, all that is left of it. Until then the case stays `held` with',
  '`waiting_for_notice`: its page says so, and Regain goes on sending the notices. The case ends at its own time, but not',
  'before a day after the hold. Other addresses may refuse mail for good. The hold of an account without any address ends by',
  'its time alone.',
  '',
  'An address counts if it could vouch when it accepted the notice, because its reader had the chance to stop the recovery. It',
  'still counts if it leaves the record afterwards (a mailbox is closed, a record is corrected). Otherwise such a change would',
  'keep the owner’s case waiting until it ends, and an insider could do that on purpose. Removing an address gains an attacker',
  'nothing: it counted while it was there, and former addresses are notified for a month. An address that an insider adds does',
  'not count in its first week.',
  '',
];

/** What a member that is left out says; members without a default have to be given. */
function defaultOf(member: string): string {
  const parsed = PolicyDocument.parse({ name: 'x', providers: ['x'], requiredChecks: ['face_match'] });
  if (['name', 'providers', 'requiredChecks'].includes(member)) return 'has to be given';
  const value = member.split('.').reduce<unknown>((section, key) => (section as Record<string, unknown>)[key], parsed);
  return valueInWords(member, value);
}

const INTRODUCTION = [
  '# Profiles',
  '',
  'Generated from `src/policy`. A profile says which accounts are recovered, and how. Of the profiles that cover an account,',
  'the one with the highest priority applies. A case is decided under the stricter of two versions, member by member: the',
  'one it started under and today’s. The same is done again before the token.',
  '',
];

const FROM_A_FILE = [
  '## From a file',
  '',
  '```yaml',
  EXAMPLE.trimEnd(),
  '```',
  '',
  '- `regain policy check FILE` names every fault of the file, with its line: what no profile may say, and what this',
  '  deployment refuses. A rule about a member that cannot be read is checked once that member can be.',
  '  In production it also refuses, as saving does, what none of the profile’s providers can ever give (`no_provider_can`): a',
  '  check, the record’s portrait, a document number, a document’s type or issuer if those are limited, a birth date, names –',
  '  unless reviewers may settle that. For a valid profile it names the providers through which nobody gets in while another',
  '  one can. Both need the providers’ own variables.',
  '- `regain policy diff FILE` says in words what the file would change in the current profile of that name.',
  '- `regain policy json FILE` prints the body for `PUT /v1/policies/{id}` (or `POST /v1/policies` for a new one). Only the',
  '  service changes profiles, never a command, so a file cannot bypass the second person.',
  '',
  'A provider with `when.groups` is asked about members who have been in one of the groups for the last seven days, or since',
  'their account was made. A member who joined this week is still asked about all other providers, and a person who left is',
  'treated like everybody else: the providers are those that would be asked under either membership. For coverage and',
  'privilege the stricter counts: today’s groups, or those of the last seven days.',
  '',
];

/** What a stricter version changes of cases that are open. */
const OPEN_CASES = [
  '## Open cases',
  '',
  'A stricter version also counts for cases that began under an easier one:',
  '',
  '- checks, ingredients, matching, providers, documents and holds: at the next decision, at the end of a hold, and before the token;',
  '- attempts: wherever another one would begin (after a provider’s failure, after the person left or was sent back, at another',
  '  browser), and in the number that the person, the help desk and reviewers see as left;',
  '- links that an agent passes on (`relay.allowed`): with the next link;',
  '- erasure: a closed case is erased as soon as either version says so.',
  '',
  'A laxer version changes nothing for open cases. What was handed out keeps its time: a mailed link, a token, an attempt that',
  'has begun, and the case itself (`limits.caseTtlSeconds`). To end cases sooner, cancel them, or pause recoveries.',
  '',
];

/**
 * `docs/policies.md`: every member, what it does, its default and its stricter direction. Its example is a profile that
 * can be used.
 */
export function policiesPage(): string {
  PolicyDocument.parse(parse(EXAMPLE));
  const rows = POLICY_MEMBERS.map((member) => {
    const { label, meaning, stricter } = MEMBER_WORDS[member] ?? { label: member, meaning: '', stricter: '' };
    return `| \`${member}\` | ${label} | ${meaning} | ${defaultOf(member)} | ${stricter} |`;
  });
  return [
    ...INTRODUCTION,
    ...FROM_A_FILE,
    ...OPEN_CASES,
    '## Two persons',
    '',
    'A change that makes no recovery easier takes effect at once; a person or an API key may make it. The API answers any other',
    'change with 202 and a proposal that says what it does, e.g. `Hold after approval: 4 hours → none (weaker)`. A second person',
    'with `policies:write` confirms it (`POST /v1/policy-changes/{id}/confirm`) or rejects it (`…/reject`). The person who made the',
    `proposal can only take it back. A proposal lapses after ${PROPOSAL_DAYS} days. It is void if the profile has changed since, or if by`,
    'then it would weaken more than it said.',
    '',
    '- A change of the help desk that people are told to call counts as weakening, and so does a new profile where none is left.',
    '- A change of how long evidence is kept (`retention.evidenceSeconds`) takes two people in both directions. Longer keeps',
    '  personal data. Shorter destroys the evidence of cases that are already closed, and after the erasure no partner is asked',
    '  whether it has withdrawn its result.',
    '- One person sets up the very first profile of a deployment. An API key cannot.',
    '',
    '## Members',
    '',
    '| member | in a diff | what it does | left out | stricter is |',
    '|---|---|---|---|---|',
    ...rows,
    '',
    ...SECOND_PEOPLE,
    ...REVIEWERS,
    ...DEVICES,
    ...STRENGTHS,
  ].join('\n');
}
