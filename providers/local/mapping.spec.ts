import { describe, expect, it } from '@jest/globals';
import { CHECK_KINDS, type Check, type CheckKind } from '../kit/index.js';
import { rectangle } from './documents/picture/homography.js';
import type { ReadingPlace } from './documents/picture/reading-place.js';
import { ATTACK_SIGNAL_NAME, toFaceChecks } from './mapping.js';
import type { FaceComparison, FacePairComparison } from './types.js';

const SAME: FacePairComparison = { similarity: 0.96, band: 'strong', samePhotograph: false, usable: true };
const COPY: FacePairComparison = { ...SAME, similarity: 0.99, samePhotograph: true };
const UNSURE: FacePairComparison = { ...SAME, similarity: 0.91, band: 'unsure' };
const OTHER: FacePairComparison = { ...SAME, similarity: 0.85, band: 'different' };

const GENUINE: FaceComparison = {
  procedure: 'local-faces-2 fused 00000000',
  selfie: { reasons: [] },
  document: { reasons: [], faces: [{ centre: { x: 0.25, y: 0.5 }, width: 0.12 }] },
  reference: { reasons: [] },
  selfieToDocument: SAME,
  selfieToReference: SAME,
  documentToReference: COPY,
};

/** A card that fills the picture. */
const PLACE: ReadingPlace = {
  outline: rectangle(1, 0.63),
  zone: [
    { x: 0.05, y: 0.6 },
    { x: 0.95, y: 0.6 },
  ],
  text: [],
};
const faceChecks = (comparison: FaceComparison, place: ReadingPlace | undefined = PLACE): Check[] =>
  toFaceChecks(comparison, place);

