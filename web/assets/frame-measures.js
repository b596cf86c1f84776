/*
 * What can be measured of one small frame of a camera, without knowing what is on it. Pure: numbers in, numbers out, so
 * that it is tested without a camera. A frame is { luma, width, height }; a region { x, y, width, height } lies inside it.
 */

/** A card as ID-1 (ISO/IEC 7810: 85.60 by 53.98 mm), a passport's page as ID-3 (125 by 88 mm), a face as an upright oval. */
export const SHAPES = { card: 85.6 / 53.98, passport: 125 / 88, face: 0.75 };

/** How much of the frame's shorter way an outline takes. */
const ROOM = { card: 0.9, passport: 0.9, face: 0.82 };

/** A border counts where this part of a third of a side steps by so many levels at one place. */
const STEP = 14;
const STEPPED = 0.5;
/** Where a side is looked for, as parts of the outline's half: from well inside to as far outside as the frame goes. */
const INNERMOST = 0.35;

const BLOCKS = { across: 12, down: 8 };
const CELLS = { across: 6, down: 4 };
const WHITE = 250;
const WHITE_PART = 0.7;

/** Brightness of RGBA pixels, 0 to 255 (ITU-R BT.601). */
export function lumaOf(rgba) {
  const luma = new Uint8Array(rgba.length / 4);
  for (let index = 0, at = 0; index < luma.length; index += 1, at += 4)
    luma[index] = (rgba[at] * 77 + rgba[at + 1] * 150 + rgba[at + 2] * 29) >> 8;
  return luma;
}

/** Where the outline lies in a frame of this size: in its middle, as large as fits. */
export function outlineIn({ width, height }, shape) {
  const ratio = SHAPES[shape];
  const wide = Math.min(ROOM[shape] * width, ROOM[shape] * height * ratio);
  const high = wide / ratio;
  return {
    x: Math.round((width - wide) / 2),
    y: Math.round((height - high) / 2),
    width: Math.round(wide),
    height: Math.round(high),
  };
}

/** Mean brightness, 0 to 255. */
export function brightness({ luma, width }, region) {
  let sum = 0;
  for (let y = region.y; y < region.y + region.height; y += 1)
    for (let x = region.x; x < region.x + region.width; x += 1) sum += luma[y * width + x];
  return sum / (region.width * region.height);
}

/** Variance of the Laplacian: low where nothing has an edge, because it is blurred or because it is plain. */
export function sharpness({ luma, width }, region) {
  let [count, sum, squares] = [0, 0, 0];
  for (let y = region.y + 1; y < region.y + region.height - 1; y += 1) {
    for (let x = region.x + 1; x < region.x + region.width - 1; x += 1) {
      const at = y * width + x;
      const value = luma[at - 1] + luma[at + 1] + luma[at - width] + luma[at + width] - 4 * luma[at];
      count += 1;
      sum += value;
      squares += value * value;
    }
  }
  return count === 0 ? 0 : squares / count - (sum / count) ** 2;
}

/** The parts of a region with most to see in them, best first: where focus is to be looked for. */
export function detailed(frame, region, count) {
  const [wide, high] = [Math.floor(region.width / CELLS.across), Math.floor(region.height / CELLS.down)];
  const cells = Array.from({ length: CELLS.across * CELLS.down }, (_, index) => ({
    x: region.x + (index % CELLS.across) * wide,
    y: region.y + Math.floor(index / CELLS.across) * high,
    width: wide,
    height: high,
  }));
  return cells
    .map((cell) => ({ cell, detail: sharpness(frame, cell) }))
    .sort((a, b) => b.detail - a.detail)
    .slice(0, count)
    .map(({ cell }) => cell);
}

