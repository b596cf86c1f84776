import { spawn } from 'node:child_process';

export interface PlainOutput {
  shape: number[];
  values: number[];
}

const SCRIPT = `
import { createRequire } from 'node:module';
const { InferenceSession, Tensor } = createRequire(process.cwd() + '/')('onnxruntime-node');
const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const bytes = Buffer.concat(chunks);
const shape = JSON.parse(process.argv[1]);
const length = 4 * shape.reduce((product, size) => product * size, 1);
const input = new Float32Array(Uint8Array.from(bytes.subarray(0, length)).buffer);
const session = await InferenceSession.create(bytes.subarray(length), { intraOpNumThreads: 1 });
const outputs = await session.run({ [session.inputNames[0]]: new Tensor('float32', input, shape) });
const plain = Object.entries(outputs).map(([name, { dims, data }]) => [name, { shape: dims, values: [...data] }]);
process.stdout.write(JSON.stringify(Object.fromEntries(plain)));
`;

/**
 * Runs an ONNX model with one input in a Node process of its own. For specs: the runtime's native part
 * makes arrays of the main realm, which a test runner's sandbox does not recognise as its own.
 */
export function runPlainNode(
  model: Uint8Array,
  input: Float32Array,
  shape: readonly number[],
): Promise<Readonly<Record<string, PlainOutput>>> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', SCRIPT, JSON.stringify(shape)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code !== 0) reject(new Error(`The process ended with ${code}.`));
      else resolve(JSON.parse(Buffer.concat(chunks).toString('utf8')) as Readonly<Record<string, PlainOutput>>);
    });
    child.stdin.write(new Uint8Array(input.buffer, input.byteOffset, input.byteLength));
    child.stdin.end(model);
  });
}
