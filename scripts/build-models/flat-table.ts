/**
 * One table of a FlatBuffers file, read in place (FlatBuffers internals, https://flatbuffers.dev/internals/): a table
 * starts with a signed offset back to its vtable, which holds the 16-bit position of each field or 0 when absent.
 * Field numbers are those of the schema. Offsets outside the file throw a RangeError.
 */
export class FlatTable {
  private constructor(
    private readonly view: DataView,
    private readonly start: number,
  ) {}

  static root(bytes: Uint8Array): FlatTable {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return new FlatTable(view, view.getUint32(0, true));
  }

  byte(field: number, absent = 0): number {
    const at = this.position(field);
    return at === undefined ? absent : this.view.getInt8(at);
  }

  int(field: number, absent = 0): number {
    const at = this.position(field);
    return at === undefined ? absent : this.view.getInt32(at, true);
  }

  ints(field: number): number[] {
    return this.elements(field, (at) => this.view.getInt32(at, true));
  }

  /** A copy of a byte vector; empty when the field is absent. */
  bytes(field: number): Uint8Array {
    const vector = this.vector(field);
    return new Uint8Array(this.view.buffer, this.view.byteOffset + vector.first, vector.length).slice();
  }

  table(field: number): FlatTable | undefined {
    const at = this.position(field);
    return at === undefined ? undefined : new FlatTable(this.view, this.follow(at));
  }

  tables(field: number): FlatTable[] {
    return this.elements(field, (at) => new FlatTable(this.view, this.follow(at)));
  }

  private elements<Element>(field: number, read: (at: number) => Element): Element[] {
    const { first, length } = this.vector(field);
    return Array.from({ length }, (_, index) => read(first + 4 * index));
  }

  private vector(field: number): { first: number; length: number } {
    const at = this.position(field);
    if (at === undefined) return { first: 0, length: 0 };
    const start = this.follow(at);
    return { first: start + 4, length: this.view.getUint32(start, true) };
  }

  private follow(at: number): number {
    return at + this.view.getUint32(at, true);
  }

  private position(field: number): number | undefined {
    const vtable = this.start - this.view.getInt32(this.start, true);
    const slot = 4 + 2 * field;
    const offset = slot < this.view.getUint16(vtable, true) ? this.view.getUint16(vtable + slot, true) : 0;
    return offset === 0 ? undefined : this.start + offset;
  }
}
