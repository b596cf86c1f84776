import { describe, expect, it } from '@jest/globals';
import { foundFace } from '../../../test/support/found-face.js';
import { AttackSignal } from './attack-signal.js';
import type { FoundFace } from './face-finder.js';
import type { Box } from './geometry.js';

const WIDTH = 300;
const HEIGHT = 200;

describe('AttackSignal', () => {
  it.each([
    ['a likely person', [4, 0, 0], 'nothing_seen'],
    ['a likely print', [0, 4, 0], 'suspected'],
    ['a likely screen', [0, 0, 4], 'suspected'],
    ['a tie of print and person', [1, 1, -9], 'suspected'],
    ['NaN', [NaN, 0, 0], 'suspected'],
    ['nothing', [], 'suspected'],
  ] as const)('for %s says so (T70)', async (_, logits, state) => {
    const finding = await signalAnswering(logits).look(faceIn({ x: 100, y: 60, width: 60, height: 80 }));
    expect(finding.state).toBe(state);
    expect(finding.live).toBeGreaterThanOrEqual(0);
    expect(finding.live).toBeLessThanOrEqual(1);
  });

  it('shows the network the face with its surroundings, blue first, all of it inside the picture', async () => {
    const inputs: Float32Array[] = [];
    const signal = new AttackSignal((input) => {
      inputs.push(input);
      return Promise.resolve(Float32Array.of(1, 0, 0));
    });
    for (const x of [-20, 100, 290]) await signal.look(faceIn({ x, y: 60, width: 60, height: 80 }));
    for (const input of inputs) {
      expect(input).toHaveLength(3 * 128 * 128);
      expect([input[0], input[128 * 128], input[2 * 128 * 128]]).toEqual([30, 20, 10]);
      expect(input.every((value, at) => value === [30, 20, 10][Math.floor(at / (128 * 128))])).toBe(true);
    }
  });
});

function signalAnswering(logits: readonly number[]): AttackSignal {
  return new AttackSignal(() => Promise.resolve(Float32Array.from(logits)));
}

/** On one even colour: red 10, green 20, blue 30. */
function faceIn(box: Box): FoundFace {
  const pixels = Uint8Array.from({ length: 3 * WIDTH * HEIGHT }, (_, at) => 10 * (1 + (at % 3)));
  const picture = { width: WIDTH, height: HEIGHT, pixels };
  return foundFace(picture, { place: { a: 1, b: 0, shiftX: 0, shiftY: 0 }, box });
}
