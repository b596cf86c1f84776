import { OnnxGraph } from './onnx-graph.js';
import type { Weight } from './quantised-weights.js';

/** Channel means that dlib subtracts from RGB 0..255 before it divides by 256 (dlib `input_rgb_image_sized`). */
const RGB_MEAN = [122.782, 117.001, 104.298];
const RGB_SCALE = 256;
const INPUT_SIZE = 150;

interface Picture {
  name: string;
  channels: number;
  size: number;
}

/**
 * Builds the 29-layer dlib face recognition network (`dlib_face_recognition_resnet_model_v1`) from its weights as the
 * face-api package stores them. Input `input` Nx3x150x150, planar RGB 0..255; output `descriptor` Nx128, not normalised.
 */
export function buildDlibResnet(weights: ReadonlyMap<string, Weight>): Uint8Array {
  return new DlibResnetBuilder(weights).build();
}

/** Puts the network's layers together in order, each with its weights. */
class DlibResnetBuilder {
  private readonly graph = new OnnxGraph(
    'dlib-resnet',
    [{ name: 'input', shape: ['batch', 3, INPUT_SIZE, INPUT_SIZE] }],
    [{ name: 'descriptor', shape: ['batch', 128] }],
  );

  constructor(private readonly weights: ReadonlyMap<string, Weight>) {}

  build(): Uint8Array {
    let picture = this.stem();
    for (const { name, down } of BLOCKS) picture = down ? this.downBlock(picture, name) : this.block(picture, name);
    this.head(picture);
    return this.graph.encode();
  }

  private stem(): Picture {
    const { graph } = this;
    const mean = graph.floats('rgb_mean', [1, 3, 1, 1], Float32Array.from(RGB_MEAN));
    const scale = graph.floats('rgb_scale', [1], Float32Array.of(RGB_SCALE));
    const centred = graph.node({ operator: 'Sub', inputs: ['input', mean], output: 'centred' });
    const name = graph.node({ operator: 'Div', inputs: [centred, scale], output: 'scaled' });
    const first = this.convolution({ name, channels: 3, size: INPUT_SIZE }, 'conv32_down', { stride: 2, relu: true });
    const output = graph.node({
      operator: 'MaxPool',
      inputs: [first.name],
      output: 'stem',
      attributes: { kernel_shape: [3, 3], strides: [2, 2] },
    });
    return { ...first, name: output, size: Math.floor((first.size - 3) / 2) + 1 };
  }

  private block(picture: Picture, name: string): Picture {
    const first = this.convolution(picture, `${name}/conv1`, { stride: 1, relu: true });
    const second = this.convolution(first, `${name}/conv2`, { stride: 1, relu: false });
    return this.join(name, picture, second);
  }

  /** Halves the picture. The smaller of shortcut and main path is padded with zeros at the end, as dlib's `add_prev`. */
  private downBlock(picture: Picture, name: string): Picture {
    const first = this.convolution(picture, `${name}/conv1`, { stride: 2, relu: true });
    const main = this.convolution(first, `${name}/conv2`, { stride: 1, relu: false });
    const pooled = this.graph.node({
      operator: 'AveragePool',
      inputs: [picture.name],
      output: `${name}/pooled`,
      attributes: { kernel_shape: [2, 2], strides: [2, 2] },
    });
    const shortcut = { ...picture, name: pooled, size: Math.floor(picture.size / 2) };
    const target = { channels: Math.max(main.channels, shortcut.channels), size: Math.max(main.size, shortcut.size) };
    return this.join(name, this.padTo(shortcut, target), this.padTo(main, target));
  }

  private head(picture: Picture): void {
    const { graph } = this;
    const pooled = graph.node({ operator: 'GlobalAveragePool', inputs: [picture.name], output: 'global_mean' });
    const flat = graph.node({ operator: 'Flatten', inputs: [pooled], output: 'features', attributes: { axis: 1 } });
    const { shape, values } = this.weight('fc');
    graph.node({ operator: 'MatMul', inputs: [flat, graph.floats('fc', shape, values)], output: 'descriptor' });
  }

