/**
 * Takes from each value of a square grid the mean of its neighbourhood, in units of its spread plus `floor`: what
 * printing, exposure and compression change evenly falls out.
 */
export function normaliseLocally(
  values: Float32Array,
  size: number,
  { reach, floor }: { reach: number; floor: number },
): Float32Array {
  const sums = summedArea(values, size);
  const normalised = new Float32Array(values.length);
  for (let at = 0; at < values.length; at++) normalised[at] = (values[at] ?? 0) ** 2;
  const squares = summedArea(normalised, size);
  const width = size + 1;
  for (let y = 0; y < size; y++) {
    const top = Math.max(0, y - reach) * width;
    const bottom = Math.min(size, y + reach + 1) * width;
    for (let x = 0; x < size; x++) {
      const left = Math.max(0, x - reach);
      const right = Math.min(size, x + reach + 1);
      const count = ((right - left) * (bottom - top)) / width;
      const mean = windowSum(sums, [top + left, top + right, bottom + left, bottom + right]) / count;
      const meanSquare = windowSum(squares, [top + left, top + right, bottom + left, bottom + right]) / count;
      const deviation = Math.sqrt(Math.max(0, meanSquare - mean * mean));
      normalised[y * size + x] = ((values[y * size + x] ?? 0) - mean) / (deviation + floor);
    }
  }
  return normalised;
}

/** Sums over everything above and to the left, so that any window takes four look-ups (Crow 1984). */
function summedArea(values: Float32Array, size: number): Float64Array {
  const width = size + 1;
  const table = new Float64Array(width * width);
  for (let y = 0; y < size; y++) {
    let row = 0;
    for (let x = 0; x < size; x++) {
      row += values[y * size + x] ?? 0;
      table[(y + 1) * width + x + 1] = row + (table[y * width + x + 1] ?? 0);
    }
  }
  return table;
}

type Corners = readonly [topLeft: number, topRight: number, bottomLeft: number, bottomRight: number];

function windowSum(table: Float64Array, [topLeft, topRight, bottomLeft, bottomRight]: Corners): number {
  return (table[bottomRight] ?? 0) - (table[topRight] ?? 0) - (table[bottomLeft] ?? 0) + (table[topLeft] ?? 0);
}