/** Whether one block of the region is burnt out white while the region as a whole is not: a lamp, not a white page. */
export function hasGlare(frame, region) {
  if (brightness(frame, region) > 225) return false;
  const [wide, high] = [Math.floor(region.width / BLOCKS.across), Math.floor(region.height / BLOCKS.down)];
  for (let row = 0; row < BLOCKS.down; row += 1)
    for (let column = 0; column < BLOCKS.across; column += 1) {
      const block = { x: region.x + column * wide, y: region.y + row * high, width: wide, height: high };
      if (burnt(frame, block) >= WHITE_PART) return true;
    }
  return false;
}

function burnt({ luma, width }, block) {
  let white = 0;
  for (let y = block.y; y < block.y + block.height; y += 1)
    for (let x = block.x; x < block.x + block.width; x += 1) if (luma[y * width + x] >= WHITE) white += 1;
  return white / Math.max(1, block.width * block.height);
}

/** Mean change of brightness since the frame before; of another size, or of none, it is all change. */
export function motion(frame, before, region) {
  if (!before || before.width !== frame.width || before.height !== frame.height) return 255;
  let sum = 0;
  for (let y = region.y; y < region.y + region.height; y += 1)
    for (let x = region.x; x < region.x + region.width; x += 1) {
      const at = y * frame.width + x;
      sum += Math.abs(frame.luma[at] - before.luma[at]);
    }
  return sum / (region.width * region.height);
}

/**
 * How large a card lies there, as a part of the outline's own size: 1 fills it. Null when its four sides are not seen. A
 * side is a step in brightness that two thirds of it agree on, each at a place of its own, so that a card may lie askew.
 */
export function cardSize(frame, outline) {
  const turned = turn(frame);
  const lying = { x: outline.y, y: outline.x, width: outline.height, height: outline.width };
  const across = spanOf(frame, outline);
  const down = spanOf(turned, lying);
  return across === null || down === null ? null : Math.min(across / outline.width, down / outline.height);
}

/** From the left to the right side, in pixels; null when one of them is not seen. */
function spanOf(frame, outline) {
  const middle = outline.x + outline.width / 2;
  const inner = (outline.width / 2) * INNERMOST;
  const left = sideBetween(frame, outline, { from: 2, to: Math.floor(middle - inner) });
  const right = sideBetween(frame, outline, { from: Math.ceil(middle + inner), to: frame.width - 3 });
  return left === null || right === null ? null : right - left;
}

/** Where an upright side lies between two columns: the strongest place of each third, by the two that agree. */
function sideBetween(frame, outline, columns) {
  // The corners are left out: they are round on cards, and the first to be cut.
  const from = outline.y + outline.height * 0.15;
  const third = (outline.height * 0.7) / 3;
  const places = [0, 1, 2]
    .map((part) =>
      strongest(frame, columns, { from: Math.round(from + part * third), to: Math.round(from + (part + 1) * third) }),
    )
    .filter((place) => place !== null)
    .sort((a, b) => a - b);
  const near = outline.width * 0.1;
  if (places.length < 2) return null;
  if (places.length === 2) return places[1] - places[0] <= near ? (places[0] + places[1]) / 2 : null;
  return places[2] - places[1] <= near || places[1] - places[0] <= near ? places[1] : null;
}

function strongest({ luma, width }, columns, rows) {
  let [best, where] = [0, null];
  for (let x = columns.from; x <= columns.to; x += 1) {
    let stepped = 0;
    for (let y = rows.from; y < rows.to; y += 1) {
      const at = y * width + x;
      if (Math.abs(luma[at + 2] - luma[at - 2]) >= STEP) stepped += 1;
    }
    const part = stepped / Math.max(1, rows.to - rows.from);
    if (part > best) [best, where] = [part, x];
  }
  return best >= STEPPED ? where : null;
}

/** The frame with its columns as rows. */
function turn({ luma, width, height }) {
  const turned = new Uint8Array(luma.length);
  for (let y = 0; y < height; y += 1) for (let x = 0; x < width; x += 1) turned[x * height + y] = luma[y * width + x];
  return { luma: turned, width: height, height: width };
}
