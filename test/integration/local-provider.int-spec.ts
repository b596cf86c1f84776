import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp, { type Sharp } from 'sharp';
import type { DemoPictures } from '../../src/embedded/demo-people/index.js';
import {
  Sensitive,
  type Check,
  type CheckKind,
  type EvidenceKind,
  type ProviderReport,
  type SessionContext,
} from '../../providers/kit/index.js';
import { localProvider, type LocalAdapter } from '../../providers/local/index.js';
import { demoPictures } from '../support/demo-pictures.js';

const NOW = new Date('2026-11-22T10:00:00.000Z');
const SESSION = { reference: 'vs_1', externalId: 'vs_1', attempt: 1, nonce: 'n0nce', returnUrl: '' };

describe('localProvider', () => {
  let adapter: LocalAdapter;
  let ana: DemoPictures;
  let bea: DemoPictures;

  beforeAll(async () => {
    const pictures = await demoPictures();
    ana = present(pictures.get('demo.ana'));
    bea = present(pictures.get('demo.bea'));
    adapter = localProvider.create(localProvider.environment.parse({ LOCAL_INFERENCE_TIMEOUT_MS: '60000' }), {
      http: { send: () => Promise.reject(new Error('The local provider calls nobody.')) },
      clock: { now: () => NOW },
      logger: { info: () => undefined, warn: () => undefined },
    });
  });

  afterAll(() => adapter.close());

  it('asks for capture and is its own session', async () => {
    const context = { ...SESSION, webhookUrl: '', language: 'en' };
    expect(await adapter.createSession(context)).toEqual({ externalId: 'vs_1', handoff: { kind: 'capture' } });
  });

  it.each(['ana', 'bea'] as const)('finds that %s, her card and her record are one person', async (name) => {
    const { documentFront, selfie, referencePortrait } = name === 'ana' ? ana : bea;
    const report = await reportOn({ document_front: documentFront, selfie }, referencePortrait);
    expect(report).toMatchObject({
      status: 'completed',
      terminal: true,
      binding: { externalId: 'vs_1', nonce: 'n0nce' },
      provenance: {
        checkedAt: NOW.toISOString(),
        live: true,
        procedure: expect.stringMatching(/^local-faces-\d+ fused [0-9a-f.]+; local-documents-\d+ [0-9a-f.]+$/),
      },
    });
    expect(checkOf(report, 'face_match')).toMatchObject({ result: 'pass', reasonCodes: ['ok'] });
    expect(checkOf(report, 'reference_portrait_match')).toMatchObject({ result: 'pass', reasonCodes: ['ok'] });
    expect(checkOf(report, 'presentation_attack')).toMatchObject({
      result: 'indeterminate',
      reasonCodes: ['passive_signal_only'],
    });
  });

  /** A card of 1,190 pixels, and a photograph of somebody else beside it. */
  async function besideCard(width: number, picture = 1_390): Promise<Buffer> {
    const beside = await sharp(bea.referencePortrait).resize({ width }).toBuffer();
    const card = sharp(ana.documentFront).resize({ width: picture });
    const { height = 0 } = await sharp(await card.toBuffer()).metadata();
    const below = Math.max(0, Math.ceil((width * 760) / 600) + 80 - height);
    const both = await card
      .extend({ right: width + 80, bottom: below, background: '#6b5642' })
      .png()
      .toBuffer();
    return sharp(both)
      .composite([{ input: beside, left: picture + 40, top: 40 }])
      .jpeg({ quality: 90 })
      .toBuffer();
  }

  it.each([240, 480, 740, 900])(
    'T66: does not take a photograph of %d pixels beside a stranger’s card for its portrait',
    async (width) => {
      const both = await besideCard(width);
      const report = await reportOn({ document_front: both, selfie: bea.selfie }, bea.referencePortrait);
      for (const kind of ['face_match', 'reference_portrait_match'] as const)
        expect(checkOf(report, kind)).toMatchObject({ result: expect.stringMatching(/^(fail|indeterminate)$/) });
    },
  );

  it('T66: asks for another picture of a document with a large photograph beside it', async () => {
    expect(await adapter.checkCapture('document_front', await besideCard(740, 1_640))).toEqual([
      'portrait_not_on_document',
    ]);
  });

  it('T66: does not take a large photograph behind a stranger’s card for its portrait', async () => {
    const behind = await sharp(bea.referencePortrait).resize({ width: 1_400 }).toBuffer();
    const card = await sharp(ana.documentFront).resize({ width: 1_190 }).toBuffer();
    const { height = 0 } = await sharp(card).metadata();
    const held = await sharp(behind)
      .extend({ bottom: height - 300, background: '#444' })
      .composite([{ input: card, left: 100, top: Math.round((1_400 * 760) / 600) - 300 }])
      .jpeg({ quality: 90 })
      .toBuffer();
    const report = await reportOn({ document_front: held, selfie: bea.selfie });
    expect(checkOf(report, 'face_match').result).not.toBe('pass');
  });

  it.each(['ana', 'bea'] as const)('refuses another person’s selfie with %s’s card', async (name) => {
    const { documentFront, otherSelfie, referencePortrait } = name === 'ana' ? ana : bea;
    const report = await reportOn({ document_front: documentFront, selfie: otherSelfie }, referencePortrait);
    expect(checkOf(report, 'face_match')).toMatchObject({ result: 'fail', reasonCodes: ['faces_differ'] });
    expect(checkOf(report, 'reference_portrait_match')).toMatchObject({
      result: 'fail',
      reasonCodes: ['faces_differ'],
    });
  });

  it('refuses somebody with a card of their own who is not the person on record', async () => {
    const report = await reportOn({ document_front: ana.documentFront, selfie: ana.selfie }, bea.referencePortrait);
    expect(checkOf(report, 'face_match').result).toBe('pass');
    expect(checkOf(report, 'reference_portrait_match')).toMatchObject({
      result: 'fail',
      reasonCodes: ['faces_differ'],
    });
  });

  it('leaves a portrait on record without a face to a reviewer, and the selfie as good as it is', async () => {
    const report = await reportOn({ document_front: ana.documentFront, selfie: ana.selfie }, ana.documentBack);
    expect(checkOf(report, 'face_match').result).toBe('pass');
    expect(checkOf(report, 'reference_portrait_match')).toMatchObject({
      result: 'indeterminate',
      reasonCodes: ['reference_unusable'],
    });
    expect(await adapter.checkReferencePortrait(ana.documentBack)).toEqual(['no_face_found']);
    expect(await adapter.checkReferencePortrait(ana.referencePortrait)).toEqual([]);
  });

  it('does not run the reference check when nothing is on record', async () => {
    const report = await reportOn({ document_front: ana.documentFront, selfie: ana.selfie });
    expect(checkOf(report, 'reference_portrait_match')).toMatchObject({
      result: 'not_run',
      reasonCodes: ['no_reference_on_record'],
    });
  });

  it.each([
    ['cut out of the card', (picture: Sharp) => picture],
    ['cut out, mirrored and compressed', (picture: Sharp) => picture.flop().jpeg({ quality: 40 })],
    ['cut out and brightened', (picture: Sharp) => picture.modulate({ brightness: 1.2 })],
    ['cut out, stretched and blurred', (picture: Sharp) => picture.resize(820, 914, { fit: 'fill' }).blur(3)],
    ['cut out and held askew', (picture: Sharp) => picture.affine([1, 0.12, -0.06, 0.9], { background: '#777' })],
  ])('T73: catches a selfie that was %s', async (_, change) => {
    const cut = sharp(ana.documentFront)
      .extract({ left: 177, top: 316, width: 397, height: 503 })
      .resize({ width: 720 });
    const selfie = await change(sharp(await cut.png().toBuffer())).toBuffer();
    const report = await reportOn({ document_front: ana.documentFront, selfie }, ana.referencePortrait);
    expect(checkOf(report, 'face_match')).toMatchObject({ result: 'fail', reasonCodes: ['selfie_copies_portrait'] });
    expect(checkOf(report, 'reference_portrait_match').result).toBe('fail');
  });

  it('T73: catches the portrait on record sent as a selfie', async () => {
    const report = await reportOn(
      { document_front: ana.documentFront, selfie: ana.referencePortrait },
      ana.referencePortrait,
    );
    expect(checkOf(report, 'reference_portrait_match')).toMatchObject({ reasonCodes: ['selfie_copies_portrait'] });
  });

  it.each([90, 180, 270])('reads a card turned by %d degrees', async (degrees) => {
    const turned = await sharp(ana.documentFront).rotate(degrees).jpeg({ quality: 90 }).toBuffer();
    const report = await reportOn({ document_front: turned, selfie: ana.selfie });
    expect(checkOf(report, 'face_match').result).toBe('pass');
  });

  it('T76: says at once what is wrong with a picture', async () => {
    const [width, height] = [720, 900];
    const beside = { create: { width: 2 * width, height, channels: 3 as const, background: '#fff' } };
    const pair = await sharp(beside)
      .composite([
        { input: Buffer.from(ana.selfie), left: 0, top: 0 },
        { input: Buffer.from(bea.selfie), left: width, top: 0 },
      ])
      .jpeg()
      .toBuffer();
    const pixel = await sharp({ create: { width: 1, height: 1, channels: 3, background: '#000' } })
      .png()
      .toBuffer();
    const black = await sharp({ create: { width: 720, height: 900, channels: 3, background: '#000' } })
      .jpeg()
      .toBuffer();
    const small = await sharp(ana.selfie).resize({ width: 110 }).jpeg().toBuffer();
    const blurred = await sharp(ana.selfie).blur(14).jpeg().toBuffer();
    expect(await adapter.checkCapture('selfie', ana.selfie)).toEqual([]);
    expect(await adapter.checkCapture('document_front', ana.documentFront)).toEqual([]);
    expect(await adapter.checkCapture('document_back', ana.documentBack)).toEqual([]);
    expect(await adapter.checkCapture('document_front', ana.documentBack)).toEqual(['no_portrait_on_document']);
    expect(await adapter.checkCapture('selfie', pair)).toEqual(['several_faces_found']);
    expect(await adapter.checkCapture('selfie', pixel)).toEqual(['no_face_found']);
    expect(await adapter.checkCapture('selfie', black)).toEqual(['no_face_found']);
    expect(await adapter.checkCapture('document_front', black)).toEqual(['no_portrait_on_document']);
    expect(await adapter.checkCapture('selfie', small)).toContain('face_too_small');
    expect(await adapter.checkCapture('selfie', blurred)).toContain('face_blurred');
  });

  it('refuses to report without the pictures', async () => {
    await expect(reportOn({ selfie: ana.selfie })).rejects.toMatchObject({ code: 'rejected' });
    await expect(adapter.fetchResult(SESSION)).rejects.toMatchObject({ code: 'rejected' });
  });

  it('is healthy with the pinned models', async () => {
    expect(await adapter.health()).toEqual({ ok: true });
  });

  function reportOn(
    pictures: Partial<Record<EvidenceKind, Uint8Array>>,
    reference?: Uint8Array,
  ): Promise<ProviderReport> {
    const sensitive = (bytes: Uint8Array | undefined) => Promise.resolve(bytes && new Sensitive(bytes));
    const context: SessionContext = {
      ...SESSION,
      evidence: {
        read: (kind) => sensitive(pictures[kind]),
        isSaidToBeLive: async () => true,
        readReferencePortrait: () => sensitive(reference),
      },
    };
    return adapter.fetchResult(context);
  }
});

function checkOf(report: ProviderReport, kind: CheckKind): Check {
  return present(report.checks.find((check) => check.kind === kind));
}

function present<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('Expected a value.');
  return value;
}
