import { luminanceOf } from './luminance.js';
import type { Patch } from './patch.js';

/** The patch with its darkest and lightest fiftieth taken for black and white. */
export function stretchPatch({ size, values }: Patch): Patch {
  const area = size * size;
  const sorted = luminanceOf({ size, values }).sort();
  const black = sorted[Math.floor(area * 0.02)] ?? 0;
  const white = sorted[Math.floor(area * 0.98)] ?? 255;
  const gain = 255 / Math.max(1, white - black);
  const stretched = new Float32Array(values.length);
  for (let at = 0; at < values.length; at++)
    stretched[at] = Math.max(0, Math.min(255, ((values[at] ?? 0) - black) * gain));
  return { size, values: stretched };
}
