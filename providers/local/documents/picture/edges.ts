import type { GreyPicture } from './grey-picture.js';

/** Where luminance changes: one pixel wide, with the direction of the change. */
export interface EdgeMap {
  width: number;
  height: number;
  /** Positions of the edge pixels. */
  positions: Int32Array;
  /** Direction across the edge in each pixel, whole degrees 0..179; 255 where there is no edge. */
  directions: Uint8Array;
}

export const NO_EDGE = 255;

/** Sobel values below this are noise; the operator's weights add up to 4 on either side. */
const MIN_CHANGE = 4 * 9;

/** Sobel's operator, thinned to the pixels that are strongest across their edge. The outermost pixels hold no edge. */
export function edgesIn({ width, height, values }: GreyPicture): EdgeMap {
  const strength = new Uint16Array(values.length);
  const directions = new Uint8Array(values.length).fill(NO_EDGE);
  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      const [above, below] = [at - width, at + width];
      const falling = (values[below + 1] ?? 0) - (values[above - 1] ?? 0);
      const rising = (values[below - 1] ?? 0) - (values[above + 1] ?? 0);
      const across = falling - rising + 2 * ((values[at + 1] ?? 0) - (values[at - 1] ?? 0));
      const down = falling + rising + 2 * ((values[below] ?? 0) - (values[above] ?? 0));
      const squared = across * across + down * down;
      if (squared < MIN_CHANGE * MIN_CHANGE) continue;
      strength[at] = Math.sqrt(squared);
      directions[at] = (Math.round((Math.atan2(down, across) * 180) / Math.PI) + 360) % 180;
    }
  return { width, height, ...thin({ width, strength, directions }) };
}

interface Thick {
  width: number;
  strength: Uint16Array;
  directions: Uint8Array;
}

function thin({ width, strength, directions }: Thick): Pick<EdgeMap, 'positions' | 'directions'> {
  const thinned = new Uint8Array(directions.length).fill(NO_EDGE);
  const positions = new Int32Array(directions.length);
  let count = 0;
  directions.forEach((direction, at) => {
    if (direction === NO_EDGE) return;
    const step = stepAcross(direction, width);
    const own = strength[at] ?? 0;
    if (own < (strength[at - step] ?? 0) || own <= (strength[at + step] ?? 0)) return;
    thinned[at] = direction;
    positions[count++] = at;
  });
  return { directions: thinned, positions: positions.slice(0, count) };
}

/** To the neighbour that lies nearest in this direction. */
function stepAcross(degrees: number, width: number): number {
  if (degrees < 23 || degrees >= 158) return 1;
  if (degrees < 68) return width + 1;
  return degrees < 113 ? width : width - 1;
}
