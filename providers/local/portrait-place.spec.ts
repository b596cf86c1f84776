import { describe, expect, it } from '@jest/globals';
import { rectangle, type Quad } from './documents/picture/homography.js';
import type { ReadingPlace } from './documents/picture/reading-place.js';
import { portraitPlaceReasons } from './portrait-place.js';
import type { PlacedFace } from './types.js';

/** A card 0.5 wide in the middle of a picture, in longer sides of it. */
const OUTLINE: Quad = [
  { x: 0.25, y: 0.2 },
  { x: 0.75, y: 0.2 },
  { x: 0.75, y: 0.52 },
  { x: 0.25, y: 0.52 },
];
const ZONE = [
  { x: 0.28, y: 0.5 },
  { x: 0.72, y: 0.5 },
] as const;
const line = (x: number, y: number, width: number): Quad => {
  const [a, b, c, d] = rectangle(width, 0.01);
  const put = (point: { x: number; y: number }) => ({ x: x + point.x, y: y + point.y });
  return [put(a), put(b), put(c), put(d)];
};
const PRINT = [line(0.43, 0.22, 0.3), line(0.43, 0.3, 0.2), line(0.43, 0.45, 0.25)];

const ON_CARD = face(0.33, 0.35, 0.08);
const CARD: ReadingPlace = { outline: OUTLINE, text: PRINT };
const PAGE: ReadingPlace = { outline: OUTLINE, zone: ZONE, text: PRINT };
const FILLED_BY_CARD: ReadingPlace = { text: PRINT };
const FILLED_BY_PAGE: ReadingPlace = { zone: ZONE, text: PRINT };

describe('portraitPlaceReasons', () => {
  describe.each([
    ['a card', CARD],
    ['a page with a zone', PAGE],
    ['a card without a plain outline', FILLED_BY_CARD],
    ['a page without a plain outline', FILLED_BY_PAGE],
  ])('T66: on %s', (_, place) => {
    it('takes a portrait where portraits are, and its ghost', () => {
      expect(portraitPlaceReasons([ON_CARD, face(0.66, 0.35, 0.03)], place)).toEqual([]);
    });

    it.each([
      ['right of it', face(0.95, 0.35, 0.08)],
      ['left of it', face(0.1, 0.35, 0.08)],
      ['under it', face(0.5, 0.95, 0.08)],
    ])('takes no face %s, whatever else is there', (_where, beside) => {
      expect(portraitPlaceReasons([beside], place)).toEqual(['portrait_not_on_document']);
      expect(portraitPlaceReasons([ON_CARD, beside], place)).toEqual(['portrait_not_on_document']);
    });

    it('takes no face that is larger than a portrait', () => {
      expect(portraitPlaceReasons([face(0.4, 0.35, 0.16)], place)).toEqual(['portrait_not_on_document']);
    });

    it('takes the same in any direction', () => {
      const turned = { ...turn(place) };
      expect(portraitPlaceReasons([{ ...ON_CARD, centre: quarter(ON_CARD.centre) }], turned)).toEqual([]);
      expect(portraitPlaceReasons([{ ...ON_CARD, centre: quarter({ x: 0.95, y: 0.35 }) }], turned)).toHaveLength(1);
    });
  });

  it('T66: takes no face of a picture on which nothing was read, and says that, not that a face is beside it', () => {
    expect(portraitPlaceReasons([ON_CARD], undefined)).toEqual(['document_unreadable']);
    expect(portraitPlaceReasons([ON_CARD], { outline: OUTLINE, text: [] })).toEqual(['document_unreadable']);
    expect(portraitPlaceReasons([face(0.95, 0.35, 0.08)], { text: [] })).toEqual(['document_unreadable']);
  });

  it('T66: a sheet around card and photograph makes them no document', () => {
    const sheet: ReadingPlace = { outline: rectangle(1, 0.7), text: PRINT };
    expect(portraitPlaceReasons([face(0.95, 0.35, 0.12)], sheet)).toEqual(['portrait_not_on_document']);
  });

  it('leaves it to whoever found no face to say so', () => {
    expect(portraitPlaceReasons([], undefined)).toEqual([]);
  });
});

function face(x: number, y: number, width: number): PlacedFace {
  return { centre: { x, y }, width };
}

function quarter({ x, y }: { x: number; y: number }) {
  return { x: 0.75 - y, y: x };
}

function turn({ outline, zone, text }: ReadingPlace): ReadingPlace {
  const turned = ([a, b, c, d]: Quad): Quad => [quarter(a), quarter(b), quarter(c), quarter(d)];
  return {
    ...(outline && { outline: turned(outline) }),
    ...(zone && { zone: [quarter(zone[0]), quarter(zone[1])] as const }),
    text: text.map(turned),
  };
}
