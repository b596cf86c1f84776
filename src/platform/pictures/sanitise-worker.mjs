// @ts-check
/**
 * The only code that gives an applicant's bytes to a decoder. Runs as a child process for exactly one picture:
 * reads `<JSON job>\n<picture>` from standard input, writes `<JSON outcome>\n<JPEG>` to standard output, ends.
 * Plain JavaScript, so that the test runner and the built product run this very file.
 *
 * @typedef {{
 *   task: 'sanitise' | 'mark' | 'blur', tile?: string[], type: 'jpeg' | 'png' | 'webp', timeoutMs: number,
 *   maxPixels: number, maxSidePixels: number, minSidePixels: number, outputLongEdgePixels: number, jpegQuality: number,
 * }} Job
 * @typedef {{ data: Buffer, width: number, height: number, channels: 3 }} Pixels
 */
import sharp from 'sharp';

// libvips knows some fifty formats; three of them are wanted (threat: a format nobody thought of).
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: ['VipsForeignLoadJpegBuffer', 'VipsForeignLoadPngBuffer', 'VipsForeignLoadWebpBuffer'],
});
sharp.cache(false);
sharp.concurrency(1);

const SHARPNESS_LONG_EDGE = 512;
const HASH_WIDTH = 9;
const HASH_HEIGHT = 8;
/** Of the shorter edge: a line of a mark then takes about a quarter of it. */
const PIXELS_PER_DOT = 400;
const BLUR_COLOURS = 12;
const BLUR_EDGE = 240;

class Refusal extends Error {}

/** @param {Job} job @param {Buffer} picture @returns {Promise<Pixels>} upright 8-bit sRGB without alpha or metadata */
async function decode(job, picture) {
  const options = { limitInputPixels: job.maxPixels, failOn: /** @type {const} */ ('error'), pages: 1 };
  const facts = await sharp(picture, options).metadata();
  if (facts.format !== job.type) throw new Refusal('unsupported_format');
  if ((facts.pages ?? 1) > 1) throw new Refusal('animated');
  if (Math.max(facts.width, facts.height) > job.maxSidePixels) throw new Refusal('too_many_pixels');
  if (Math.min(facts.width, facts.height) < job.minSidePixels) throw new Refusal('too_small');
  const edge = job.outputLongEdgePixels;
  const { data, info } = await sharp(picture, options)
    .autoOrient()
    .resize({ width: edge, height: edge, fit: 'inside', withoutEnlargement: true })
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  if (info.channels !== 3) throw new Refusal('undecodable');
  return { data, width: info.width, height: info.height, channels: 3 };
}

/** @param {Pixels} pixels */
function from({ data, width, height, channels }) {
  return sharp(data, { raw: { width, height, channels } });
}

/**
 * Variance of the Laplacian (Pech-Pacheco et al., 2000): low when no edge in the picture is sharp.
 * @param {Pixels} pixels @returns {Promise<{ sharpness: number, meanLuminance: number }>} luminance from 0 to 255
 */
async function measure(pixels) {
  const { data, info } = await from(pixels)
    .resize({ width: SHARPNESS_LONG_EDGE, height: SHARPNESS_LONG_EDGE, fit: 'inside', withoutEnlargement: true })
    .greyscale()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  let [sum, sumOfSquares, count] = [0, 0, 0];
  for (let y = 1; y < height - 1; y += 1) {
    for (let at = y * width + 1; at < (y + 1) * width - 1; at += 1) {
      const value = data[at - 1] + data[at + 1] + data[at - width] + data[at + width] - 4 * data[at];
      sum += value;
      sumOfSquares += value * value;
      count += 1;
    }
  }
  const mean = count === 0 ? 0 : sum / count;
  const luminance = data.reduce((total, value) => total + value, 0) / data.length;
  return { sharpness: count === 0 ? 0 : sumOfSquares / count - mean * mean, meanLuminance: luminance };
}

/**
 * Difference hash: one bit per pair of neighbours in a 9 x 8 grey thumbnail, set where the right one is lighter.
 * @param {Pixels} pixels @returns {Promise<string>} 16 lower-case hex digits
 */
