import type { Patch } from './patch.js';

/** Luma of ITU-R BT.601, 0..255, one value per patch pixel. */
export function luminanceOf({ size, values }: Patch): Float32Array {
  const area = size * size;
  return Float32Array.from(
    { length: area },
    (_, at) => 0.299 * (values[at] ?? 0) + 0.587 * (values[at + area] ?? 0) + 0.114 * (values[at + 2 * area] ?? 0),
  );
}
