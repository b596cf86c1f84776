import { inflateRawSync } from 'node:zlib';

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const STORED = 0;
const DEFLATED = 8;

/**
 * One file out of a zip archive (PKWARE APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16). Plain archives only: no
 * encryption, no ZIP64. Throws when the archive has no such file. Used on archives whose SHA-256 is pinned.
 */
export function readZipEntry(archive: Uint8Array, name: string): Uint8Array {
  const bytes = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength);
  const end = bytes.lastIndexOf(signature(END_OF_DIRECTORY));
  if (end < 0) throw new Error('The file is not a zip archive.');
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
    if (bytes.readUInt32LE(at) !== DIRECTORY_ENTRY) throw new Error('The zip archive has a damaged directory.');
    const nameLength = bytes.readUInt16LE(at + 28);
    if (bytes.toString('utf8', at + 46, at + 46 + nameLength) === name) return content(bytes, at);
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  throw new Error(`The zip archive has no file ${name}.`);
}

function content(bytes: Buffer, directoryEntry: number): Uint8Array {
  const method = bytes.readUInt16LE(directoryEntry + 10);
  const packedSize = bytes.readUInt32LE(directoryEntry + 20);
  const header = bytes.readUInt32LE(directoryEntry + 42);
  const start = header + 30 + bytes.readUInt16LE(header + 26) + bytes.readUInt16LE(header + 28);
  const packed = bytes.subarray(start, start + packedSize);
  if (method === STORED) return packed;
  if (method === DEFLATED) return inflateRawSync(packed);
  throw new Error(`The zip archive uses compression method ${method}.`);
}

function signature(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
