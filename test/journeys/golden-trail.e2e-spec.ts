import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectGolden, GoldenStage } from './golden-stage.js';

const REVIEWED = { reviewable: ['face_match'] };

/**
 * What the audit trail says of whole journeys, against the files in `golden/`. `UPDATE_GOLDEN=1` writes them anew. How a
 * case is decided is here; who stops it, and what goes wrong on the way, in `golden-detours.e2e-spec.ts`.
 */
describe('the audit trail of a journey', () => {
  let stage: GoldenStage;

  beforeAll(async () => {
    stage = await GoldenStage.start();
  });

  afterAll(() => stage?.end());

  it('of a profile that two people make weaker', async () => {
    const operator = await stage.signedIn('operator-1', ['operator']);
    const second = await stage.signedIn('operator-2', ['operator']);
    const profile = { name: 'Golden policy', group: 'golden-policy', changes: { hold: { seconds: 600 } } };
    const id = await (await stage.colleague('operator-1', ['operator'])).createPolicy(profile);
    const proposed = async (seconds: number): Promise<string> => {
      const answer = await operator.send('PATCH', `/v1/policies/${id}`, { json: { hold: { seconds } } });
      return `/v1/policy-changes/${answer.expect(202).json<{ id: string }>().id}`;
    };
    (await second.post(`${await proposed(60)}/reject`)).expect(200);
    const wanted = await proposed(30);
    expect((await operator.post(`${wanted}/confirm`)).code).toBe('separation_of_duties');
    (await second.post(`${wanted}/confirm`)).expect(200);
    expectGolden('weaker-policy', await stage.chain(`policy:${id}`));
  });

  it('with the organisation’s own check', async () => {
    const { desk, trial } = stage.service;
    const ana = { id: await desk.subjectId('demo.ana'), login: 'demo.ana', email: 'ana@example.test', addresses: 2 };
    const begun = await stage.begin(ana);
    const [document, selfie] = [
      await trial.picture('demo.ana', 'document_front'),
      await trial.picture('demo.ana', 'selfie'),
    ];
    await begun.applicant.showPictures({ document, selfie });
    await stage.finish(begun);
    expectGolden('local', await stage.trail(begun));
  });

  it('with the organisation’s own check and somebody else’s document, which a reviewer looks at', async () => {
    const account = await stage.account('looked-at', { changes: { review: { ...REVIEWED, onFail: 'review' } } });
    const begun = await stage.begin(account);
    const document = await stage.service.trial.picture('demo.bea', 'document_front');
    await begun.applicant.showPictures({ document, selfie: await stage.service.trial.picture('demo.bea', 'selfie') });
    await stage.reaches(begun, 'in_review');
    await stage.look(begun.caseId, 'reviewer-1');
    await stage.vote(begun.caseId, { by: 'reviewer-1', outcome: 'deny', reasonCode: 'not_same_person' });
    await stage.isDenied(begun);
    expectGolden('looked-at', await stage.trail(begun));
  });

  it('through the sandbox partner', async () => {
    const begun = await stage.verified(await stage.account('sandbox'), 'pass');
    await stage.finish(begun);
    expectGolden('sandbox', await stage.trail(begun));
  });

  it('that is denied', async () => {
    const account = await stage.account('denied', { changes: { review: { onFail: 'deny' } } });
    const begun = await stage.verified(account, 'fail:face_match');
    await stage.isDenied(begun);
    expectGolden('denied', await stage.trail(begun));
  });

  it('that passes on the second try', async () => {
    const begun = await stage.verified(await stage.account('second-try'), 'fail:face_match');
    await stage.reaches(begun, 'awaiting_evidence', 2);
    await stage.again(begun, 'pass');
    await stage.finish(begun, 2);
    expectGolden('second-try', await stage.trail(begun));
  });

  it('that has no tries left for the face, and is looked at', async () => {
    const account = await stage.account('no-tries-left', { changes: { limits: { attempts: 2 } } });
    const begun = await stage.verified(account, 'fail:face_match');
    await stage.reaches(begun, 'awaiting_evidence', 2);
    await stage.again(begun, 'fail:face_match');
    await stage.reaches(begun, 'in_review', 2);
    expectGolden('no-tries-left', await stage.trail(begun));
  });

  it('that the person breaks off at the partner’s', async () => {
    const begun = await stage.verified(await stage.account('broken-off'), 'cancelled');
    await stage.reaches(begun, 'awaiting_evidence', 2);
    expectGolden('broken-off', await stage.trail(begun));
  });

  it('that reviewers approve, two of them, because a key opened it', async () => {
    const begun = await stage.verified(await stage.account('reviewed', { changes: { review: REVIEWED } }), 'review');
    await stage.reaches(begun, 'in_review');
    for (const by of ['reviewer-1', 'reviewer-2'])
      await stage.vote(begun.caseId, { by, outcome: 'approve', reasonCode: 'same_person' });
    await stage.finish(begun);
    expectGolden('reviewed', await stage.trail(begun));
  });

  it('that a reviewer denies', async () => {
    const begun = await stage.verified(await stage.account('review-denied'), 'review');
    await stage.reaches(begun, 'in_review');
    await stage.vote(begun.caseId, { by: 'reviewer-1', outcome: 'deny', reasonCode: 'not_same_person' });
    await stage.isDenied(begun);
    expectGolden('review-denied', await stage.trail(begun));
  });

  it('that a reviewer sends back', async () => {
    const begun = await stage.verified(await stage.account('sent-back'), 'review');
    await stage.reaches(begun, 'in_review');
    await stage.vote(begun.caseId, { by: 'reviewer-1', outcome: 'retry', reasonCode: 'face_unclear' });
    await stage.reaches(begun, 'awaiting_evidence', 2);
    await stage.again(begun, 'pass');
    await stage.finish(begun, 2);
    expectGolden('sent-back', await stage.trail(begun));
  });

  it('that two reviewers approve', async () => {
    const account = await stage.account('two-reviewers', { changes: { review: { ...REVIEWED, reviewersNeeded: 2 } } });
    const begun = await stage.verified(account, 'review');
    await stage.reaches(begun, 'in_review');
    for (const by of ['reviewer-1', 'reviewer-2'])
      await stage.vote(begun.caseId, { by, outcome: 'approve', reasonCode: 'same_person' });
    await stage.finish(begun);
    expectGolden('two-reviewers', await stage.trail(begun));
  });

  it('that is held for a moment', async () => {
    const begun = await stage.verified(await stage.account('held', { changes: { hold: { seconds: 1 } } }), 'pass');
    await stage.noticesAre(begun.caseId, 'recovery_held', begun.account.addresses);
    await stage.finish(begun);
    expectGolden('held', await stage.trail(begun));
  });

  it('that is an evaluation', async () => {
    const begun = await stage.verified(await stage.account('evaluation', { changes: { mode: 'evaluation' } }), 'pass');
    await stage.reaches(begun, 'completed');
    expectGolden('evaluation', await stage.trail(begun));
  });

  it('with somebody else’s document', async () => {
    const identity = { givenName: 'Iris', familyName: 'Intruder', birthDate: '1995-05-05' };
    const begun = await stage.verified(await stage.account('other-document'), 'pass', identity);
    await stage.reaches(begun, 'in_review');
    await stage.vote(begun.caseId, { by: 'reviewer-1', outcome: 'deny', reasonCode: 'not_same_person' });
    await stage.isDenied(begun);
    expectGolden('other-document', await stage.trail(begun));
  });

  it('with a document that is known from another account', async () => {
    const twin = { familyName: 'Golden-twin', document: { documentNumber: 'N00000001', issuingCountry: 'UTO' } };
    const first = await stage.verified(await stage.account('first-owner', twin), 'pass');
    await stage.reaches(first, 'approved');
    const second = await stage.account('second-owner', twin);
    const begun = await stage.verified(second, 'pass');
    await stage.reaches(begun, 'in_review');
    expectGolden('known-document', await stage.trail(begun));
    expectGolden('known-document-account', await stage.chain(`subject:${second.id}`));
  });

  it('of an account that was never proofed, with a code', async () => {
    const changes = {
      requiredChecks: ['document_authenticity', 'face_match', 'data_match'],
      matching: { require: ['data'], unproofed: 'codes' },
      ingredients: { unproofed: ['issued_code'] },
    };
    const account = await stage.account('with-code', { changes, unproofed: true, familyName: 'Unterwald' });
    await stage.partnerSays(account, 'pass');
    const begun = await stage.begin(account);
    await stage.giveIssuedCode(begun);
    await begun.applicant.chooseProvider('sandbox');
    await stage.finish(begun);
    expectGolden('with-code', await stage.trail(begun));
  });

  it('of an account that comes back with a code, saves one, and comes back again without a document', async () => {
    const changes = {
      requiredChecks: ['document_authenticity', 'face_match', 'data_match'],
      matching: { require: ['data'], unproofed: 'codes', withoutDocument: 'codes' },
      ingredients: { unproofed: ['issued_code'] },
      hold: { weakEvidenceSeconds: 1 },
    };
    const account = await stage.account('by-codes', { changes, unproofed: true, familyName: 'Oberwald' });
    await stage.partnerSays(account, 'pass');
    const first = await stage.begin(account);
    await stage.giveIssuedCode(first);
    await first.applicant.chooseProvider('sandbox');
    const code = await stage.saveCode(first, await stage.finish(first));
    const begun = await stage.beginWithoutDocument(account);
    const path = '/v1/flow/recovery-codes';
    expect((await begun.applicant.http.post(`${path}/submit`)).code).toBe('recovery_codes_missing');
    await stage.giveIssuedCode(begun);
    expect((await begun.applicant.http.post(`${path}/submit`)).code).toBe('recovery_codes_missing');
    const page = '/flow/without-document';
    expect((await begun.applicant.http.get('/flow/document')).text).toContain(`href="${page}"`);
    (await stage.sendForm(begun, page, { action: `${page}/code`, code: '' })).expect(400);
    (await stage.sendForm(begun, page, { action: `${page}/code`, code })).expect(303);
    (await stage.sendForm(begun, page, { action: `${page}/submit` })).expect(303);
    await stage.noticesAre(begun.caseId, 'recovery_held', account.addresses);
    await stage.finish(begun);
    expectGolden('by-codes', await stage.trail(begun));
    const auditor = await stage.signedIn('auditor-1', ['auditor']);
    const answer = await auditor.get(`/v1/recovery-cases/${begun.caseId}/explanation`);
    const { decisions } = answer.expect(200).json<{ decisions: { route: string; replay: { outcome: string } }[] }>();
    expect(decisions.map(({ route, replay }) => [route, replay.outcome])).toEqual([
      ['codes', 'same'],
      ['codes', 'same'],
    ]);
  });

  it('is whole: no chain was cut, changed or left open', async () => {
    expect(await stage.verification()).toMatchObject({ intact: true, firstFault: null });
  });
});
