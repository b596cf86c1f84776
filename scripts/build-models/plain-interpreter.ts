import {
  constantFloats,
  constantInts,
  type TfliteModel,
  type TfliteOperator,
  type TfliteTensor,
} from './tflite-model.js';

/** A picture as TensorFlow Lite holds it: batch, height, width, channels; channels change fastest. */
export interface Activation {
  shape: readonly number[];
  values: Float32Array;
}

/**
 * Runs a model operator by operator as TensorFlow Lite's reference kernels are specified, in plain loops: the yardstick
 * the specs hold the converted file against. It shares no code with the converter besides the file reader.
 */
export function interpret(model: TfliteModel, input: Activation): ReadonlyMap<number, Activation> {
  const activations = new Map<number, Activation>([[model.inputs[0] ?? 0, input]]);
  const tensors = [...model.tensors];
  for (const operator of model.operators) {
    const output = operator.outputs[0] ?? -1;
    if (operator.name === 'dequantize') {
      tensors[output] = required(tensors[operator.inputs[0] ?? -1]);
      continue;
    }
    const shape = required(model.tensors[output]).shape;
    const constants = operator.inputs.flatMap((index) =>
      tensors[index]?.bytes.length ? [required(tensors[index])] : [],
    );
    const sources = operator.inputs.flatMap((index) => activations.get(index) ?? []);
    activations.set(output, { shape, values: perform(operator, { shape, constants, sources }) });
  }
  return activations;
}

interface Operands {
  shape: readonly number[];
  constants: TfliteTensor[];
  sources: Activation[];
}

function perform(operator: TfliteOperator, operands: Operands): Float32Array {
  const { constants, sources } = operands;
  const first = required(sources[0]);
  switch (operator.name) {
    case 'add':
      return first.values.map((value, index) => value + (sources[1]?.values[index] ?? NaN));
    case 'relu':
      return first.values.map((value) => Math.max(0, value));
    case 'prelu': {
      const slopes = constantFloats(required(constants[0]));
      return first.values.map((value, index) => (value < 0 ? value * (slopes[index % slopes.length] ?? NaN) : value));
    }
    case 'reshape':
      return first.values;
    case 'concatenation':
      return Float32Array.from(sources.flatMap(({ values }) => [...values]));
    case 'pad':
      return padChannels(first, constantInts(required(constants[0])), operands.shape);
    case 'resize_bilinear':
      return resize(first, operands.shape);
    case 'max_pool_2d':
      return slide(operator, operands, {
        kernel: [2, 2],
        start: () => -Infinity,
        weight: () => 1,
        step: (best, value) => Math.max(best, value),
      });
    case 'conv_2d':
    case 'depthwise_conv_2d':
      return convolve(operator, operands);
    default:
      throw new Error(`The interpreter does not know ${operator.name}.`);
  }
}

/** What a sliding window does with each pixel it covers. */
interface WindowKernel {
  kernel: [number, number];
  start: (output: number) => number;
  /** The weight of one covered value; 1 where the operator has none. */
  weight: (index: number, output: number) => number;
  step: (total: number, value: number, weight: number) => number;
  /** Every output channel sees all input channels, or only its own. */
  dense?: boolean;
}

function convolve(operator: TfliteOperator, operands: Operands): Float32Array {
  const [weightTensor, biasTensor] = operands.constants;
  const [, height = 1, width = 1, depth = 1] = required(weightTensor).shape;
  const weights = constantFloats(required(weightTensor));
  const bias = constantFloats(required(biasTensor));
  const dense = operator.name === 'conv_2d';
  const volume = height * width * depth;
  return slide(operator, operands, {
    kernel: [height, width],
    dense,
    start: (output) => bias[output] ?? NaN,
    weight: (index, output) => weights[dense ? output * volume + index : index] ?? NaN,
    step: (total, value, weight) => total + value * weight,
  });
}

function slide({ options }: TfliteOperator, { shape, sources }: Operands, window: WindowKernel): Float32Array {
  const { shape: from, values } = required(sources[0]);
  const [, height = 0, width = 0, depth = 0] = from;
  const [, rows = 0, columns = 0, outputs = 0] = shape;
  const [tall, wide] = window.kernel;
  const strideX = options?.int(1) ?? 1;
  const strideY = options?.int(2) ?? 1;
  const top = Math.floor(Math.max((rows - 1) * strideY + tall - height, 0) / 2);
  const left = Math.floor(Math.max((columns - 1) * strideX + wide - width, 0) / 2);
  const result = new Float32Array(rows * columns * outputs);
  for (let at = 0; at < result.length; at++) {
    const output = at % outputs;
    const column = Math.floor(at / outputs) % columns;
    const row = Math.floor(at / outputs / columns);
    let total = window.start(output);
    for (let dy = 0; dy < tall; dy++)
      for (let dx = 0; dx < wide; dx++) {
        const y = row * strideY - top + dy;
        const x = column * strideX - left + dx;
        if (y < 0 || x < 0 || y >= height || x >= width) continue;
        const [low, high] = window.dense ? [0, depth] : [output, output + 1];
        for (let input = low; input < high; input++) {
          const weight = window.weight((dy * wide + dx) * depth + input, output);
          total = window.step(total, values[(y * width + x) * depth + input] ?? NaN, weight);
        }
      }
    result[at] = total;
  }
  return result;
}

/** Bilinear, by the middles of pixels (`half_pixel_centers`); beyond the edge lies the edge. */
function resize({ shape: from, values }: Activation, shape: readonly number[]): Float32Array {
  const [, height = 0, width = 0, depth = 0] = from;
  const [, rows = 0, columns = 0] = shape;
  const result = new Float32Array(rows * columns * depth);
  for (let at = 0; at < result.length; at++) {
    const channel = at % depth;
    const across = between((Math.floor(at / depth) % columns) + 0.5, { from: columns, to: width });
    const down = between(Math.floor(at / depth / columns) + 0.5, { from: rows, to: height });
    const pixel = (y: number, x: number): number => values[(y * width + x) * depth + channel] ?? NaN;
    const upper = pixel(down.low, across.low) * (1 - across.share) + pixel(down.low, across.high) * across.share;
    const lower = pixel(down.high, across.low) * (1 - across.share) + pixel(down.high, across.high) * across.share;
    result[at] = upper * (1 - down.share) + lower * down.share;
  }
  return result;
}

function between(middle: number, { from, to }: { from: number; to: number }) {
  const place = Math.min(Math.max((middle * to) / from - 0.5, 0), to - 1);
  const low = Math.floor(place);
  return { low, high: Math.min(low + 1, to - 1), share: place - low };
}

function padChannels(
  { shape: from, values }: Activation,
  pads: readonly number[],
  shape: readonly number[],
): Float32Array {
  const before = pads[6] ?? 0;
  const narrow = from[3] ?? 1;
  const wide = shape[3] ?? 1;
  const result = new Float32Array((values.length / narrow) * wide);
  values.forEach((value, index) => {
    result[Math.floor(index / narrow) * wide + before + (index % narrow)] = value;
  });
  return result;
}

function required<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('The model refers to something it does not have.');
  return value;
}
