import { describe, expect, it } from '@jest/globals';
import { isOnRow, lengthOf, zonesIn } from './text-rows.js';
import type { TextShape } from './text-shapes.js';

function line(x: number, y: number, length: number, degrees = 0): TextShape {
  return { centre: { x, y }, angle: (degrees * Math.PI) / 180, length, thickness: 20, confidence: 0.9 };
}

describe('zonesIn', () => {
  it('finds three long rows one under another, from top to bottom', () => {
    const [zone, ...others] = zonesIn([
      line(400, 460, 640),
      line(150, 100, 200),
      line(400, 380, 640),
      line(400, 420, 640),
      line(200, 60, 90),
    ]);
    expect(zone?.map(({ start }) => start.y)).toEqual([380, 420, 460]);
    expect(others).toEqual([]);
  });

  it('joins a row that was torn', () => {
    const [zone] = zonesIn([line(400, 400, 640), line(220, 440, 280), line(560, 441, 320)]);
    expect(zone).toHaveLength(2);
    expect(lengthOf(zone?.[1] ?? { start: { x: 0, y: 0 }, end: { x: 0, y: 0 }, thickness: 1 })).toBeCloseTo(640, 0);
  });

  it('finds rows that run upright or are turned', () => {
    for (const degrees of [90, -90, 37]) {
      const [cosine, sine] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
      const [zone] = zonesIn([0, 40].map((off) => line(400 - off * sine, 400 + off * cosine, 640, degrees)));
      expect(zone).toHaveLength(2);
    }
  });

  it('keeps rows apart that lean, are far away or begin elsewhere', () => {
    expect(zonesIn([line(400, 400, 640), line(400, 445, 640, 9)]).map((zone) => zone.length)).toEqual([1, 1]);
    expect(zonesIn([line(400, 300, 640), line(400, 400, 640)]).map((zone) => zone.length)).toEqual([1, 1]);
    expect(zonesIn([line(400, 400, 640), line(600, 440, 640)]).map((zone) => zone.length)).toEqual([1, 1]);
  });

  it('finds none among short lines', () => {
    expect(zonesIn([line(100, 100, 180), line(100, 140, 180)])).toEqual([]);
    expect(zonesIn([])).toEqual([]);
  });
});

describe('isOnRow', () => {
  const row = { start: { x: 100, y: 100 }, end: { x: 500, y: 100 }, thickness: 20 };

  it('tells the row’s own letters from what stands beside it', () => {
    expect(isOnRow({ x: 300, y: 106 }, row)).toBe(true);
    expect(isOnRow({ x: 300, y: 115 }, row)).toBe(false);
    expect(isOnRow({ x: 540, y: 100 }, row)).toBe(false);
  });
});
