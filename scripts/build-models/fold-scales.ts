import onnxProto from 'onnx-proto';

const { onnx } = onnxProto;
const { FLOAT } = onnx.TensorProto.DataType;
const AttributeType = onnx.AttributeProto.AttributeType;

type Node = InstanceType<typeof onnx.NodeProto>;

/**
 * The same network with less to compute. PaddleOCR's exporter writes hard swish as four nodes, and a learned scale and
 * shift of one value around every convolution as two; the runtime would walk through all values of a picture for each.
 * Hard swish becomes two nodes, and scales and shifts go into the convolution beside them. Sums are rounded in another
 * order, nothing else changes.
 */
export function foldScales(bytes: Uint8Array): Uint8Array {
  const model = onnx.ModelProto.decode(bytes);
  if (!model.graph) throw new Error('The file holds no graph.');
  const graph = new FoldableGraph(
    model.graph.node as Node[],
    new Set(model.graph.output?.map(({ name }) => name ?? '')),
  );
  graph.joinHardSwish();
  graph.foldInto('before');
  graph.foldInto('behind');
  model.graph.node = graph.whole();
  return onnx.ModelProto.encode(model).finish();
}

/** Rewrites the nodes of a graph in place, so that fewer of them compute the same. */
class FoldableGraph {
  private readonly constants = new Map<string, Node>();
  private nodes: Node[];

  constructor(
    nodes: readonly Node[],
    private readonly results: ReadonlySet<string>,
  ) {
    for (const node of nodes) if (node.opType === 'Constant') this.constants.set(outputOf(node), node);
    this.nodes = nodes.filter(({ opType }) => opType !== 'Constant');
  }

  /** x · clip(x + 3, 0, 6) / 6, in four nodes, as x · hardsigmoid(x) with its slope of 1/6 (ONNX, HardSigmoid). */
  joinHardSwish(): void {
    for (const add of this.nodes.filter(({ opType }) => opType === 'Add')) {
      const { value, other: x } = this.operandsOf(add);
      const clip = this.onlyUser(outputOf(add), 'Clip');
      const product = clip && this.onlyUser(outputOf(clip), 'Mul');
      const quotient = product && this.onlyUser(outputOf(product), 'Div');
      if (value !== 3 || !quotient || !product.input.includes(x) || this.operandsOf(quotient).value !== 6) continue;
      add.opType = 'HardSigmoid';
      add.input = [x];
      add.attribute = [attribute('alpha', 1 / 6), attribute('beta', 0.5)];
      product.input = [x, outputOf(add)];
      product.output = quotient.output;
      this.drop(clip, quotient);
    }
  }

  /**
   * A multiplication with one value, or an addition of one, goes into the convolution that stands `before` it or
   * `behind` it. What a convolution adds around the picture is zero and was never shifted: there a shift stays.
   */
  foldInto(side: 'before' | 'behind'): void {
    for (let step = this.nextFold(side); step; step = this.nextFold(side)) {
      const { node, convolution, value, other } = step;
      const { dims, values, bias } = this.weightsOf(convolution);
      const perOutput = values.length / bias.length;
      if (node.opType === 'Mul') {
        for (let at = 0; at < values.length; at++) values[at] = (values[at] ?? 0) * value;
        if (side === 'before') for (let at = 0; at < bias.length; at++) bias[at] = (bias[at] ?? 0) * value;
      } else {
        for (let at = 0; at < bias.length; at++) {
          const weights = side === 'before' ? 1 : sum(values.subarray(at * perOutput, (at + 1) * perOutput));
          bias[at] = (bias[at] ?? 0) + value * weights;
        }
      }
      if (side === 'before') convolution.output = node.output;
      const input = side === 'before' ? (convolution.input[0] ?? '') : other;
      const name = outputOf(convolution);
      const weightsName = this.addConstant(`${name}.weights`, dims, values);
      convolution.input = [input, weightsName, this.addConstant(`${name}.bias`, [bias.length], bias)];
      this.drop(node);
    }
  }

