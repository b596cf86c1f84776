import type { Patch } from './patch.js';

/** Luma of ITU-R BT.601, 0..255, one value per patch pixel. */
export function luminanceOf({ size, values }: Patch): Float32Array {
  const area = size * size;
  const luminance = new Float32Array(area);
  for (let at = 0; at < area; at++) {
    luminance[at] = 0.299 * (values[at] ?? 0) + 0.587 * (values[at + area] ?? 0) + 0.114 * (values[at + 2 * area] ?? 0);
  }
  return luminance;
}
