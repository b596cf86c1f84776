import { describe, expect, it } from '@jest/globals';
import { alignFace, ARCFACE_TEMPLATE, DLIB_TEMPLATE, scaleTemplate, type AlignmentTemplate } from './alignment.js';
import type { FacePoints } from './face-mesh.js';
import { applySimilarity } from './geometry.js';

describe.each([
  ['dlib', DLIB_TEMPLATE],
  ['ArcFace', ARCFACE_TEMPLATE],
  ['scaled', scaleTemplate(ARCFACE_TEMPLATE, 56)],
])('alignFace onto the %s template', (_, template) => {
  it('finds the turn, scale and shift of a face whose points lie on it', () => {
    const truth = { a: 1.2, b: 0.7, shiftX: 30, shiftY: -12 };
    const toPicture = alignFace(moved(template, truth), template);
    expect(toPicture.a).toBeCloseTo(truth.a, 6);
    expect(toPicture.b).toBeCloseTo(truth.b, 6);
    expect(toPicture.shiftX).toBeCloseTo(truth.shiftX, 5);
  });

  it('refuses points that coincide', () => {
    const nothing = { a: 0, b: 0, shiftX: 5, shiftY: 5 };
    expect(() => alignFace(moved(template, nothing), template)).toThrow(RangeError);
  });
});

describe('scaleTemplate', () => {
  it('keeps proportions', () => {
    const half = scaleTemplate(DLIB_TEMPLATE, 75);
    expect(half.size).toBe(75);
    expect(half.points.nose.x).toBeCloseTo(DLIB_TEMPLATE.points.nose.x / 2, 10);
  });
});

function moved({ points }: AlignmentTemplate, by: Parameters<typeof applySimilarity>[0]): FacePoints {
  return {
    leftEye: applySimilarity(by, points.leftEye),
    rightEye: applySimilarity(by, points.rightEye),
    nose: applySimilarity(by, points.nose),
    leftMouth: applySimilarity(by, points.leftMouth),
    rightMouth: applySimilarity(by, points.rightMouth),
  };
}
