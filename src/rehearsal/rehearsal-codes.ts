/**
 * What a rehearsal may say of an account: one closed list, without personal data. `blank`: something is not recorded;
 * `collision`: somebody else could be meant; `refusal`: a genuine document would not agree; `obstacle`: the profile
 * stops the account whatever its document says; `note`: worth knowing, in nobody's way.
 */
export const FINDING_KINDS = ['blank', 'collision', 'refusal', 'obstacle', 'note'] as const;
export type FindingKind = (typeof FINDING_KINDS)[number];

/** What would mend it, in words for whoever keeps the directory. */
export const FIXES = {
  add_birth_date: 'Record the birth date, from the document that was proofed.',
  add_address: 'Add an address on file.',
  add_second_address: 'Add a second address: neither a code nor a question goes where the link went.',
  proof_holder: 'Proof the holder and keep a record of it.',
  proof_again: 'Proof the holder again, with the document’s number and a portrait.',
  record_strength: 'Record what the account can sign in with; until then it counts as AAL3.',
  tell_apart: 'Tell the accounts apart: document number or portrait in the proofing record, and every birth date.',
  one_document_one_account:
    'Find out whose document it is: correct the number in one of the records, or make the accounts one.',
  mend_name: 'Compare the directory’s name with the proofing record; correct one, or record the former name.',
  mend_birth_date: 'Compare the directory’s birth date with the proofing record and correct one.',
  record_document_spelling: 'Record the name as the document’s machine-readable zone spells it.',
  save_recovery_code: 'Let the holder save a recovery code.',
  make_readable: 'Write the account anew from the directory, or bring the key back that sealed it.',
  on_site: 'Nothing remote: recover the account on site.',
  cover_group: 'Let a profile cover one of the account’s groups.',
  change_profile: 'Change the profile or the provider: as they are, no such account passes.',
  second_person: 'Have a second person at hand who may let the case start.',
  wait: 'Wait: a record that was changed counts after a week.',
  none: 'Nothing.',
} as const;
export type Fix = keyof typeof FIXES;

interface CodeEntry {
  kind: FindingKind;
  words: string;
  fix: Fix;
}