describe('toFaceChecks', () => {
  it('passes both comparisons of a genuine set and reports the least alike pair', () => {
    const checks = faceChecks({ ...GENUINE, selfieToReference: { ...SAME, similarity: 0.93, band: 'match' } });
    expect(checkOf(checks, 'face_match')).toMatchObject({
      result: 'pass',
      reasonCodes: ['ok'],
      score: 0.96,
      level: 'strong',
    });
    expect(checkOf(checks, 'reference_portrait_match')).toMatchObject({ result: 'pass', score: 0.93, level: 'match' });
  });

  it('says something about every kind but the document’s own, and passes none that it did not run', () => {
    const checks = faceChecks(GENUINE);
    const ofFaces = CHECK_KINDS.filter((kind) => !kind.startsWith('document_') && kind !== 'data_match');
    expect(checks.map(({ kind }) => kind).sort()).toEqual([...ofFaces].sort());
    const passed = checks.filter(({ result }) => result === 'pass').map(({ kind }) => kind);
    expect(passed.sort()).toEqual(['face_match', 'reference_portrait_match']);
  });

  it('does not run the reference check without a reference', () => {
    const { reference: _, selfieToReference: __, documentToReference: ___, ...rest } = GENUINE;
    expect(checkOf(faceChecks(rest), 'reference_portrait_match')).toMatchObject({
      result: 'not_run',
      reasonCodes: ['no_reference_on_record'],
    });
  });

  it.each([
    ['selfie', { selfieToReference: OTHER }],
    ['document portrait', { documentToReference: OTHER }],
  ])('fails the reference check when only the %s differs from the record', (_, change) => {
    const check = checkOf(faceChecks({ ...GENUINE, ...change }), 'reference_portrait_match');
    expect(check).toMatchObject({ result: 'fail', reasonCodes: ['faces_differ'] });
  });

  it('takes a selfie that is the portrait for a copy, not for a perfect match (T73)', () => {
    expect(checkOf(faceChecks({ ...GENUINE, selfieToDocument: COPY }), 'face_match')).toMatchObject({
      result: 'fail',
      reasonCodes: ['selfie_copies_portrait'],
    });
    expect(checkOf(faceChecks({ ...GENUINE, selfieToReference: COPY }), 'reference_portrait_match').result).toBe(
      'fail',
    );
  });

  it('refuses a copy even when it is too poor to be compared (T73)', () => {
    const poor = { ...GENUINE, selfie: { reasons: ['face_blurred' as const] } };
    const check = checkOf(faceChecks({ ...poor, selfieToDocument: { ...COPY, usable: false } }), 'face_match');
    expect(check).toMatchObject({ result: 'fail', reasonCodes: ['selfie_copies_portrait'] });
  });

  it.each([
    ['alike', SAME],
    ['different', OTHER],
  ])('says nothing of two faces that look %s in a picture that is not good enough', (_, pair) => {
    const poor = { ...GENUINE, selfie: { reasons: ['face_blurred' as const] } };
    const check = checkOf(faceChecks({ ...poor, selfieToDocument: { ...pair, usable: false } }), 'face_match');
    expect(check).toMatchObject({ result: 'indeterminate', reasonCodes: ['face_blurred'] });
    expect(check.score).toBeUndefined();
  });

  it('sends a portrait that is not the one printed small beside it to a person', () => {
    const second = (agreement: 'same' | 'unclear' | 'differs') => ({
      ...GENUINE,
      secondPortrait: { agreement, similarity: 0.1 },
    });
    expect(checkOf(faceChecks(second('differs')), 'face_match')).toMatchObject({
      result: 'indeterminate',
      reasonCodes: ['document_inconsistent'],
    });
    expect(checkOf(faceChecks(second('unclear')), 'face_match').result).toBe('pass');
    expect(checkOf(faceChecks({ ...second('same'), selfieToDocument: OTHER }), 'face_match').result).toBe('fail');
  });

  it('never lets a passive look pass for presentation attack detection (T70)', () => {
    const withAttack = (attack: FaceComparison['attack']) =>
      checkOf(faceChecks({ ...GENUINE, attack }), 'presentation_attack');
    expect(withAttack(undefined)).toMatchObject({ result: 'not_run', reasonCodes: ['not_supported_by_provider'] });
    expect(withAttack({ state: 'nothing_seen', live: 1 })).toMatchObject({
      result: 'indeterminate',
      reasonCodes: ['passive_signal_only'],
      rawName: ATTACK_SIGNAL_NAME,
    });
    expect(withAttack({ state: 'suspected', live: 0.1 })).toMatchObject({
      result: 'indeterminate',
      reasonCodes: ['presentation_attack_suspected', 'passive_signal_only'],
      rawName: ATTACK_SIGNAL_NAME,
    });
  });

  it('says of a selfie without a single face that this is why nothing was looked at, not that nobody can look (T70)', () => {
    const nobody: FaceComparison = {
      ...GENUINE,
      selfie: { reasons: ['several_faces_found'] },
      attack: { state: 'not_looked' },
    };
    expect(checkOf(faceChecks(nobody), 'presentation_attack')).toMatchObject({
      result: 'not_run',
      reasonCodes: ['several_faces_found'],
    });
  });

  it('prints the measured weakness of the attack signal wherever its result is, in the length a report allows', () => {
    expect(ATTACK_SIGNAL_NAME).toMatch(/19 % of screens.*46 % of prints/);
    expect(ATTACK_SIGNAL_NAME.length).toBeLessThanOrEqual(100);
  });

  it('leaves a doubtful pair to a person', () => {
    expect(checkOf(faceChecks({ ...GENUINE, selfieToDocument: UNSURE }), 'face_match')).toMatchObject({
      result: 'indeterminate',
      reasonCodes: ['faces_similar_unsure'],
    });
  });

  it.each([
    ['no_face_found', 'fail'],
    ['several_faces_found', 'fail'],
    ['face_blurred', 'indeterminate'],
    ['face_turned_away', 'indeterminate'],
  ] as const)('with a selfie that has %s ends as %s', (reason, result) => {
    const poor: FaceComparison = {
      ...GENUINE,
      selfie: { reasons: [reason] },
      selfieToDocument: undefined,
      selfieToReference: undefined,
    };
    expect(checkOf(faceChecks(poor), 'face_match')).toMatchObject({ result, reasonCodes: [reason] });
    expect(checkOf(faceChecks(poor), 'reference_portrait_match')).toMatchObject({ result, reasonCodes: [reason] });
  });

  it.each([
    [
      'a second face beside the document',
      [
        { centre: { x: 0.25, y: 0.5 }, width: 0.12 },
        { centre: { x: 0.5, y: 0.9 }, width: 0.05 },
      ],
    ],
    ['a face larger than a portrait', [{ centre: { x: 0.25, y: 0.5 }, width: 0.32 }]],
  ])('never passes the picture of a document with %s (T66)', (_, faces) => {
    const check = checkOf(faceChecks({ ...GENUINE, document: { reasons: [], faces } }), 'face_match');
    expect(check).toMatchObject({ result: 'indeterminate', reasonCodes: ['portrait_not_on_document'] });
  });

  it('never passes a portrait on a document of which nothing was read (T66)', () => {
    const nowhere = toFaceChecks(GENUINE, undefined);
    const open = { result: 'indeterminate', reasonCodes: ['document_unreadable'] };
    expect(checkOf(nowhere, 'face_match')).toMatchObject(open);
    const unread = faceChecks(GENUINE, { text: [] });
    expect(checkOf(unread, 'face_match')).toMatchObject(open);
  });

  it.each(['no_face_found', 'several_faces_found', 'face_blurred'] as const)(
    'leaves a record’s portrait with %s to a reviewer and blames nobody for it',
    (reason) => {
      const poor: FaceComparison = {
        ...GENUINE,
        reference: { reasons: [reason] },
        selfieToReference: undefined,
        documentToReference: undefined,
      };
      expect(checkOf(faceChecks(poor), 'reference_portrait_match')).toEqual({
        kind: 'reference_portrait_match',
        rawName: 'both_to_reference',
        result: 'indeterminate',
        reasonCodes: ['reference_unusable'],
      });
      expect(checkOf(faceChecks(poor), 'face_match').result).toBe('pass');
    },
  );

  it('never passes a comparison that is simply missing', () => {
    expect(checkOf(faceChecks({ ...GENUINE, selfieToDocument: undefined }), 'face_match').result).not.toBe('pass');
    expect(
      checkOf(faceChecks({ ...GENUINE, selfieToReference: undefined }), 'reference_portrait_match').result,
    ).not.toBe('pass');
  });
});

function checkOf(checks: readonly Check[], kind: CheckKind): Check {
  const check = checks.find((candidate) => candidate.kind === kind);
  if (!check) throw new Error(`No check ${kind}.`);
  return check;
}