  /** Convolution with dlib's per-channel scale and shift folded in. Stride 2 has no padding, stride 1 keeps the size. */
  private convolution(picture: Picture, name: string, { stride, relu }: { stride: number; relu: boolean }): Picture {
    const filters = this.weight(`${name}/conv/filters`);
    const [kernel = 0, , input = 0, channels = 0] = filters.shape;
    const scale = this.weight(`${name}/scale/weights`).values;
    const shift = this.weight(`${name}/scale/biases`).values;
    const bias = this.weight(`${name}/conv/bias`).values;
    const folded = shift.map((value, channel) => value + (bias[channel] ?? 0) * (scale[channel] ?? 0));
    const pad = stride === 1 ? (kernel - 1) / 2 : 0;
    const output = this.graph.node({
      operator: 'Conv',
      inputs: [
        picture.name,
        this.graph.floats(`${name}/weights`, [channels, input, kernel, kernel], foldScale(filters, scale)),
        this.graph.floats(`${name}/bias`, [channels], folded),
      ],
      output: name,
      attributes: { kernel_shape: [kernel, kernel], strides: [stride, stride], pads: [pad, pad, pad, pad] },
    });
    const size = Math.floor((picture.size + 2 * pad - kernel) / stride) + 1;
    return { name: relu ? this.relu(output) : output, channels, size };
  }

  private padTo(picture: Picture, target: { channels: number; size: number }): Picture {
    const grow = target.size - picture.size;
    const pads = [0, 0, 0, 0, 0, target.channels - picture.channels, grow, grow];
    if (pads.every((pad) => pad === 0)) return picture;
    const constant = this.graph.integers(`${picture.name}/pads`, pads);
    const name = this.graph.node({
      operator: 'Pad',
      inputs: [picture.name, constant],
      output: `${picture.name}/padded`,
    });
    return { name, ...target };
  }

  private join(name: string, left: Picture, right: Picture): Picture {
    const sum = this.graph.node({ operator: 'Add', inputs: [left.name, right.name], output: `${name}/sum` });
    return { ...right, name: this.relu(sum) };
  }

  private relu(name: string): string {
    return this.graph.node({ operator: 'Relu', inputs: [name], output: `${name}/relu` });
  }

  private weight(name: string): Weight {
    const weight = this.weights.get(name);
    if (!weight) throw new Error(`The weights have no tensor ${name}.`);
    return weight;
  }
}

const BLOCKS = [
  { name: 'conv32_1', down: false },
  { name: 'conv32_2', down: false },
  { name: 'conv32_3', down: false },
  { name: 'conv64_down', down: true },
  { name: 'conv64_1', down: false },
  { name: 'conv64_2', down: false },
  { name: 'conv64_3', down: false },
  { name: 'conv128_down', down: true },
  { name: 'conv128_1', down: false },
  { name: 'conv128_2', down: false },
  { name: 'conv256_down', down: true },
  { name: 'conv256_1', down: false },
  { name: 'conv256_2', down: false },
  { name: 'conv256_down_out', down: true },
];

/** Height x width x input x output filters to output x input x height x width, each output channel times its scale. */
function foldScale({ shape, values }: Weight, scale: Float32Array): Float32Array {
  const [height = 0, width = 0, inputs = 0, outputs = 0] = shape;
  const folded = new Float32Array(values.length);
  const area = height * width;
  for (let position = 0; position < area; position++)
    for (let input = 0; input < inputs; input++)
      for (let output = 0; output < outputs; output++) {
        const value = values[(position * inputs + input) * outputs + output] ?? 0;
        folded[(output * inputs + input) * area + position] = value * (scale[output] ?? 0);
      }
  return folded;
}
