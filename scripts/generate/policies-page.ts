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
  'A privileged account’s case starts when a second person has authorized it (`POST /v1/recovery-cases/{id}/authorizations`), or two',
  'where no named colleague opened it. A case that went on with fewer – its account became privileged later, or an upgrade',
  'came to ask for more – takes the others wherever it is, until it is closed: by the same rules, without moving, each in the',
  'audit trail (`case.authorization_given`). Until then nobody can approve it (`second_person_missing`). In review a reviewer',
  'decides once they have come; a hold that ends while nothing else is missing waits for them, as long as the case lives.',
  '',
];

const DEVICES = [
  '## Whose device it was',
  '',
  'A partner that cannot show that the check was done at the browser of the flow (`docs/providers.md`, “what proves the',
  'device”), or a browser that did not come back, leads to a question by mail. It goes to addresses on file whose mailbox carried',
  'no link of the case (a plus sign or case makes no other mailbox), and an answer counts only from those. A link that an agent',
  'handed over went to no mailbox. Where no such address is left the case is referred (`device_not_confirmable`): two reviewers',
  'ring the person back at a number the organisation knows – not one from the call or the case – and ask whether they are',
  'recovering their account now, at which browser, and for the request number on its page; somebody who was only asked to scan',
  'a code says no. After their yes `relay.holdSeconds` runs, counted from that yes, whatever had been approved or held before the',
  'browser was given up or the address was opened elsewhere. Every address is told of a hold once in an attempt, with a way to stop',
  'it for seven days: where one had begun before the reviewers looked – the minute for the browser is one – that notice stands for',
  'theirs as well, and no other goes out. Of a privileged account reviewers cannot',
  'settle it: it needs a second address, or a provider that proves the device. The rehearsal counts the accounts that would meet',
  'this (`nobody_to_ask`), and the blank behind it (`second_address_missing`).',
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
  '`regain policy:check` and `regain policy:diff`, the answers to `POST`, `PUT` and `PATCH` (`warnings`), `regain doctor` and each start say where a profile',
  'sends people to reviewers who could not approve them (`nobody_may_settle`). Why it is so: [ADR 20](adr/0020-what-reviewers-may-settle.md).',
  '',
];

const STRENGTHS = [
  '## How strong an account is',
  '',
  'Provisioning says it in `assuranceLevel` of `PUT /v1/subjects/{id}` (NIST SP 800-63B-4: AAL1 to AAL3). Left out, it is',
  'not known and counts as AAL3. A level that is lowered counts after a week. An account of AAL3 that was proofed at IAL3 is',
  'recovered on site only (4.2.2.3): no case is opened for it.',
  '',
  '## How good the evidence is',
  '',
  '`strong`: a partner found document, face and presence of a living person good. `weak`: people settled something, or a',
  'check was waived. `fair`: in between. Weaker evidence never waits less. During a hold every address on file and every',
  'passkey that still signs in (`POST /v1/session/stop-recovery`) stops the recovery at once.',
  '',
  'A hold of which nobody was told ends nothing. It takes one address on file that took its notice – not one that was added this',
  'week, while there are others – and whoever is told late has half of the hold from then on (of one of more than a minute). Until then the case is `held`,',
  '`waiting_for_notice`: the page says so, the notices go on being sent, and the case ends when its own time does, a day after the',
  'hold at the earliest. Another address may refuse mail for good. An account without any address has nobody to tell: its hold',
  'ends by its time alone.',
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
  'Generated from `src/policy`. A profile says who is recovered how. The covering profile with the highest priority',
  'applies to an account; a case is decided by the stricter of the version it started under and today’s, member by',
  'member, and again before the token.',
  '',
];

/** What a stricter version changes of cases that are open. */
const OPEN_CASES = [
  '## Open cases',
  '',
  'A stricter version counts for cases that began under an easier one: checks, ingredients, matching, providers, documents and',
  'holds at the next decision, at the end of a hold and before the token; tries wherever another one would begin – after a',
  'provider’s failure, for whoever left it or was sent back, at another browser – and in what the person, the help desk and',
  'reviewers are told is left; links that an agent passes on (`relay.allowed`) with the next one; a closed case is erased as soon',
  'as either version says. A laxer version changes nothing for them.',
  '',
  'What was handed out keeps the time it was given: a link that was mailed, a token, a try that has begun, and the end of the case',
  'itself (`limits.caseTtlSeconds`). To end cases sooner, cancel them, or pause recoveries.',
  '',
];

/** `docs/policies.md`: every member, what it does, its default and its stricter direction. Its example is a profile that can be used. */
export function policiesPage(): string {
  PolicyDocument.parse(parse(EXAMPLE));
  const rows = POLICY_MEMBERS.map((member) => {
    const { label, meaning, stricter } = MEMBER_WORDS[member] ?? { label: member, meaning: '', stricter: '' };
    return `| \`${member}\` | ${label} | ${meaning} | ${defaultOf(member)} | ${stricter} |`;
  });
  return [
    ...INTRODUCTION,
    '## From a file',
    '',
    '```yaml',
    EXAMPLE.trimEnd(),
    '```',
    '',
    '- `regain policy:check FILE` names every fault of the whole file, with its line: what no profile may say and what this',
    '  deployment refuses, together. A rule that hangs on a member that cannot be read waits until it can.',
    '- `regain policy:diff FILE` says in words what it would change of the living profile of that name.',
    '- `regain policy:json FILE` prints it for `PUT /v1/policies/{id}` (or `POST /v1/policies` for a new one). The service',
    '  changes profiles, never a command: nobody gets round the second person by a file.',
    '',
    'A provider with `when.groups` is asked about members of one of those groups who have been in it for the whole of the last',
    'seven days, or since their account was made. Somebody who joined one this week is not led past the others by it, and',
    'somebody who has left it is asked like everybody else: the providers are those that are asked under either membership.',
    'For coverage and privilege the stricter of the groups of today and of the last seven days counts.',
    '',
    ...OPEN_CASES,
    '## Two persons',
    '',
    'A change by which nobody gets an easier recovery is made at once, by a person or an API key. Any other one is answered',
    'with 202 and a proposal that says what it does, e.g. `Hold after approval: 4 hours → none (weaker)`. A second person',
    'with `policies:write` confirms it by `POST /v1/policy-changes/{id}/confirm` or refuses it by `…/reject`; whoever made it',
    `can only take it back. It lapses after ${PROPOSAL_DAYS} days, and is void when the profile has changed since or when it would`,
    'weaken more by then than it said. Changing whom people are told to call counts as weakening, and so does a new profile',
    'where none stands any more. How long evidence is kept (`retention.evidenceSeconds`) takes two people in both directions: longer',
    'keeps personal data, shorter destroys the evidence of cases that are closed already, and from the erasure on no partner is',
    'asked any more whether it took its result back. The very first one of a deployment is set up by one person, never by an API key.',
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
