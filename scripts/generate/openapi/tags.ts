/** Who each group of operations is for. A tag without words does not generate. */
export const TAGS = {
  Audit:
    'The append-only trail: reading, exporting, verifying; why a case was decided, and its signed receipts. For auditors.',
  Flow: 'The locked-out person’s browser, by the cookie that `POST /v1/flow/start` sets. Writes need the same origin.',
  'Help desk': 'Opening and following cases. Nothing here verifies anybody.',
  'Legal holds':
    'Keeping the evidence of a case while something about it is looked into: two persons begin it, and two end it.',
  Notices:
    'What the reader of a security notice can do: stop, freeze, and say that it was them. The token is in the mail’s link.',
  Partners: 'Deliveries and returns of verification partners, each by that partner’s own protocol.',
  Passkeys: 'Registration, sign-in and the saved recovery code at the built-in relying party.',
  Policies: 'Recovery profiles, the changes of them that need a second person, rehearsals and evaluations.',
  Providers: 'Verification partners: how they do, what they cost, and the switch that takes one out.',
  'Recovery pause': 'The switch that stops all recoveries. One person throws it, and another throws it back.',
  Reviews: 'Cases that people have to decide.',
  'Self-service': 'Asking for a recovery without the help desk.',
  Subjects: 'The accounts of the built-in directory, and what identity was proofed at enrolment. For provisioning.',
} as const;
