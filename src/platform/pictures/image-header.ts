import type { ImageType } from './image-type.js';

/** What a file claims about itself. Decoders are given it as a limit, never as a fact. */
export interface ImageHeader {
  width: number;
  height: number;
  animated: boolean;
}

/** Enough for any real file; a crafted one cannot make us walk millions of empty chunks. */
const MAX_STEPS = 10_000;

/**
 * Reads dimensions from the bytes without decoding any pixel. Undefined when the structure is not the type's own.
 * Never throws, never reads outside `bytes`, allocates nothing of the size of the picture.
 */
export function readImageHeader(bytes: Uint8Array, type: ImageType): ImageHeader | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = { jpeg: readJpeg, png: readPng, webp: readWebp }[type](view);
  return header && header.width > 0 && header.height > 0 ? header : undefined;
}

/** ITU-T T.81, B.1.1.4 (marker segments) and B.2.2 (frame header). */
function readJpeg(view: DataView): ImageHeader | undefined {
  let at = 2;
  for (let step = 0; step < MAX_STEPS && at + 4 <= view.byteLength; step += 1) {
    if (view.getUint8(at) !== 0xff) return undefined;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (isFrameHeader(marker)) {
      if (at + 9 > view.byteLength) return undefined;
      return { height: view.getUint16(at + 5), width: view.getUint16(at + 7), animated: false };
    }
    const isSegment = marker >= 0xc0 && marker !== 0xd8 && marker !== 0xd9 && marker !== 0xda && !isRestart(marker);
    const length = view.getUint16(at + 2);
    if (!isSegment || length < 2) return undefined;
    at += 2 + length;
  }
  return undefined;
}

/** SOF0 to SOF15 without DHT (c4), JPG (c8) and DAC (cc), which share the range. */
function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

function isRestart(marker: number): boolean {
  return marker >= 0xd0 && marker <= 0xd7;
}

/** W3C PNG (third edition), 11.2.1 (IHDR) and 11.3.6.1 (acTL, which must come before IDAT). */
function readPng(view: DataView): ImageHeader | undefined {
  if (view.byteLength < 33 || view.getUint32(8) !== 13 || tagAt(view, 12) !== 'IHDR') return undefined;
  const header = { width: view.getUint32(16), height: view.getUint32(20), animated: false };
  let at = 33;
  for (let step = 0; step < MAX_STEPS && at + 8 <= view.byteLength; step += 1) {
    const tag = tagAt(view, at + 4);
    if (tag === 'IDAT') return header;
    if (tag === 'acTL') return { ...header, animated: true };
    at += 12 + view.getUint32(at);
  }
  return undefined;
}

/** RFC 9649, 2.5 to 2.7. The first chunk says which of the three forms it is. */
function readWebp(view: DataView): ImageHeader | undefined {
  if (view.byteLength < 30) return undefined;
  switch (tagAt(view, 12)) {
    case 'VP8 ': {
      const isKeyFrame = (view.getUint8(20) & 1) === 0 && view.getUint8(23) === 0x9d && view.getUint16(24) === 0x012a;
      if (!isKeyFrame) return undefined;
      return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff, animated: false };
    }
    case 'VP8L': {
      if (view.getUint8(20) !== 0x2f) return undefined;
      const bits = view.getUint32(21, true);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1, animated: false };
    }
    case 'VP8X': {
      const animated = (view.getUint8(20) & 0x02) !== 0;
      return { width: uint24(view, 24) + 1, height: uint24(view, 27) + 1, animated };
    }
    default:
      return undefined;
  }
}

function tagAt(view: DataView, at: number): string {
  return String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3));
}

function uint24(view: DataView, at: number): number {
  return view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
}
