import { OnnxGraph } from './onnx-graph.js';
import {
  constantFloats,
  constantInts,
  readTfliteModel,
  type TfliteModel,
  type TfliteOperator,
  type TfliteTensor,
} from './tflite-model.js';

/** What an operator's translation needs. Activations are `t{index}`; 4-dimensional ones are NCHW here, NHWC there. */
interface Translation {
  graph: OnnxGraph;
  model: TfliteModel;
  operator: TfliteOperator;
  output: string;
  tensor: (position: number) => TfliteTensor;
  input: (position: number) => string;
}

/**
 * Converts a MediaPipe face model from TensorFlow Lite to ONNX. Input `input` is 1x3xHxW (planar RGB); outputs keep the
 * file's order as `out_0`, `out_1`, and its shapes, four-dimensional ones as NCHW. Half-precision constants are widened.
 * Same bytes in, same bytes out.
 */
export function convertTflite(file: Uint8Array, name: string): Uint8Array {
  const model = readTfliteModel(file);
  const graph = new OnnxGraph(
    name,
    model.inputs.map((index) => ({ name: 'input', shape: planarShape(tensorAt(model, index).shape) })),
    model.outputs.map((index, position) => ({
      name: `out_${position}`,
      shape: outputShape(tensorAt(model, index).shape),
    })),
  );
  const constants = widenedConstants(model);
  for (const operator of model.operators) {
    if (operator.name === 'dequantize') continue;
    translate({ graph, model: { ...model, tensors: constants }, operator });
  }
  return graph.encode();
}

/** `dequantize` in these files only widens half floats; its output becomes a constant of its own. */
function widenedConstants(model: TfliteModel): TfliteTensor[] {
  const tensors = [...model.tensors];
  for (const { name, inputs, outputs } of model.operators) {
    if (name !== 'dequantize') continue;
    const source = tensorAt(model, inputs[0]);
    tensors[outputs[0] ?? -1] = source;
  }
  return tensors;
}

function translate({ graph, model, operator }: Pick<Translation, 'graph' | 'model' | 'operator'>): void {
  const nameOf = (index: number | undefined): string => {
    const position = model.outputs.indexOf(index ?? -1);
    if (position >= 0) return `out_${position}`;
    return index === model.inputs[0] ? 'input' : `t${index}`;
  };
  TRANSLATORS[operator.name]({
    graph,
    model,
    operator,
    output: nameOf(operator.outputs[0]),
    tensor: (position) => tensorAt(model, operator.inputs[position]),
    input: (position) => nameOf(operator.inputs[position]),
  });
}

const TRANSLATORS: Readonly<Record<TfliteOperator['name'], (translation: Translation) => void>> = {
  add: ({ graph, output, input }) => void graph.node({ operator: 'Add', inputs: [input(0), input(1)], output }),
  relu: ({ graph, output, input }) => void graph.node({ operator: 'Relu', inputs: [input(0)], output }),
  concatenation: translateConcatenation,
  conv_2d: (translation) => translateConvolution(translation, false),
  depthwise_conv_2d: (translation) => translateConvolution(translation, true),
  dequantize: () => undefined,
  max_pool_2d: translateMaxPool,
  reshape: translateReshape,
  resize_bilinear: translateResize,
  pad: translatePad,
  prelu: translatePrelu,
};

function translateConvolution({ graph, operator, output, tensor, input }: Translation, depthwise: boolean): void {
  const { options } = operator;
  const weights = tensor(1);
  const [first = 0, height = 0, width = 0, last = 0] = weights.shape;
  const strides: [number, number] = [options?.int(2) ?? 1, options?.int(1) ?? 1];
  refuseFusedActivation(options?.byte(depthwise ? 4 : 3));
  // Ordinary weights are output x H x W x input; depthwise ones are 1 x H x W x channel.
  const values = depthwise ? transpose(weights, [3, 0, 1, 2]) : transpose(weights, [0, 3, 1, 2]);
  const shape = depthwise ? [last, 1, height, width] : [first, last, height, width];
  const channels = shape[0] ?? 0;
  graph.node({
    operator: 'Conv',
    inputs: [
      input(0),
      graph.floats(`${output}_weights`, shape, values),
      graph.floats(`${output}_bias`, [channels], constantFloats(tensor(2))),
    ],
    output,
    attributes: {
      kernel_shape: [height, width],
      strides,
      pads: windowPads(tensor(0).shape, { kernel: [height, width], strides, same: options?.byte(0) !== VALID_PADDING }),
      group: depthwise ? channels : 1,
    },
  });
}

function translateMaxPool({ graph, operator, output, tensor, input }: Translation): void {
  const { options } = operator;
  const strides: [number, number] = [options?.int(2) ?? 1, options?.int(1) ?? 1];
  const kernel: [number, number] = [options?.int(4) ?? 1, options?.int(3) ?? 1];
  refuseFusedActivation(options?.byte(5));
  const pads = windowPads(tensor(0).shape, { kernel, strides, same: options?.byte(0) !== VALID_PADDING });
  graph.node({ operator: 'MaxPool', inputs: [input(0)], output, attributes: { kernel_shape: kernel, strides, pads } });
}

