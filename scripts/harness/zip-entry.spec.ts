import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { readZipEntry } from './zip-entry.js';

describe('readZipEntry', () => {
  const text = 'A line of text, and a line of text, and a line of text.';
  const archive = zipOf([
    { name: 'a/stored.txt', method: 0, packed: Buffer.from('stored') },
    { name: 'a/packed.txt', method: 8, packed: deflateRawSync(text) },
    { name: 'a/other.txt', method: 12, packed: Buffer.from('?') },
  ]);

  it('reads stored and deflated files', () => {
    expect(Buffer.from(readZipEntry(archive, 'a/stored.txt')).toString()).toBe('stored');
    expect(Buffer.from(readZipEntry(archive, 'a/packed.txt')).toString()).toBe(text);
  });

  it('reads an archive that is a view into a larger buffer', () => {
    const shifted = Buffer.concat([Buffer.alloc(7), archive]).subarray(7);
    expect(Buffer.from(readZipEntry(shifted, 'a/packed.txt')).toString()).toBe(text);
  });

  it.each([
    ['a file that is not there', archive, 'a/none.txt', 'has no file a/none.txt'],
    ['another compression', archive, 'a/other.txt', 'compression method 12'],
    ['bytes that are no archive', Buffer.from('no archive at all, really none'), 'a', 'not a zip archive'],
  ])('refuses %s', (_what, bytes, name, message) => {
    expect(() => readZipEntry(bytes, name)).toThrow(message);
  });
});

interface ZipFile {
  name: string;
  method: number;
  packed: Buffer;
}

function zipOf(files: readonly ZipFile[]): Buffer {
  const contents: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { name, method, packed } of files) {
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(method, 10);
    entry.writeUInt32LE(packed.length, 20);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(at, 42);
    contents.push(local, Buffer.from(name), packed);
    directory.push(entry, Buffer.from(name));
    at += local.length + name.length + packed.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...contents, ...directory, end]);
}
