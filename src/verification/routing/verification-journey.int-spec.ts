import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { allowAttempts } from '../../../test/support/next-version.js';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import {
  failing,
  OWN_MACHINE,
  passingReport,
  pendingReport,
  ScriptedProvider,
} from '../../../test/support/verification/scripted-provider.js';
import {
  auditTypes,
  drain,
  forgetPlanned,
  letTimePass,
  newBrowser,
  openCase,
  readCase,
} from '../../../test/support/verification/world-cases.js';
import {
  createVerificationWorld,
  type VerificationWorld,
} from '../../../test/support/verification/verification-world.js';
import { SYSTEM } from '../../audit-trail/audit-event-types.js';

const PICTURE = Buffer.from('pixels');

describe('verification, from the person’s start to the report', () => {
  let test: TestDatabase;
  let world: VerificationWorld;
  let alpha: ScriptedProvider;
  let beta: ScriptedProvider;
  let local: ScriptedProvider;

  beforeAll(async () => {
    test = await openTestDatabase();
  });
  afterAll(() => test.close());
  beforeEach(async () => {
    alpha = new ScriptedProvider('alpha');
    beta = new ScriptedProvider('beta');
    local = new ScriptedProvider('local', OWN_MACHINE);
    world = createVerificationWorld({ database: test.database, providers: [alpha, beta, local] });
    await forgetPlanned(world);
  });

  const upload = (caseId: string, browser: ReturnType<typeof newBrowser>, kind: 'document_front' | 'selfie') =>
    world.uploads.upload({
      caseId,
      ...browser,
      kind,
      bytes: Buffer.concat([PICTURE, Buffer.from(`${caseId}${kind}`)]),
    });

  it('sends the person to a partner once, whoever asks how often', async () => {
    const { id: caseId } = await openCase(world, { providers: ['alpha', 'beta'] });
    const browser = newBrowser();
    const { handoff } = await world.starting.start({ caseId, ...browser });
    expect(handoff).toEqual({ kind: 'redirect', url: 'https://alpha.example/verify' });
    expect((await readCase(world, caseId)).state).toBe('verifying');
    expect((await world.starting.start({ caseId, ...browser })).handoff).toEqual(handoff);
    await letTimePass(world);
    expect(alpha.created).toHaveLength(1);
    expect(await readCase(world, caseId)).toMatchObject({ state: 'adjudicating', provider: 'alpha' });
    const stored = await world.database.read((tx) => world.reports.ofAttempt(tx, caseId, 1));
    expect(stored).toMatchObject({ provider: 'alpha', role: 'first', report: { status: 'completed' } });
  });

  it('T46 keeps the address that lets a person in at the partner sealed: no column shows it', async () => {
    const { id: caseId } = await openCase(world, { providers: ['alpha'] });
    const browser = newBrowser();
    await world.starting.start({ caseId, ...browser });
    const [row] = await world.database.read(
      (tx) => tx.many<Record<string, unknown>>`SELECT * FROM verification_sessions WHERE case_id = ${caseId}`,
    );
    expect(row?.handoffSealed).toBeInstanceOf(Buffer);
    for (const value of Object.values(row ?? {}))
      expect(Buffer.isBuffer(value) ? value.toString('latin1') : String(value)).not.toContain('alpha.example');
  });

  it('makes one call out of twenty that race', async () => {
    const { id: caseId } = await openCase(world, { providers: ['alpha'] });
    const browser = newBrowser();
    await Promise.allSettled(Array.from({ length: 20 }, () => world.starting.start({ caseId, ...browser })));
    await drain(world);
    expect(alpha.created).toHaveLength(1);
  });

  it('tells a partner nothing it has no need of', async () => {
    const { id: caseId } = await openCase(world, { providers: ['alpha'] });
    await world.starting.start({ caseId, ...newBrowser() });
    const [context] = alpha.created;
    expect(context).toMatchObject({
      expectedIdentity: undefined,
      webhookUrl: 'https://recover.example/v1/webhooks/alpha',
    });
    expect(context?.returnUrl).toMatch(/^https:\/\/recover\.example\/v1\/providers\/alpha\/return\?state=[\w-]{43}$/);
    expect(JSON.stringify(context)).not.toContain(caseId);
  });

  it('takes nothing before consent', async () => {
    const { id: caseId } = await openCase(world, { providers: ['alpha', 'local'], consented: false });
    await expect(world.starting.start({ caseId, ...newBrowser() })).rejects.toMatchObject({ code: 'consent_required' });
    await expect(upload(caseId, newBrowser(), 'selfie')).rejects.toMatchObject({ code: 'consent_required' });
    expect(world.platform.objects.objects.size).toBe(0);
    expect(alpha.created).toEqual([]);
  });

  it('captures, submits and collects on our own machine', async () => {
    const { id: caseId } = await openCase(world, { providers: ['local'] });
    const browser = newBrowser();
    expect(await upload(caseId, browser, 'document_front')).toEqual({
      kind: 'document_front',
      accepted: true,
      reasons: [],
      repeated: false,
    });
    await expect(world.submission.submit({ caseId, ...browser })).rejects.toMatchObject({ code: 'evidence_missing' });
    await upload(caseId, browser, 'selfie');
    await expect(world.submission.submit({ caseId, ...newBrowser() })).rejects.toMatchObject({
      code: 'capture_binding_missing',
    });
    expect(await world.submission.submit({ caseId, ...browser })).toBe('verifying');
    expect(await world.submission.submit({ caseId, ...browser })).toBe('verifying');
    let seen: Uint8Array | undefined;
    local.fetches = [
      async (context) => {
        seen = (await context.evidence?.read('selfie'))?.reveal();
        return passingReport(context);
      },
    ];
    await drain(world);
    expect(Buffer.from(seen ?? []).toString()).toBe(`pixels${caseId}selfie`);
    expect(await readCase(world, caseId)).toMatchObject({ state: 'adjudicating', provider: 'local' });
    expect(await auditTypes(world, caseId)).toEqual([
      'verification.session_created',
      'evidence.accepted',
      'evidence.accepted',
      'case.submitted',
      'case.reported',
    ]);
  });

  it('answers a repeated submit with where the case is, however far it went before the answer was heard', async () => {
    const { id: caseId } = await openCase(world, { providers: ['local'] });
    const browser = newBrowser();
    for (const kind of ['document_front', 'selfie'] as const) await upload(caseId, browser, kind);
    const again = () => world.submission.submit({ caseId, ...browser });
    await again();
    await drain(world);
    const heard = [await again()];
    for (const name of ['refer', 'hold', 'approve', 'expire'] as const) {
      if (name === 'expire')
        await test.asOwner(`UPDATE recovery_cases SET expires_at = clock_timestamp() WHERE id = '${caseId}'`);
      const moved = await test.database.transaction((tx) =>
        world.cases.transition(tx, { caseId, name, actor: SYSTEM }),
      );
      heard.push(await again());
      expect(heard.at(-1)).toBe(moved?.state);
    }
    expect(heard).toEqual(['adjudicating', 'in_review', 'held', 'approved', 'expired']);
    await expect(world.submission.submit({ caseId, ...newBrowser() })).rejects.toMatchObject({
      code: 'capture_binding_missing',
    });
    expect((await auditTypes(world, caseId)).filter((type) => type === 'case.submitted')).toHaveLength(1);
  });

  it('takes a submit of the attempt before for none of this one', async () => {
    const { id: caseId } = await openCase(world, { providers: ['local'] });
    const browser = newBrowser();
    for (const kind of ['document_front', 'selfie'] as const) await upload(caseId, browser, kind);
    const again = () => world.submission.submit({ caseId, ...browser });
    await again();
    await test.database.transaction((tx) => world.cases.transition(tx, { caseId, name: 'retry', actor: SYSTEM }));
    await expect(again()).rejects.toMatchObject({ code: 'capture_binding_missing' });
    await world.uploads.upload({ caseId, ...browser, kind: 'selfie', bytes: Buffer.from(`another of ${caseId}`) });
    await expect(again()).rejects.toMatchObject({ code: 'evidence_missing' });
    expect(await readCase(world, caseId)).toMatchObject({ state: 'awaiting_evidence', attempt: 2 });
  });

  it('sends no evidence in by a page or a call of an earlier attempt, and says where the case is', async () => {
    const { id: caseId } = await openCase(world, { providers: ['local'] });
    const browser = newBrowser();
    const shown = async (of: string) => {
      for (const kind of ['document_front', 'selfie'] as const)
        await world.uploads.upload({ caseId, ...browser, kind, bytes: Buffer.from(`${of} ${kind} of ${caseId}`) });
    };
    const submit = (attempt: number) => world.submission.submit({ caseId, ...browser, attempt });
    await shown('first');
    await expect(submit(2)).rejects.toMatchObject({ code: 'wrong_state' });
    expect(await submit(1)).toBe('verifying');
    await test.database.transaction((tx) => world.cases.transition(tx, { caseId, name: 'retry', actor: SYSTEM }));
    expect(await submit(1)).toBe('awaiting_evidence');
    await shown('second');
    expect(await submit(1)).toBe('awaiting_evidence');
    expect(await readCase(world, caseId)).toMatchObject({ state: 'awaiting_evidence', attempt: 2 });
    expect(await submit(2)).toBe('verifying');
  });

  it('moves on at once when a partner refuses, and says so in the role', async () => {
    const { id: caseId } = await openCase(world, { providers: ['alpha', 'beta'] });
    alpha.creates = [failing('unauthorized')];
    const { handoff, session } = await world.starting.start({ caseId, ...newBrowser() });
    expect(handoff).toMatchObject({ url: 'https://beta.example/verify' });
    expect(session.role).toBe('fallback');
    expect(await auditTypes(world, caseId)).toEqual([
      'verification.session_failed',
      'verification.session_created',
      'case.submitted',
    ]);
  });

  it('tries an outage three times when there is nobody else, then leaves the partner alone for a while', async () => {
    const { id: caseId } = await openCase(world, { providers: ['alpha'] });
    alpha.creates = [failing('unavailable')];
    const start = world.starting.start({ caseId, ...newBrowser() });
    await expect(start).rejects.toMatchObject({ code: 'dependency_unavailable' });
    expect(await readCase(world, caseId)).toMatchObject({ state: 'verifying', stateReason: 'waiting_for_provider' });
    await letTimePass(world);
    expect(await auditTypes(world, caseId)).not.toContain('verification.session_failed');
    await letTimePass(world);
    expect(new Set(alpha.created.map((context) => context.reference)).size).toBe(1);
    expect(alpha.created).toHaveLength(3);
    expect(await auditTypes(world, caseId)).toContain('verification.session_failed');
  });

  it('waits when everybody fails, goes on when one returns, and asks a person in the end', async () => {
    const { id: caseId } = await openCase(world, { providers: ['alpha'] });
    alpha.creates = [failing('rejected')];
    await expect(world.starting.start({ caseId, ...newBrowser() })).rejects.toMatchObject({
      code: 'dependency_unavailable',
    });
    expect(await readCase(world, caseId)).toMatchObject({
      state: 'verifying',
      stateReason: 'waiting_for_provider',
      nextAttemptAt: expect.any(Date),
    });
    for (let round = 0; round < 3; round += 1) await letTimePass(world);
    expect((await readCase(world, caseId)).state).toBe('verifying');
    await letTimePass(world);
    expect(await readCase(world, caseId)).toMatchObject({ state: 'in_review', stateReason: 'providers_exhausted' });
  });

  it('goes on by itself when the partner is back', async () => {
    const { id: caseId } = await openCase(world, { providers: ['alpha'] });
    const works = alpha.creates[0];
    alpha.creates = [failing('rejected'), ...(works ? [works] : [])];
    await expect(world.starting.start({ caseId, ...newBrowser() })).rejects.toMatchObject({
      code: 'dependency_unavailable',
    });
    await letTimePass(world);
    const view = await world.database.read((tx) =>
      world.views.openFor(tx, { id: caseId, attempt: 1, documentType: null }),
    );
    expect(view).toMatchObject({ provider: 'alpha', handoff: { kind: 'redirect' } });
  });

  it('polls in one chain however many pushes nudge it', async () => {
    const { id: caseId } = await openCase(world, { providers: ['alpha'] });
    const { session } = await world.starting.start({ caseId, ...newBrowser() });
    alpha.fetches = [pendingReport];
    for (let nudge = 0; nudge < 10; nudge += 1)
      await world.collector.collect({ caseId, attempt: 1, sessionId: session.id });
    const planned = await world.database.read(
      (tx) => tx.many<{ id: string }>`SELECT id::text FROM outbox
      WHERE event = 'verification.collect_due' AND published_at IS NULL AND payload->>'sessionId' = ${session.id}`,
    );
    expect(planned.length).toBe(1);
  });

  it('goes back to capturing when the stand-in needs pictures the partner would have taken', async () => {
    const { id: caseId } = await openCase(world, { providers: ['alpha', 'local'] });
    const browser = newBrowser();
    await world.starting.start({ caseId, ...browser });
    alpha.fetches = [failing('session_unknown')];
    await letTimePass(world);
    expect(await readCase(world, caseId)).toMatchObject({
      state: 'awaiting_evidence',
      attempt: 2,
      stateReason: 'capture_to_be_repeated',
    });
    const started = await world.starting.start({ caseId, ...browser });
    expect(started.session).toMatchObject({ provider: 'local', role: 'fallback' });
  });

  it('T75: asks a person instead, where the policy allows fewer tries since the case began', async () => {
    const { id: caseId, policyId } = await openCase(world, { providers: ['alpha', 'local'] });
    await world.starting.start({ caseId, ...newBrowser() });
    await allowAttempts(world.database, policyId, 1);
    alpha.fetches = [failing('session_unknown')];
    await letTimePass(world);
    expect(await readCase(world, caseId)).toMatchObject({ state: 'in_review', attempt: 1 });
  });

  it('lets the person choose again when they left the partner, and asks a person after the last attempt', async () => {
    const { id: caseId } = await openCase(world, { providers: ['alpha'], attempts: 2 });
    const browser = newBrowser();
    alpha.fetches = [(context) => passingReport(context, { status: 'cancelled', checks: [] })];
    await world.starting.start({ caseId, ...browser });
    await letTimePass(world);
    expect(await readCase(world, caseId)).toMatchObject({
      state: 'awaiting_evidence',
      attempt: 2,
      stateReason: 'verification_abandoned',
    });
    await world.starting.start({ caseId, ...browser });
    await letTimePass(world);
    expect(await readCase(world, caseId)).toMatchObject({ state: 'in_review', stateReason: 'attempts_exhausted' });
  });

  it('T75: asks a person when they left, where the policy allows fewer tries since the case began', async () => {
    const { id: caseId, policyId } = await openCase(world, { providers: ['alpha'] });
    alpha.fetches = [(context) => passingReport(context, { status: 'cancelled', checks: [] })];
    await world.starting.start({ caseId, ...newBrowser() });
    await allowAttempts(world.database, policyId, 1);
    await letTimePass(world);
    const expected = { state: 'in_review', stateReason: 'attempts_exhausted', attempt: 1 };
    expect(await readCase(world, caseId)).toMatchObject(expected);
  });
});
