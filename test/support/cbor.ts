/** The few shapes of CBOR (RFC 8949) that an authenticator writes: integers, byte and text strings, arrays, maps. */
export type CborValue = number | string | Buffer | CborEntry[] | { items: CborValue[] };
export type CborEntry = [key: number | string, value: CborValue];

const MAJOR = { unsigned: 0, negative: 1, bytes: 2, text: 3, array: 4, map: 5 } as const;

function head(major: number, argument: number): Buffer {
  const type = major << 5;
  if (argument < 24) return Buffer.from([type | argument]);
  if (argument < 0x100) return Buffer.from([type | 24, argument]);
  const wide = argument >= 0x10000;
  const bytes = Buffer.alloc(wide ? 5 : 3);
  bytes.writeUInt8(type | (wide ? 26 : 25), 0);
  if (wide) bytes.writeUInt32BE(argument, 1);
  else bytes.writeUInt16BE(argument, 1);
  return bytes;
}

function encode(value: CborValue): Buffer {
  if (typeof value === 'number') return value >= 0 ? head(MAJOR.unsigned, value) : head(MAJOR.negative, -1 - value);
  if (Buffer.isBuffer(value)) return Buffer.concat([head(MAJOR.bytes, value.length), value]);
  if (typeof value === 'string') return Buffer.concat([head(MAJOR.text, Buffer.byteLength(value)), Buffer.from(value)]);
  if (Array.isArray(value)) return cborMap(value);
  return Buffer.concat([head(MAJOR.array, value.items.length), ...value.items.map(encode)]);
}

/** A map in the order given. */
export function cborMap(entries: readonly CborEntry[]): Buffer {
  return Buffer.concat([
    head(MAJOR.map, entries.length),
    ...entries.flatMap(([key, value]) => [encode(key), encode(value)]),
  ]);
}
