import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import {
  cutOff,
  drawDocument,
  drawLicence,
  inventLicence,
  photograph,
  pickPortrait,
  showOnScreen,
} from '../../../test/cards/index.js';
import { SeededRandom } from '../../../scripts/harness/seeded-random.js';
import { InferenceClient } from '../client.js';
import { localEnvironment } from '../config.js';
import type { DocumentReading } from './document-reading.js';

const DAY = '2026-11-26';

/** The reader as it is deployed: in its child process, with the models of the last build. */
describe('DocumentReader', () => {
  const client = new InferenceClient({
    modelsDir: localEnvironment.parse({}).LOCAL_MODELS_DIR,
    timeoutMs: 60_000,
    workers: 1,
    logger: { info: () => undefined, warn: () => undefined },
  });
  let mrz: readonly string[];
  let number: string;
  let front: Buffer;
  let back: Buffer;

  beforeAll(async () => {
    const card = await drawDocument({ seed: 4, kind: 'td1', pixels: 1280 });
    ({ mrz } = card);
    number = card.data.documentNumber;
    front = await photograph(card.front, { seed: 1, severity: 'clean', cardWidth: 1280 });
    back = await photograph(card.back ?? card.front, { seed: 2, severity: 'medium', cardWidth: 1280 });
  });

  afterAll(() => client.close());

  const read = (pictures: { front: Uint8Array; back?: Uint8Array }): Promise<DocumentReading> =>
    client.read(pictures, DAY);

  it('reads both sides of a card, the back lying on its head', async () => {
    const inverted = await sharp(back).rotate(180).jpeg({ quality: 90 }).toBuffer();
    const reading = await read({ front, back: inverted });
    expect(reading.back?.mrz?.lines).toEqual(mrz);
    expect(reading.back?.printed).toBeUndefined();
    expect(reading.front.mrz).toBeUndefined();
    expect(reading.front.printed?.map(({ text }) => text.replace(/\s/g, ''))).toContain(number.slice(0, 9));
    expect(reading.front).toMatchObject({ reasons: [], signals: { screen: 'not_seen', photocopy: 'not_seen' } });
    const { width = 0, height = 1 } = reading.front.straightened ?? {};
    expect(width / height).toBeCloseTo(1.586, 1);
  });

  it('finds a barcode that is lost where bars are told from paper row by row', async () => {
    const random = new SeededRandom(90_345);
    const { back: side, text } = await drawLicence(inventLicence(random), { portrait: await pickPortrait(random) });
    const picture = await photograph(side, { seed: 90_345, severity: 'clean', cardWidth: 900 });
    expect((await read({ front: picture })).front.barcode?.text).toBe(text);
  });

  it('reads a side that lies across and says where its print stands', async () => {
    const { printed = [], straightened } = (await read({ front: await sharp(front).rotate(90).jpeg().toBuffer() }))
      .front;
    const title = printed.find(({ text }) => text.includes('REPUBLIC'));
    expect(title && straightened && title.box.top < straightened.height / 5).toBe(true);
  });

  it('says why a picture will not do', async () => {
    const small = await sharp(back).resize({ width: 700 }).jpeg().toBuffer();
    expect((await read({ front: small })).front.reasons).toContain('document_too_small');
    const dark = await sharp(back).linear(0.2).jpeg().toBuffer();
    expect((await read({ front: dark })).front.reasons).toContain('document_too_dark');
    const blurred = await sharp(back).blur(9).jpeg().toBuffer();
    expect((await read({ front: blurred })).front.reasons).toContain('document_blurred');
    const cut = await cutOff(back, { side: 'left', share: 0.3 });
    expect((await read({ front: cut })).front.reasons).toContain('document_cut_off');
  });

  it('sees a card on a screen', async () => {
    expect((await read({ front: await showOnScreen(front, 3) })).front.signals.screen).toBe('seen');
  });

  it('finds nothing in a blank picture, in one of a few pixels and in no picture', async () => {
    const blank = await sharp({ create: { width: 900, height: 700, channels: 3, background: '#9a9a9a' } })
      .png()
      .toBuffer();
    const dot = await sharp({ create: { width: 3, height: 2, channels: 3, background: '#fff' } })
      .png()
      .toBuffer();
    for (const picture of [blank, dot, Buffer.from('no picture'), new Uint8Array(0)]) {
      const { front: side } = await read({ front: picture });
      expect([side.mrz, side.barcode, side.straightened]).toEqual([undefined, undefined, undefined]);
      expect(side.printed ?? []).toEqual([]);
      expect(side.reasons).not.toEqual([]);
    }
  });
});