async function perceptualHash(pixels) {
  const grey = await from(pixels)
    .resize({ width: HASH_WIDTH, height: HASH_HEIGHT, fit: 'fill' })
    .greyscale()
    .raw({ depth: 'uchar' })
    .toBuffer();
  let bits = '';
  for (let y = 0; y < HASH_HEIGHT; y += 1) {
    for (let x = 0; x < HASH_WIDTH - 1; x += 1) {
      const at = y * HASH_WIDTH + x;
      bits += grey[at] < grey[at + 1] ? '1' : '0';
    }
  }
  return BigInt(`0b${bits}`).toString(16).padStart(16, '0');
}

/** @param {Job} job @param {Buffer} picture */
async function sanitise(job, picture) {
  const pixels = await decode(job, picture);
  const jpeg = await from(pixels).jpeg({ quality: job.jpegQuality, chromaSubsampling: '4:4:4' }).toBuffer();
  const facts = { ...(await measure(pixels)), perceptualHash: await perceptualHash(pixels) };
  return { outcome: { outcome: 'sanitised', width: pixels.width, height: pixels.height, ...facts }, jpeg };
}

/**
 * A copy that says on its face whom it was shown to. Letters are light with a dark edge, half see-through, and as large
 * as the picture asks for.
 * @param {Job} job @param {Buffer} picture
 */
async function mark(job, picture) {
  const pixels = await decode(job, picture);
  const { data, width, height } = pixels;
  const tile = job.tile ?? [];
  const scale = Math.max(1, Math.round(Math.min(width, height) / PIXELS_PER_DOT));
  /** @param {number} x @param {number} y */
  const isDot = (x, y) => tile[Math.floor(y / scale) % tile.length]?.[Math.floor(x / scale) % tile[0].length] === '1';
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const shade = isDot(x, y) ? 255 : isDot(x - scale, y - scale) ? 0 : undefined;
      if (shade === undefined) continue;
      const at = (y * width + x) * 3;
      for (let channel = at; channel < at + 3; channel += 1) data[channel] = (data[channel] + shade) >> 1;
    }
  }
  return copyOf(pixels, job.jpegQuality);
}

/**
 * A hint of what there is to see: twelve by twelve colours at most, drawn large and soft. Nothing else of the picture is
 * in it, so no sharpening brings a face or a line of text back.
 * @param {Job} job @param {Buffer} picture
 */
async function blur(job, picture) {
  const colours = await from(await decode(job, picture))
    .resize({ width: BLUR_COLOURS, height: BLUR_COLOURS, fit: 'inside', kernel: 'cubic' })
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const { data, info } = await from({ ...colours.info, data: colours.data, channels: 3 })
    .resize({ width: BLUR_EDGE, height: BLUR_EDGE, fit: 'inside', kernel: 'cubic' })
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return copyOf({ data, width: info.width, height: info.height, channels: 3 }, job.jpegQuality);
}

/** @param {Pixels} pixels @param {number} quality */
async function copyOf(pixels, quality) {
  const { width, height } = pixels;
  return { outcome: { outcome: 'copied', width, height }, jpeg: await from(pixels).jpeg({ quality }).toBuffer() };
}

const TASKS = { sanitise, mark, blur };

/** libvips' messages may quote the file, so only our own reasons leave this process. @param {unknown} error */
function refusalOf(error) {
  const reason = error instanceof Refusal ? error.message : 'undecodable';
  return { outcome: { outcome: 'refused', reason }, jpeg: Buffer.alloc(0) };
}

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const input = Buffer.concat(chunks);
const lineEnd = input.indexOf('\n');
// The parent is gone, or has closed us as a spare.
if (lineEnd < 0) process.exit(1);
const job = /** @type {Job} */ (JSON.parse(input.toString('utf8', 0, lineEnd)));
// The parent kills us first; this is for the case that there is no parent any more. Native threads cannot delay it.
setTimeout(() => process.kill(process.pid, 'SIGKILL'), job.timeoutMs).unref();
const { outcome, jpeg } = await TASKS[job.task](job, input.subarray(lineEnd + 1)).catch(refusalOf);
process.stdout.on('error', () => process.exit(1));
process.stdout.end(Buffer.concat([Buffer.from(`${JSON.stringify(outcome)}\n`), jpeg]));
