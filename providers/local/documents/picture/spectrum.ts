/** Side of a tile whose spectrum is taken; a power of two. */
export const SPECTRUM_SIZE = 128;

const SIZE = SPECTRUM_SIZE;
const BITS = Math.log2(SIZE);

/** Hann's window: without it the edges of a tile would be a pattern of their own. */
const WINDOW = Float64Array.from({ length: SIZE }, (_, at) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (at + 0.5)) / SIZE));
const COSINES = Float64Array.from({ length: SIZE / 2 }, (_, at) => Math.cos((2 * Math.PI * at) / SIZE));
const SINES = Float64Array.from({ length: SIZE / 2 }, (_, at) => Math.sin((2 * Math.PI * at) / SIZE));
const REVERSED = Uint8Array.from({ length: SIZE }, (_, at) =>
  Number.parseInt(at.toString(2).padStart(BITS, '0').split('').reverse().join(''), 2),
);

/**
 * How strong each frequency is in a tile of SPECTRUM_SIZE squared values (power, not normalised). Row by row from
 * frequency 0 down, columns likewise; the upper half of each repeats the lower one mirrored.
 */
export function powerSpectrum(tile: ArrayLike<number>): Float64Array {
  const real = new Float64Array(SIZE * SIZE);
  const imaginary = new Float64Array(SIZE * SIZE);
  let mean = 0;
  for (let at = 0; at < real.length; at++) mean += (tile[at] ?? 0) / real.length;
  for (let at = 0; at < real.length; at++)
    real[at] = ((tile[at] ?? 0) - mean) * (WINDOW[at % SIZE] ?? 0) * (WINDOW[Math.floor(at / SIZE)] ?? 0);
  for (let row = 0; row < SIZE; row++) transform(real, imaginary, { start: row * SIZE, step: 1 });
  for (let column = 0; column < SIZE; column++) transform(real, imaginary, { start: column, step: SIZE });
  return real.map((value, at) => value ** 2 + (imaginary[at] ?? 0) ** 2);
}

/** Cooley and Tukey's fast Fourier transform of one row or column, in place. */
function transform(
  real: Float64Array,
  imaginary: Float64Array,
  { start, step }: { start: number; step: number },
): void {
  for (let at = 0; at < SIZE; at++) {
    const other = REVERSED[at] ?? 0;
    if (other > at) {
      swap(real, start + at * step, start + other * step);
      swap(imaginary, start + at * step, start + other * step);
    }
  }
  for (let half = 1; half < SIZE; half *= 2)
    for (let block = 0; block < SIZE; block += 2 * half)
      for (let at = 0; at < half; at++) {
        const turn = (at * SIZE) / (2 * half);
        const [cosine, sine] = [COSINES[turn] ?? 0, SINES[turn] ?? 0];
        const upper = start + (block + at) * step;
        const lower = upper + half * step;
        const r = (real[lower] ?? 0) * cosine + (imaginary[lower] ?? 0) * sine;
        const i = (imaginary[lower] ?? 0) * cosine - (real[lower] ?? 0) * sine;
        real[lower] = (real[upper] ?? 0) - r;
        imaginary[lower] = (imaginary[upper] ?? 0) - i;
        real[upper] = (real[upper] ?? 0) + r;
        imaginary[upper] = (imaginary[upper] ?? 0) + i;
      }
}

function swap(values: Float64Array, one: number, other: number): void {
  const kept = values[one] ?? 0;
  values[one] = values[other] ?? 0;
  values[other] = kept;
}