export const CODES = {
  account_unreadable: { kind: 'blank', words: 'Account cannot be opened', fix: 'make_readable' },
  birth_date_missing: { kind: 'blank', words: 'No birth date to compare with', fix: 'add_birth_date' },
  birth_date_partial: { kind: 'blank', words: 'Birth date known in part only', fix: 'add_birth_date' },
  address_missing: { kind: 'blank', words: 'No address that may carry a link', fix: 'add_address' },
  second_address_missing: { kind: 'blank', words: 'One address only', fix: 'add_second_address' },
  record_missing: { kind: 'blank', words: 'No proofing record', fix: 'proof_holder' },
  portrait_missing: { kind: 'blank', words: 'No portrait in the proofing record', fix: 'proof_again' },
  document_number_missing: { kind: 'blank', words: 'No document number in the proofing record', fix: 'proof_again' },
  single_name: { kind: 'blank', words: 'One name only', fix: 'none' },
  strength_unknown: { kind: 'blank', words: 'Strength of the account not recorded', fix: 'record_strength' },
  name_shared: { kind: 'collision', words: 'Another account may have the same name and birth date', fix: 'tell_apart' },
  document_shared: {
    kind: 'collision',
    words: 'Document on record belongs to another account',
    fix: 'one_document_one_account',
  },
  given_name_differs: { kind: 'refusal', words: 'Given name would differ', fix: 'mend_name' },
  family_name_differs: { kind: 'refusal', words: 'Family name would differ', fix: 'mend_name' },
  birth_date_differs: { kind: 'refusal', words: 'Birth date would differ', fix: 'mend_birth_date' },
  name_missing: { kind: 'refusal', words: 'A name is missing on one side', fix: 'mend_name' },
  name_only_similar: { kind: 'refusal', words: 'Names merely similar', fix: 'mend_name' },
  name_not_close_enough: { kind: 'refusal', words: 'Short form, and the profile wants the name', fix: 'mend_name' },
  script_without_table: {
    kind: 'refusal',
    words: 'Script without a table of transliteration',
    fix: 'record_document_spelling',
  },
  no_profile: { kind: 'obstacle', words: 'No profile covers the account', fix: 'cover_group' },
  account_disabled: { kind: 'obstacle', words: 'Account disabled', fix: 'none' },
  account_unproofed: { kind: 'obstacle', words: 'Never proofed, and codes do not make up for it', fix: 'proof_holder' },
  on_site_only: { kind: 'obstacle', words: 'AAL3 and proofed on site: recoverable on site only', fix: 'on_site' },
  code_missing: {
    kind: 'obstacle',
    words: 'The profile requires a code that the person cannot give',
    fix: 'save_recovery_code',
  },
  not_told_apart: {
    kind: 'obstacle',
    words: 'Name shared, and nothing else tells the accounts apart',
    fix: 'tell_apart',
  },
  namesake_unreadable: {
    kind: 'obstacle',
    words: 'Another account cannot be opened and may have the name; nothing else tells the accounts apart',
    fix: 'make_readable',
  },
  record_cooling_off: { kind: 'obstacle', words: 'Proofing record changed this week', fix: 'wait' },
  identity_cooling_off: { kind: 'obstacle', words: 'Name or birth date changed this week', fix: 'wait' },
  document_not_accepted: { kind: 'obstacle', words: 'Documents of that country not accepted', fix: 'change_profile' },
  portrait_needed: { kind: 'obstacle', words: 'Requires a portrait that is not on record', fix: 'proof_again' },
  document_number_needed: { kind: 'obstacle', words: 'Requires a number that is not on record', fix: 'proof_again' },
  check_left_open: { kind: 'obstacle', words: 'The provider leaves a required check open', fix: 'change_profile' },
  check_not_offered: { kind: 'obstacle', words: 'The provider does not run a demanded check', fix: 'change_profile' },
  partner_needed: {
    kind: 'obstacle',
    words: 'The local provider alone cannot decide such an account',
    fix: 'change_profile',
  },
  nobody_to_ask: {
    kind: 'obstacle',
    words: 'The provider cannot show whose device it was, and no second address can be asked',
    fix: 'add_second_address',
  },
  otherwise_stopped: { kind: 'obstacle', words: 'Another rule stands in the way', fix: 'change_profile' },
  second_person_needed: { kind: 'note', words: 'Privileged: a second person lets it start', fix: 'second_person' },
  two_codes_do: { kind: 'note', words: 'Could come back by two codes, without a document', fix: 'none' },
  name_in_short_form: { kind: 'note', words: 'Names agree in another form', fix: 'none' },
  name_cut_in_zone: { kind: 'note', words: 'Name longer than the machine-readable zone', fix: 'none' },
} as const satisfies Readonly<Record<string, CodeEntry>>;
export type RehearsalCode = keyof typeof CODES;
export const REHEARSAL_CODES = Object.keys(CODES) as RehearsalCode[];

/**
 * How an account fares today, best first. `in_doubt`: with a document in the name that was proofed, yes; in the name that
 * the directory has, no. `with_reviewers`: nothing stands in the way that reviewers may not settle. `by_codes_only`: no
 * document would do, two codes would.
 */
export const OUTCOMES = [
  'recoverable',
  'in_doubt',
  'with_reviewers',
  'by_codes_only',
  'not_recoverable',
  'not_covered',
  'other_profile',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

export const OUTCOME_WORDS: Readonly<Record<Outcome, string>> = {
  recoverable: 'Recoverable',
  in_doubt: 'In doubt: depends on which name the document has',
  with_reviewers: 'With reviewers only',
  by_codes_only: 'By two codes only, without a document',
  not_recoverable: 'Not recoverable today',
  not_covered: 'Covered by no profile',
  other_profile: 'Covered by another profile',
};
