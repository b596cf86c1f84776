/** The parts of a path that take an id or a word, by the path they are in. The first that fits counts. */
const WORDS: readonly (readonly [place: RegExp, words: string])[] = [
  [/recovery-cases.*:id/, 'The case: `rc_…`.'],
  [/reviews.*:caseId/, 'The case: `rc_…`.'],
  [/reviews.*:kind/, 'Which picture.'],
  [/flow\/evidence.*:kind/, 'Which picture: `document_front`, `document_back` or `selfie`.'],
  [/policy-changes.*:id/, 'The change that waits for a second person.'],
  [/policies.*:id/, 'The profile: `pol_…`.'],
  [/rehearsals.*:id/, 'The rehearsal.'],
  [/subjects.*:id/, 'The account: `sub_` and 26 letters or digits.'],
  [/providers.*:(?:id|provider)/, 'The partner, e.g. `clear1`: an id of `GET /v1/providers`.'],
  [/webhooks.*:provider/, 'The partner, e.g. `clear1`.'],
  [/notices.*:noticeToken/, 'The token of the notice’s link.'],
];

/** @throws Error for a part that has no words: it would reach the contract without */
export function pathParameterWords(path: string, name: string): string {
  const [, words] = WORDS.find(([place]) => place.test(path) && place.source.match(`:.*${name}`)) ?? [];
  if (!words) throw new Error(`the path parameter :${name} of ${path} has no words`);
  return words;
}
