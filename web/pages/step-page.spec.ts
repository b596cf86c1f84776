import { describe, expect, it } from '@jest/globals';
import { FLOW_STEPS } from '../../src/flow-view/flow-step.js';
import type { FlowView } from '../../src/flow-view/flow-view.schemas.js';
import { pageOfFlow } from './step-page.js';

type EvidenceSlot = NonNullable<FlowView['evidence']['selfie']>;

const MISSING: EvidenceSlot = { state: 'missing', required: true, reasons: [] };
const TAKEN: EvidenceSlot = { state: 'accepted', required: true, reasons: [] };

const flow = (part: Partial<FlowView>): FlowView => ({
  state: 'awaiting_evidence',
  stateReason: null,
  attempt: 1,
  step: 'evidence',
  case: { reference: 'REC-TEST22', expiresAt: '2026-11-23T10:00:00.000Z' },
  consent: { noticeVersion: '2026-11', noticeUrl: '/notice/2026-11', agreed: true },
  providers: [],
  provider: 'local',
  providerName: 'Here',
  insteadOf: null,
  insteadOfOwn: false,
  handoff: null,
  partnerReturns: null,
  recoveryCodes: null,
  evidence: { document_front: MISSING, selfie: MISSING },
  attemptsLeft: 2,
  reasons: [],
  nextAttemptAt: null,
  heldUntil: null,
  callCode: null,
  confirmation: null,
  passkey: { mode: 'direct' },
  ...part,
});

