import { describe, expect, it } from '@jest/globals';
import { parseMrz } from '../../providers/local/documents/mrz/parse-mrz.js';
import { machineReadableZone } from '../../src/embedded/specimens/index.js';
import { inventHolder } from '../../test/cards/index.js';
import { SeededRandom } from '../harness/seeded-random.js';
import { CARDS_DAY } from './card-score.js';
import { forgeZone } from './forged-zone.js';

describe('forgeZone', () => {
  it.each(['td1', 'td2', 'td3', 'mrv_a', 'mrv_b'] as const)(
    'changes one character, and the zone is refused: %s',
    (kind) => {
      const random = new SeededRandom(5);
      for (let count = 0; count < 100; count += 1) {
        const zone = machineReadableZone(kind, inventHolder(random));
        const right = zone.join('');
        const forged = forgeZone(zone, random);
        expect([...forged.join('')].filter((character, at) => character !== right[at])).toHaveLength(1);
        expect(parseMrz(forged, CARDS_DAY).kind).toBe('faulty');
      }
    },
  );
});
