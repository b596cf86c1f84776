import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { CheckReason, EvidenceKind } from '../../../providers/kit/index.js';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import { OWN_MACHINE, ScriptedProvider } from '../../../test/support/verification/scripted-provider.js';
import { newBrowser, openCase } from '../../../test/support/verification/world-cases.js';
import {
  createVerificationWorld,
  type VerificationWorld,
} from '../../../test/support/verification/verification-world.js';

const GOOD = { width: 1200, height: 900, sharpness: 300, meanLuminance: 120, perceptualHash: '0'.repeat(16) };
const PICTURES_FOR_A_PARTNER = { ...OWN_MACHINE, dataLeaves: 'partner' } as const;

describe('the first look at a picture, while the person still holds the document', () => {
  let test: TestDatabase;
  let world: VerificationWorld;
  let local: ScriptedProvider;
  let partner: ScriptedProvider;
  let looks: EvidenceKind[];
  let found: CheckReason[];

  beforeAll(async () => {
    test = await openTestDatabase();
  });
  afterAll(() => test.close());
  beforeEach(() => {
    looks = [];
    found = [];
    local = new ScriptedProvider('local', OWN_MACHINE);
    local.checkCapture = async (kind) => {
      looks.push(kind);
      return found;
    };
    partner = new ScriptedProvider('camera', PICTURES_FOR_A_PARTNER);
    partner.submitEvidence = async () => undefined;
    world = createVerificationWorld({
      database: test.database,
      providers: [partner, local],
      sanitiser: { sanitise: async (bytes) => ({ ...GOOD, jpeg: bytes }), close: async () => undefined },
    });
  });

  async function uploader(provider: string, kind: EvidenceKind = 'document_front') {
    const { id: caseId } = await openCase(world, { providers: [provider] });
    const browser = newBrowser();
    let photograph = 0;
    return () =>
      world.uploads.upload({
        caseId,
        ...browser,
        kind,
        bytes: Buffer.from(`${caseId} ${(photograph += 1)}`),
      });
  }

  it('asks for another picture once, and then takes it: whoever reads it decides', async () => {
    const upload = await uploader('local');
    found = ['document_glare', 'document_unreadable'];
    expect(await upload()).toMatchObject({ accepted: false, reasons: ['glare', 'unreadable_document'] });
    found = ['document_unreadable'];
    expect(await upload()).toMatchObject({ accepted: true });
  });

  it.each<[CheckReason, string]>([
    ['portrait_unclear', 'portrait_unclear'],
    ['portrait_not_on_document', 'face_beside_document'],
  ])(
    'says of a document with %s what to do about the document, once, and leaves the rest to the check',
    async (reason, told) => {
      const upload = await uploader('local');
      found = [reason];
      expect(await upload()).toMatchObject({ accepted: false, reasons: [told] });
      expect(await upload()).toMatchObject({ accepted: true });
    },
  );

  it.each<[EvidenceKind, CheckReason, string]>([
    ['document_front', 'document_expired', 'expired_document'],
    ['document_front', 'no_portrait_on_document', 'no_portrait'],
    ['selfie', 'no_face_found', 'no_face'],
  ])('never takes a %s with %s for a check of its own', async (kind, reason, told) => {
    const upload = await uploader('local', kind);
    found = ['document_unreadable'];
    expect(await upload()).toMatchObject({ accepted: false });
    found = [reason, 'document_unreadable'];
    for (let attempt = 0; attempt < 3; attempt += 1) {
      expect(await upload()).toMatchObject({ accepted: false, reasons: [told, 'unreadable_document'] });
    }
  });

  it('T68 never takes an expired document for a partner either, who would be paid for nothing', async () => {
    const upload = await uploader('camera');
    found = ['document_glare'];
    expect(await upload()).toMatchObject({ accepted: false });
    found = ['document_expired'];
    for (let attempt = 0; attempt < 2; attempt += 1) {
      expect(await upload()).toMatchObject({ accepted: false, reasons: ['expired_document'] });
    }
  });

  it.each<[EvidenceKind, CheckReason, string]>([
    ['document_front', 'document_unreadable', 'unreadable_document'],
    ['document_front', 'no_portrait_on_document', 'no_portrait'],
    ['selfie', 'no_face_found', 'no_face'],
    ['selfie', 'face_blurred', 'face_unclear'],
  ])('only advises before a partner: a %s with %s is taken the second time', async (kind, reason, told) => {
    const upload = await uploader('camera', kind);
    found = [reason];
    expect(await upload()).toMatchObject({ accepted: false, reasons: [told] });
    expect(await upload()).toMatchObject({ accepted: true });
    expect(looks).toEqual([kind, kind]);
  });

  it('shows nothing to another provider whose pictures leave the organisation', async () => {
    const upload = await uploader('local');
    local.checkCapture = undefined;
    partner.checkCapture = async (kind) => {
      looks.push(kind);
      return ['document_expired'];
    };
    expect(await upload()).toMatchObject({ accepted: true });
    expect(looks).toEqual([]);
  });

  it('refuses nobody when it cannot be had', async () => {
    const upload = await uploader('local');
    local.checkCapture = () => Promise.reject(new Error('busy'));
    expect(await upload()).toMatchObject({ accepted: true });
  });
});
