import { z } from 'zod';

/** The weight list of TensorFlow.js (`*-weights_manifest.json`), as far as the pinned file uses it. */
const manifestSchema = z
  .array(
    z.object({
      paths: z.array(z.string()).length(1),
      weights: z.array(
        z.object({
          name: z.string(),
          shape: z.array(z.number().int().positive()),
          dtype: z.literal('float32'),
          quantization: z.object({ dtype: z.literal('uint8'), scale: z.number(), min: z.number() }).optional(),
        }),
      ),
    }),
  )
  .length(1);

export interface Weight {
  shape: number[];
  values: Float32Array;
}

/**
 * Unpacks TensorFlow.js weights: consecutive tensors, float32 little endian or uint8 with `value * scale + min`.
 * Throws when list and file differ in length.
 */
export function readQuantisedWeights(manifestJson: string, file: Uint8Array): Map<string, Weight> {
  const [group] = manifestSchema.parse(JSON.parse(manifestJson));
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const weights = new Map<string, Weight>();
  let offset = 0;
  for (const { name, shape, quantization } of group?.weights ?? []) {
    const length = shape.reduce((product, size) => product * size, 1);
    const start = offset;
    const values = quantization
      ? Float32Array.from({ length }, (_, i) => view.getUint8(start + i) * quantization.scale + quantization.min)
      : Float32Array.from({ length }, (_, i) => view.getFloat32(start + 4 * i, true));
    offset += length * (quantization ? 1 : 4);
    weights.set(name, { shape, values });
  }
  if (offset !== file.byteLength) throw new Error(`The weight list describes ${offset} of ${file.byteLength} bytes.`);
  return weights;
}
