import { FlatTable } from './flat-table.js';

/** The operators our models use, by number (BuiltinOperator in TensorFlow Lite's schema.fbs). */
const OPERATOR_NAMES: Readonly<Record<number, TfliteOperatorName>> = {
  0: 'add',
  2: 'concatenation',
  3: 'conv_2d',
  4: 'depthwise_conv_2d',
  6: 'dequantize',
  17: 'max_pool_2d',
  19: 'relu',
  22: 'reshape',
  23: 'resize_bilinear',
  34: 'pad',
  54: 'prelu',
};

export type TfliteOperatorName =
  | 'add'
  | 'concatenation'
  | 'conv_2d'
  | 'depthwise_conv_2d'
  | 'dequantize'
  | 'max_pool_2d'
  | 'relu'
  | 'reshape'
  | 'resize_bilinear'
  | 'pad'
  | 'prelu';

/** TensorType in schema.fbs; other types do not occur in the pinned files and are refused. */
const TENSOR_TYPES: Readonly<Record<number, TfliteTensor['type']>> = { 0: 'float32', 1: 'float16', 2: 'int32' };

export interface TfliteTensor {
  shape: number[];
  type: 'float32' | 'float16' | 'int32';
  /** Empty for activations. */
  bytes: Uint8Array;
}

export interface TfliteOperator {
  name: TfliteOperatorName;
  inputs: number[];
  outputs: number[];
  options: FlatTable | undefined;
}

export interface TfliteModel {
  tensors: TfliteTensor[];
  operators: TfliteOperator[];
  inputs: number[];
  outputs: number[];
}

/**
 * Reads a one-graph TensorFlow Lite file (schema version 3). Throws on operators, types or sparse tensors that the
 * converter does not know, so that a changed file is never converted half.
 */
export function readTfliteModel(file: Uint8Array): TfliteModel {
  const root = FlatTable.root(file);
  const graphs = root.tables(2);
  const graph = graphs[0];
  if (!graph || graphs.length !== 1) throw new Error(`A model has ${graphs.length} graphs; exactly one is supported.`);
  const operatorNumbers = root.tables(1).map((code) => Math.max(code.byte(0), code.int(3)));
  const buffers = root.tables(4);
  return {
    tensors: graph.tables(0).map((tensor) => readTensor(tensor, buffers)),
    operators: graph.tables(3).map((operator) => readOperator(operator, operatorNumbers)),
    inputs: graph.ints(1),
    outputs: graph.ints(2),
  };
}

function readTensor(tensor: FlatTable, buffers: FlatTable[]): TfliteTensor {
  const type = TENSOR_TYPES[tensor.byte(1)];
  if (!type) throw new Error(`Tensor type ${tensor.byte(1)} is not supported.`);
  if (tensor.table(6)) throw new Error('Sparse tensors are not supported.');
  return { shape: tensor.ints(0), type, bytes: buffers[tensor.int(2)]?.bytes(0) ?? new Uint8Array() };
}

function readOperator(operator: FlatTable, operatorNumbers: number[]): TfliteOperator {
  const number = operatorNumbers[operator.int(0)];
  const name = number === undefined ? undefined : OPERATOR_NAMES[number];
  if (!name) throw new Error(`Operator ${number} is not supported.`);
  return { name, inputs: operator.ints(1), outputs: operator.ints(2), options: operator.table(4) };
}

/** A constant's values as float32 (half floats widened exactly) – throws when the tensor is an activation. */
export function constantFloats(tensor: TfliteTensor): Float32Array {
  if (tensor.bytes.length === 0) throw new Error('A constant was expected where the model has an activation.');
  const view = new DataView(tensor.bytes.buffer);
  if (tensor.type === 'float32') {
    return Float32Array.from({ length: tensor.bytes.length / 4 }, (_, index) => view.getFloat32(4 * index, true));
  }
  return Float32Array.from({ length: tensor.bytes.length / 2 }, (_, index) =>
    halfToFloat(view.getUint16(2 * index, true)),
  );
}

/** A constant's values as integers. */
export function constantInts(tensor: TfliteTensor): number[] {
  const view = new DataView(tensor.bytes.buffer);
  return Array.from({ length: tensor.bytes.length / 4 }, (_, index) => view.getInt32(4 * index, true));
}

/** IEEE 754 binary16 to number. */
export function halfToFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
