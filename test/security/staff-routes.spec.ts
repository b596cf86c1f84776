import { describe, expect, it } from '@jest/globals';
import { operations, type Schema } from './fuzz/operations.js';

/** Everything staff and machines can do, written out: whoever adds a call has to think about rule 10 here (T47). */
const STAFF_MAY = [
  'DELETE /v1/policies/{id}',
  // Ends what somebody else began.
  'DELETE /v1/recovery-pause',
  'GET /v1/audit-events',
  'GET /v1/audit-events/export',
  'GET /v1/audit-events/verification',
  'GET /v1/policies',
  'GET /v1/policies/{id}',
  // What would have followed, in numbers; cases are not named.
  'GET /v1/policies/{id}/evaluation-report',
  'GET /v1/policies/{id}/rehearsals',
  'GET /v1/policy-changes',
  'GET /v1/policy-changes/{id}',
  'GET /v1/providers',
  'GET /v1/recovery-cases',
  'GET /v1/recovery-cases/{id}',
  // That pictures are gone; nothing of what they showed.
  'GET /v1/recovery-cases/{id}/deletion-receipt',
  'GET /v1/recovery-cases/{id}/explanation',
  'GET /v1/recovery-cases/{id}/legal-hold',
  'GET /v1/recovery-cases/{id}/receipt',
  'GET /v1/recovery-cases/{id}/timeline',
  // Codes and pseudonyms: which accounts would fail, and why.
  'GET /v1/recovery-pause',
  'GET /v1/rehearsals/{id}',
  'GET /v1/rehearsals/{id}/report',
  'GET /v1/reviews',
  'GET /v1/reviews/{caseId}',
  // A picture for a reviewer's eyes, by an audited ticket of a minute (T55).
  'GET /v1/reviews/{caseId}/evidence/{kind}',
  // Twelve colours across: nobody can be recognised.
  'GET /v1/reviews/{caseId}/evidence/{kind}/preview',
  'GET /v1/subjects',
  'GET /v1/subjects/{id}',
  'PATCH /v1/policies/{id}',
  // A kill switch and a budget: they can keep people waiting, and let nobody through.
  'PATCH /v1/providers/{id}',
  'POST /v1/policies',
  // Reads the directory and decides nothing.
  'POST /v1/policies/{id}/rehearsals',
  // Profiles that weaken: by a second person, and never about a case.
  'POST /v1/policy-changes/{id}/confirm',
  'POST /v1/policy-changes/{id}/reject',
  'POST /v1/recovery-cases',
  'POST /v1/recovery-cases/{id}/authorizations',
  'POST /v1/recovery-cases/{id}/call-code',
  'POST /v1/recovery-cases/{id}/cancel',
  // What keeps evidence and what lets it go again, by two persons each; neither decides anything (T79).
  'POST /v1/recovery-cases/{id}/legal-hold',
  'POST /v1/recovery-cases/{id}/legal-hold/confirm',
  'POST /v1/recovery-cases/{id}/legal-hold/release',
  'POST /v1/recovery-cases/{id}/resend-link',
  'POST /v1/recovery-pause',
  'POST /v1/rehearsals/{id}/cancel',
  // What the evidence says beside what is on record, for a reviewer's eyes: audited and counted like a picture (T55).
  'POST /v1/reviews/{caseId}/comparison',
  'POST /v1/reviews/{caseId}/decisions',
  'PUT /v1/policies/{id}',
  'PUT /v1/subjects/{id}',
  'PUT /v1/subjects/{id}/proofing-record',
];

const staff = operations().filter((operation) => operation.audience === 'staff');
const label = (operation: { method: string; path: string }): string => `${operation.method} ${operation.path}`;

/** Every member name anywhere in a schema. */
function membersOf(schema: Schema | undefined): string[] {
  if (!schema) return [];
  const own = Object.entries(schema.properties ?? {}).flatMap(([name, member]) => [name, ...membersOf(member)]);
  const parts = [
    schema.items,
    ...(schema.anyOf ?? []),
    ...(schema.oneOf ?? []),
    ...(schema.allOf ?? []),
    typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined,
  ];
  return [...own, ...parts.flatMap(membersOf)];
}

describe('what staff can reach (T47)', () => {
  it('is this list and nothing else', () => {
    expect(staff.map(label).sort()).toEqual(STAFF_MAY);
  });

  it('has no call that verifies, redeems, issues a token or registers a passkey', () => {
    const words = /token|passkey|credential|verif(y|ied)|redeem|approve|challenge|session|evidence\/.*upload/i;
    expect(staff.map(label).filter((text) => words.test(text) && !text.endsWith('/verification'))).toEqual([]);
  });

  it('takes no member that sets a verdict, a state or a token, but for a reviewer’s vote', () => {
    const words =
      /^(state|status|verdict|outcome|verifiedAt|approved|token|link|attempt|captureCookie|subjectId|openedBy)$/i;
    const found = staff.flatMap((operation) =>
      membersOf(operation.body)
        .filter((name) => words.test(name))
        .map((name) => `${label(operation)} ${name}`),
    );
    // `status` of an account in the built-in directory: active or disabled.
    expect(found).toEqual(['POST /v1/reviews/{caseId}/decisions outcome', 'PUT /v1/subjects/{id} status']);
  });

  it('shows a link in the two answers that make one, and a token, code or picture nowhere', () => {
    const secret = /token|secret|cookie|callCode|challenge|selfie|portrait$|documentNumber|score|link$/i;
    const found = staff.flatMap((operation) =>
      [...new Set(membersOf(operation.answer))]
        .filter((name) => secret.test(name) && name !== 'hasPortrait')
        .map((name) => `${label(operation)} ${name}`),
    );
    // Settings of a profile, named after what they are about.
    expect(found.filter((text) => !/tokenTtlSeconds|linkTtlSeconds|selfieFiles/.test(text)).sort()).toEqual([
      'POST /v1/recovery-cases link',
      'POST /v1/recovery-cases/{id}/resend-link link',
    ]);
  });
});

describe('what a browser of the person can reach', () => {
  const theirs = operations().filter((operation) => operation.audience !== 'staff');

  it('takes no vector, score or flag that says a capture was live (T71, T74)', () => {
    const words = /vector|embedding|template|descriptor|score|live|liveness|verified|similarity/i;
    const found = theirs.flatMap((operation) => membersOf(operation.body).filter((name) => words.test(name)));
    expect(found).toEqual([]);
  });

  it('takes no member at all that is not named (T71, T74)', () => {
    const lax = theirs.filter(({ body }) => body?.type === 'object' && body.additionalProperties !== false);
    expect(lax.map(label)).toEqual([]);
  });

  it('is told no score, no band and no check by name, whatever came out (T75)', () => {
    const words = /score|band|similarity|check|distance|confidence|threshold|findings/i;
    const found = theirs.flatMap((operation) =>
      [...new Set(membersOf(operation.answer))]
        .filter((name) => words.test(name))
        .map((name) => `${label(operation)} ${name}`),
    );
    expect(found).toEqual([]);
  });
});