describe('pageOfFlow', () => {
  it('has a page for every step', () => {
    for (const step of FLOW_STEPS)
      expect(pageOfFlow(flow({ step }), { retentionDays: 7 }).screen).toEqual(expect.any(String));
  });

  it('leads to where people sign in where the operator has said it', () => {
    const page = (signInUrl?: string): unknown =>
      pageOfFlow(flow({ step: 'done' }), { retentionDays: 7, ...(signInUrl ? { signInUrl } : {}) });
    expect(page('https://login.example.com/')).toMatchObject({
      screen: 'done',
      signInUrl: 'https://login.example.com/',
    });
    expect(page()).toMatchObject({ signInUrl: undefined });
  });

  it('says of a passkey that was stopped or replaced that it does not work, and offers no try', () => {
    const page = (works: boolean): unknown =>
      pageOfFlow(flow({ step: 'done', state: 'completed' }), {
        retentionDays: 7,
        passkey: { createdAt: new Date(), works, oldPasskeysRemoved: 1 },
      });
    expect(page(true)).toMatchObject({ screen: 'done' });
    expect(page(false)).toEqual({ screen: 'passkey-stopped' });
  });

  it('asks for the missing pictures in order and then for the last look', () => {
    expect(pageOfFlow(flow({}), { retentionDays: 7 })).toMatchObject({ screen: 'capture', kind: 'document_front' });
    const refused: EvidenceSlot = { state: 'rejected', required: true, reasons: ['blur'] };
    expect(
      pageOfFlow(flow({ evidence: { document_front: TAKEN, selfie: refused } }), { retentionDays: 7 }),
    ).toMatchObject({ screen: 'capture', kind: 'selfie', reasons: ['blur'] });
    expect(
      pageOfFlow(flow({ evidence: { document_front: TAKEN, selfie: TAKEN } }), { retentionDays: 7 }),
    ).toMatchObject({ screen: 'check-and-send' });
  });

  it('says of a photo that is there why a later one did not take its place, and of one that was sent twice that it was', () => {
    const kept: EvidenceSlot = { state: 'accepted', required: true, reasons: ['blur'] };
    const page = (asked = {}): unknown =>
      pageOfFlow(flow({ evidence: { document_front: kept } }), {
        retentionDays: 7,
        asked: { picture: 'document_front', ...asked },
      });
    expect(page()).toMatchObject({ screen: 'capture', reasons: ['blur'] });
    expect(page()).toMatchObject({ sentAgain: undefined });
    expect(page({ sentAgain: true })).toMatchObject({ reasons: ['blur'], sentAgain: true });
  });

  it('asks whether a photo is good unless the policy does without', () => {
    expect(pageOfFlow(flow({}), { retentionDays: 7 })).toMatchObject({ sendsByItself: undefined });
    expect(pageOfFlow(flow({}), { retentionDays: 7, sendsByItself: true })).toMatchObject({ sendsByItself: true });
  });

  it('asks for a recovery code, lets whoever has none go on, and takes one as long as nothing was sent', () => {
    const asked = { methods: ['saved', 'issued'], given: [], withoutDocument: false } satisfies Partial<
      FlowView['recoveryCodes']
    >;
    const missing: FlowView['recoveryCodes'] = { ...asked, missing: true };
    const pageAt = (step: FlowView['step'], facts = {}, recoveryCodes: FlowView['recoveryCodes'] = missing) =>
      pageOfFlow(flow({ step, recoveryCodes }), { retentionDays: 7, ...facts });
    expect(pageAt('codes')).toEqual({ screen: 'recovery-codes', canGoWithout: false });
    expect(pageAt('codes', {}, { ...missing, withoutDocument: true })).toEqual({
      screen: 'recovery-codes',
      canGoWithout: true,
    });
    expect(pageAt('codes', { asked: 'document' })).toMatchObject({ screen: 'choose-document' });
    expect(pageAt('evidence', { asked: 'codes', codeError: 'wrong' })).toEqual({
      screen: 'recovery-codes',
      canGoWithout: false,
      error: 'wrong',
    });
    expect(pageAt('checking', { asked: 'codes' })).toMatchObject({ screen: 'checking' });
    expect(pageAt('evidence', { asked: 'codes' }, null)).toMatchObject({ screen: 'capture' });
    expect(pageAt('evidence', { asked: 'codes' }, { ...asked, missing: false })).toMatchObject({
      screen: 'capture',
    });
  });

  it('takes two codes instead of a document where the policy does, the sent one first', () => {
    const page = (codes: Partial<NonNullable<FlowView['recoveryCodes']>>, step: FlowView['step'] = 'document') =>
      pageOfFlow(
        flow({
          step,
          recoveryCodes: { methods: ['saved', 'issued'], given: [], missing: false, withoutDocument: true, ...codes },
        }),
        { retentionDays: 7, asked: 'without_document' },
      );
    expect(page({})).toEqual({ screen: 'without-document', attempt: 1, next: 'issued' });
    expect(page({ given: ['issued'] })).toEqual({ screen: 'without-document', attempt: 1, next: 'saved' });
    expect(page({ given: ['saved'] }, 'evidence')).toEqual({ screen: 'without-document', attempt: 1, next: 'issued' });
    expect(page({ given: ['saved', 'issued'] })).toEqual({ screen: 'without-document', attempt: 1, next: 'send' });
    const refused = page({ withoutDocument: false });
    expect(refused).toMatchObject({ screen: 'choose-document' });
    expect(refused).toMatchObject({ canGoWithout: false });
    expect(page({}, 'consent')).toMatchObject({ screen: 'consent' });
    expect(page({}, 'checking')).toMatchObject({ screen: 'checking' });
  });

  it('asks for a back that may be left out, until the face is taken; then the last look offers it', () => {
    const back: EvidenceSlot = { state: 'missing', required: false, reasons: [] };
    const pageWith = (evidence: FlowView['evidence'], picture?: 'selfie' | 'document_back') =>
      pageOfFlow(flow({ evidence: { document_front: TAKEN, document_back: back, selfie: MISSING, ...evidence } }), {
        retentionDays: 7,
        ...(picture ? { asked: { picture } } : {}),
      });
    expect(pageWith({ document_front: MISSING })).toMatchObject({ kind: 'document_front' });
    expect(pageWith({})).toMatchObject({ screen: 'capture', kind: 'document_back', canSkipTo: 'selfie' });
    expect(pageWith({}, 'selfie')).toMatchObject({ screen: 'capture', kind: 'selfie' });
    expect(pageWith({ selfie: TAKEN })).toEqual({
      screen: 'check-and-send',
      attempt: 1,
      kinds: ['document_front', 'selfie'],
      leftOut: ['document_back'],
    });
    expect(pageWith({ selfie: TAKEN }, 'document_back')).toMatchObject({ canSkipTo: undefined });
    expect(pageWith({ selfie: TAKEN, document_back: { ...back, state: 'accepted' } })).toEqual({
      screen: 'check-and-send',
      attempt: 1,
      kinds: ['document_front', 'document_back', 'selfie'],
      leftOut: [],
    });
  });

  it('offers a file for every picture, but for a selfie of a profile that takes none', () => {
    const at = (picture: 'selfie' | 'document_front', selfieByCameraOnly: boolean) =>
      pageOfFlow(flow({}), { retentionDays: 7, asked: { picture, source: 'file' }, selfieByCameraOnly });
    expect(at('selfie', false)).toMatchObject({ source: 'file', canChooseFile: true });
    expect(at('document_front', true)).toMatchObject({ source: 'file', canChooseFile: true });
    expect(at('selfie', true)).toMatchObject({ source: 'camera', canChooseFile: false, cameraOnly: true });
  });

  it('never shows a capture page before an agreement, whatever address is asked for', () => {
    expect(pageOfFlow(flow({ step: 'consent' }), { retentionDays: 7, asked: { picture: 'selfie' } }).screen).toBe(
      'consent',
    );
    expect(
      pageOfFlow(flow({ step: 'passkey', state: 'approved' }), { retentionDays: 7, asked: { picture: 'selfie' } })
        .screen,
    ).toBe('create-passkey');
  });

  it('waits for the call code before the agreement, and says when its tries are used up', () => {
    const waiting = { step: 'consent', stateReason: 'waiting_for_call_code' } as const;
    const page = (callCode: string | null) =>
      pageOfFlow(flow({ ...waiting, callCode, consent: { noticeVersion: '1', noticeUrl: '/n', agreed: null } }), {
        retentionDays: 7,
        asked: 'consent',
      });
    expect(page('4821')).toEqual({ screen: 'call-code', usedUp: false });
    expect(page(null)).toEqual({ screen: 'call-code', usedUp: true });
  });

  it('shows the agreement again after a no, when asked for', () => {
    const declined = flow({ step: 'consent', consent: { noticeVersion: '2026-11', noticeUrl: '/n', agreed: false } });
    expect(pageOfFlow(declined, { retentionDays: 7 }).screen).toBe('consent-declined');
    expect(pageOfFlow(declined, { retentionDays: 7, asked: 'consent' }).screen).toBe('consent');
  });

  it.each([
    [['no_face'], 'selfie'],
    [['unreadable_document'], 'document_front'],
    [['expired_document'], 'document'],
    [['face_unclear', 'unreadable_document'], 'document_front'],
  ])('begins again where it helps: %j → %s', (reasons, next) => {
    expect(pageOfFlow(flow({ step: 'retry', reasons }), { retentionDays: 7, documentType: 'passport' })).toMatchObject({
      screen: 'retry',
      next,
    });
  });

  it('says who checks instead where the one that was chosen could not be reached', () => {
    const standIn = (part: Partial<FlowView>) =>
      pageOfFlow(flow({ insteadOf: 'Alpha', ...part }), { retentionDays: 7, asked: { picture: 'selfie' } });
    const own = [{ id: 'local', displayName: 'Here', handoff: 'capture', dataLeaves: 'organisation' }];
    expect(standIn({ providers: own })).toMatchObject({ screen: 'capture', standIn: { failed: 'Alpha' } });
    const handoff = { kind: 'redirect' as const, url: 'https://p.example/x', expiresAt: '2026-11-22T10:01:00Z' };
    expect(standIn({ step: 'partner', handoff, provider: 'beta', providerName: 'Beta' })).toMatchObject({
      screen: 'partner-handoff',
      standIn: { failed: 'Alpha', name: 'Beta' },
    });
    const ownFailed = { step: 'partner', handoff, provider: 'beta', providerName: 'Beta', insteadOfOwn: true } as const;
    expect(standIn(ownFailed)).toMatchObject({ standIn: { name: 'Beta' } });
    expect(standIn(ownFailed)).not.toHaveProperty('standIn.failed');
    expect(standIn({ insteadOf: null })).not.toHaveProperty('standIn');
  });

  describe('another try where who checks is a choice', () => {
    const offer = (id: string, handoff: string) => ({ id, displayName: id, handoff, dataLeaves: 'partner' });
    const again = (providers: FlowView['providers'], facts = {}, reasons = ['face_no_match']) =>
      pageOfFlow(flow({ step: 'retry', provider: null, evidence: {}, providers, reasons }), {
        retentionDays: 7,
        documentType: 'passport',
        ...facts,
      });
    const [redirect, capture, other] = [offer('a', 'redirect'), offer('b', 'capture'), offer('c', 'capture')] as const;

    it.each([
      ['a partner alone, with pages of its own', [redirect]],
      ['one of each', [capture, redirect]],
      ['two that work with our photos', [capture, other]],
    ])('begins at the choice, and takes no photo before it: %s', (_who, providers) => {
      expect(again(providers)).toMatchObject({ screen: 'retry', next: 'provider' });
      expect(again(providers, { asked: 'provider' })).toMatchObject({ screen: 'choose-provider' });
      expect(again(providers, { asked: { picture: 'document_front' } })).toMatchObject({ screen: 'retry' });
      expect(again(providers, {}, ['expired_document'])).toMatchObject({ next: 'document' });
    });

    it('begins at the photos where one alone works with them', () => {
      expect(again([capture])).toMatchObject({ next: 'selfie' });
      expect(again([capture], { asked: 'provider' })).toMatchObject({ screen: 'retry' });
      expect(again([capture], { asked: { picture: 'document_front' } })).toMatchObject({ screen: 'capture' });
    });
  });

  it('says what a held case waits for, and shows the number it was given', () => {
    const held = { step: 'held', state: 'held', heldUntil: '2026-11-23T10:00:00.000Z' } as const;
    const pageFor = (part: Partial<FlowView>) => pageOfFlow(flow({ ...held, ...part }), { retentionDays: 7 });
    const confirmation = { number: '47', sentTo: 2 };
    expect(pageFor({ stateReason: 'hold_running' })).toEqual({ screen: 'held', until: new Date(held.heldUntil) });
    expect(pageFor({ stateReason: 'waiting_for_notice' })).toEqual({
      screen: 'held',
      waitsFor: 'notice',
      until: new Date(flow({}).case.expiresAt),
    });
    expect(pageFor({ stateReason: 'waiting_for_return' })).toMatchObject({ waitsFor: 'return' });
    expect(pageFor({ stateReason: 'waiting_for_confirmation', confirmation })).toMatchObject({
      waitsFor: 'confirmation',
      confirmation,
    });
    expect(pageFor({ stateReason: 'waiting_for_confirmation' })).toMatchObject({ confirmation: undefined });
  });

  it.each([
    ['returns', true],
    ['beside', false],
  ])('T46 a page that leads to a partner and %s does not hold its address', (way, partnerReturns) => {
    const handoff = { kind: 'redirect' as const, url: 'https://p.example/x', expiresAt: '2026-11-22T10:01:00Z' };
    const page = pageOfFlow(flow({ step: 'partner', handoff, partnerReturns }), { retentionDays: 7 });
    expect(page).toEqual({ screen: 'partner-handoff', providerName: expect.any(String), way });
  });

  it('gives a partner page only with an address, and a wallet’s is on it', () => {
    const handoff = { kind: 'qr_deeplink' as const, url: 'openid-vc://x', qrSvg: '' };
    const facts = { retentionDays: 7 };
    expect(pageOfFlow(flow({ step: 'partner', handoff }), facts)).toMatchObject({
      way: 'wallet',
      url: 'openid-vc://x',
    });
    expect(pageOfFlow(flow({ step: 'partner', handoff: null }), facts)).toEqual({ screen: 'checking' });
  });
});