  /** All nodes in order, the constants that are still in use first. */
  whole(): Node[] {
    const used = new Set(this.nodes.flatMap(({ input }) => input));
    return [...[...this.constants].flatMap(([name, node]) => (used.has(name) ? [node] : [])), ...this.nodes];
  }

  private nextFold(side: 'before' | 'behind') {
    for (const node of this.nodes) {
      const { value, other } = this.operandsOf(node);
      if (value === undefined || (node.opType !== 'Mul' && node.opType !== 'Add')) continue;
      if (side === 'before') {
        const convolution = this.nodes.find((one) => one.opType === 'Conv' && outputOf(one) === other);
        if (convolution && this.onlyUser(other, 'Mul', 'Add')) return { node, convolution, value, other };
      } else {
        const convolution = this.onlyUser(outputOf(node), 'Conv');
        const isWhole = convolution && (node.opType === 'Mul' || !isPadded(convolution));
        if (isWhole) return { node, convolution, value, other };
      }
    }
    return undefined;
  }

  /** The one value a node adds, multiplies or divides by, and its other input; no value when it is none of these. */
  private operandsOf({ opType, input }: Node): { value?: number; other: string } {
    if (!['Add', 'Mul', 'Div'].includes(opType ?? '')) return { other: '' };
    const at = input.findIndex((name) => this.constants.has(name));
    const values = at < 0 ? undefined : this.floatsOf(input[at] ?? '');
    return { value: values?.length === 1 ? values[0] : undefined, other: input[1 - at] ?? '' };
  }

  /** The node that alone takes a value, if it is one of these. */
  private onlyUser(name: string, ...types: readonly string[]): Node | undefined {
    const [user, ...others] = this.nodes.filter(({ input }) => input.includes(name));
    const isOnly = others.length === 0 && !this.results.has(name);
    return isOnly && types.includes(user?.opType ?? '') ? user : undefined;
  }

  private weightsOf({ input: [, weights = '', bias] }: Node) {
    const dims = this.constants.get(weights)?.attribute?.[0]?.t?.dims?.map(Number) ?? [];
    const known = bias === undefined ? new Float32Array(dims[0] ?? 0) : this.floatsOf(bias);
    return { dims, values: this.floatsOf(weights).slice(), bias: known.slice() };
  }

  private floatsOf(name: string): Float32Array {
    const tensor = this.constants.get(name)?.attribute?.[0]?.t;
    if (tensor?.dataType !== FLOAT) return new Float32Array(0);
    const { rawData, floatData } = tensor;
    // Copied: the bytes stand anywhere in the file, and floats want whole fours.
    return rawData?.length ? new Float32Array(Uint8Array.from(rawData).buffer) : Float32Array.from(floatData ?? []);
  }

  private addConstant(name: string, dims: readonly number[], values: Float32Array): string {
    const rawData = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    const tensor = onnx.TensorProto.create({ dataType: FLOAT, dims: [...dims], rawData });
    const value = { name: 'value', type: AttributeType.TENSOR, t: tensor };
    this.constants.set(name, onnx.NodeProto.create({ name, opType: 'Constant', output: [name], attribute: [value] }));
    return name;
  }

  private drop(...dropped: readonly Node[]): void {
    this.nodes = this.nodes.filter((node) => !dropped.includes(node));
  }
}

function outputOf({ output: [name = ''] }: Node): string {
  return name;
}

function isPadded({ attribute: attributes }: Node): boolean {
  const pads = attributes.find(({ name }) => name === 'pads')?.ints ?? [];
  return pads.some((pad) => Number(pad) !== 0);
}

function attribute(name: string, value: number) {
  return { name, type: AttributeType.FLOAT, f: value };
}

function sum(values: Float32Array): number {
  return values.reduce((total, value) => total + value, 0);
}