function translatePad({ graph, output, tensor, input }: Translation): void {
  const pairs = constantInts(tensor(1));
  const order = [0, 3, 1, 2];
  const pads = [...order.map((axis) => pairs[2 * axis] ?? 0), ...order.map((axis) => pairs[2 * axis + 1] ?? 0)];
  graph.node({ operator: 'Pad', inputs: [input(0), graph.integers(`${output}_pads`, pads)], output });
}

/** One slope per channel, shared by all rows and columns. */
function translatePrelu({ graph, output, tensor, input }: Translation): void {
  const slopes = constantFloats(tensor(1));
  const [height, width, channels = 0] = tensor(1).shape;
  if (height !== 1 || width !== 1) throw new Error('Only one slope per channel is supported.');
  const slope = graph.floats(`${output}_slope`, [channels, 1, 1], slopes);
  graph.node({ operator: 'PRelu', inputs: [input(0), slope], output });
}

function translateReshape({ graph, model, operator, output, input }: Translation): void {
  const interleaved = graph.node({
    operator: 'Transpose',
    inputs: [input(0)],
    output: `${output}_interleaved`,
    attributes: { perm: [0, 2, 3, 1] },
  });
  const shape = graph.integers(`${output}_shape`, tensorAt(model, operator.outputs[0]).shape);
  graph.node({ operator: 'Reshape', inputs: [interleaved, shape], output });
}

function translateResize({ graph, model, operator, output, tensor, input }: Translation): void {
  if (operator.options?.byte(3) !== 1) throw new Error('Only half-pixel bilinear resizing is supported.');
  const from = tensor(0).shape;
  const to = tensorAt(model, operator.outputs[0]).shape;
  const scales = Float32Array.of(1, 1, (to[1] ?? 0) / (from[1] ?? 1), (to[2] ?? 0) / (from[2] ?? 1));
  graph.node({
    operator: 'Resize',
    inputs: [input(0), '', graph.floats(`${output}_scales`, [4], scales)],
    output,
    attributes: { mode: 'linear', coordinate_transformation_mode: 'half_pixel' },
  });
}

function translateConcatenation({ graph, operator, output, input, tensor }: Translation): void {
  if (tensor(0).shape.length === 4) throw new Error('Concatenation of pictures is not supported.');
  const inputs = operator.inputs.map((_, position) => input(position));
  graph.node({ operator: 'Concat', inputs, output, attributes: { axis: operator.options?.int(0) ?? 0 } });
}

const VALID_PADDING = 1;

/** Explicit [top, left, bottom, right] for TensorFlow's `SAME`: the odd pixel goes to the end. */
function windowPads(
  shape: readonly number[],
  { kernel, strides, same }: { kernel: [number, number]; strides: [number, number]; same: boolean },
): number[] {
  if (!same) return [0, 0, 0, 0];
  const totals = [0, 1].map((axis) => {
    const length = shape[axis + 1] ?? 0;
    const stride = strides[axis] ?? 1;
    return Math.max((Math.ceil(length / stride) - 1) * stride + (kernel[axis] ?? 1) - length, 0);
  });
  const before = totals.map((total) => Math.floor(total / 2));
  return [...before, ...totals.map((total, axis) => total - (before[axis] ?? 0))];
}

function refuseFusedActivation(code: number | undefined): void {
  if (code) throw new Error(`Fused activation ${code} is not supported.`);
}

function transpose(tensor: TfliteTensor, order: readonly [number, number, number, number]): Float32Array {
  const source = constantFloats(tensor);
  const steps = [1, 1, 1, 1];
  for (let axis = 2; axis >= 0; axis--) steps[axis] = (steps[axis + 1] ?? 1) * (tensor.shape[axis + 1] ?? 1);
  const [a, b, c, d] = order.map((axis) => ({ length: tensor.shape[axis] ?? 1, step: steps[axis] ?? 1 }));
  const target = new Float32Array(source.length);
  if (!a || !b || !c || !d) return target;
  let position = 0;
  for (let i = 0; i < a.length; i++)
    for (let j = 0; j < b.length; j++)
      for (let k = 0; k < c.length; k++)
        for (let l = 0; l < d.length; l++)
          target[position++] = source[i * a.step + j * b.step + k * c.step + l * d.step] ?? 0;
  return target;
}

function planarShape([batch = 1, height = 0, width = 0, channels = 0]: readonly number[]): number[] {
  return [batch, channels, height, width];
}

function outputShape(shape: readonly number[]): readonly number[] {
  return shape.length === 4 ? planarShape(shape) : shape;
}

function tensorAt(model: TfliteModel, index: number | undefined): TfliteTensor {
  const tensor = model.tensors[index ?? -1];
  if (!tensor) throw new Error(`The model has no tensor ${index}.`);
  return tensor;
}
