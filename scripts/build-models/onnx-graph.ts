import onnxProto from 'onnx-proto';

const { onnx } = onnxProto;
const { FLOAT, INT64 } = onnx.TensorProto.DataType;
const AttributeType = onnx.AttributeProto.AttributeType;

/** Opset 13 is the newest that `onnx-proto` 8 (ONNX 1.10) describes in full and that every runtime since 2021 runs. */
const OPSET_VERSION = 13;
const IR_VERSION = 7;

export interface GraphPort {
  name: string;
  /** A string names a free dimension. */
  shape: readonly (number | string)[];
}

export interface GraphNode {
  operator: string;
  inputs: readonly string[];
  output: string;
  attributes?: Readonly<Record<string, number | readonly number[] | string>>;
}

/** Collects nodes and constants and writes them as ONNX bytes; the same calls in the same order give the same bytes. */
export class OnnxGraph {
  private readonly nodes: InstanceType<typeof onnx.NodeProto>[] = [];
  private readonly initializers: InstanceType<typeof onnx.TensorProto>[] = [];

  constructor(
    private readonly name: string,
    private readonly inputs: readonly GraphPort[],
    private readonly outputs: readonly GraphPort[],
  ) {}

  floats(name: string, shape: readonly number[], values: Float32Array): string {
    const size = shape.reduce((product, length) => product * length, 1);
    if (size !== values.length)
      throw new Error(`Constant ${name} has ${values.length} values for shape ${shape.join('x')}.`);
    return this.constant(name, FLOAT, {
      shape,
      rawData: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
    });
  }

  integers(name: string, values: readonly number[]): string {
    const wide = BigInt64Array.from(values, (value) => BigInt(value));
    return this.constant(name, INT64, { shape: [values.length], rawData: new Uint8Array(wide.buffer) });
  }

  /** Adds a node named after its output, and returns that output's name. */
  node({ operator, inputs, output, attributes = {} }: GraphNode): string {
    const attribute = Object.entries(attributes).map(([name, value]) => toAttribute(name, value));
    this.nodes.push(
      onnx.NodeProto.create({ name: output, opType: operator, input: [...inputs], output: [output], attribute }),
    );
    return output;
  }

  encode(): Uint8Array {
    const model = onnx.ModelProto.create({
      irVersion: IR_VERSION,
      opsetImport: [{ domain: '', version: OPSET_VERSION }],
      producerName: 'regain',
      graph: {
        name: this.name,
        node: this.nodes,
        initializer: this.initializers,
        input: this.inputs.map(toValueInfo),
        output: this.outputs.map(toValueInfo),
      },
    });
    return onnx.ModelProto.encode(model).finish();
  }

  private constant(name: string, dataType: number, data: { shape: readonly number[]; rawData: Uint8Array }): string {
    this.initializers.push(onnx.TensorProto.create({ name, dataType, dims: [...data.shape], rawData: data.rawData }));
    return name;
  }
}

function toAttribute(name: string, value: number | readonly number[] | string) {
  if (typeof value === 'string') return { name, type: AttributeType.STRING, s: new TextEncoder().encode(value) };
  if (typeof value === 'number') return { name, type: AttributeType.INT, i: value };
  return { name, type: AttributeType.INTS, ints: [...value] };
}

function toValueInfo({ name, shape }: GraphPort) {
  const dim = shape.map((length) => (typeof length === 'number' ? { dimValue: length } : { dimParam: length }));
  return { name, type: { tensorType: { elemType: FLOAT, shape: { dim } } } };
}
