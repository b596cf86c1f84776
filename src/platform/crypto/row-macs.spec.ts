import { describe, expect, it } from '@jest/globals';
import { KeyRing } from './key-ring.js';
import { isSignedRow, rowFault, rowMac } from './row-macs.js';

const [one] = KeyRing.generate('k1').keys;
const [two] = KeyRing.generate('k2').keys;
if (!one || !two) throw new Error('no keys were made');
const ring = new KeyRing({ keys: [one] });
const digest = Buffer.from('k1.digest');

describe('the MAC of a row', () => {
  it('fits the row as it was written, in bytes or in hexadecimal digits', () => {
    const mac = rowMac(ring, 'flow_sessions', ['fs_1', 'rc_1', digest]);
    expect(isSignedRow(ring, { table: 'flow_sessions', values: ['fs_1', 'rc_1', digest], mac })).toBe(true);
    const texts = ['fs_1', 'rc_1', digest.toString('hex')];
    expect(rowFault(ring, { table: 'flow_sessions', values: texts, mac })).toBeUndefined();
    expect(rowMac(ring, 'flow_sessions', texts)).toEqual(mac);
  });

  it('T24 fits no row of another table, no other values and no other order', () => {
    const mac = rowMac(ring, 'flow_sessions', ['fs_1', 'rc_1', digest]);
    const found = [
      isSignedRow(ring, { table: 'recovery_links', values: ['fs_1', 'rc_1', digest], mac }),
      isSignedRow(ring, { table: 'flow_sessions', values: ['fs_1', 'rc_2', digest], mac }),
      isSignedRow(ring, { table: 'flow_sessions', values: ['rc_1', 'fs_1', digest], mac }),
      isSignedRow(ring, { table: 'flow_sessions', values: ['fs_1', 'rc_1', Buffer.from('k1.other')], mac }),
      isSignedRow(ring, { table: 'flow_sessions', values: ['fs_1', 'rc_1', digest], mac: mac.subarray(1) }),
      isSignedRow(ring, { table: 'flow_sessions', values: ['fs_1', 'rc_1', digest], mac: mac.subarray(0, -1) }),
      isSignedRow(ring, { table: 'flow_sessions', values: ['fs_1', 'rc_1', digest], mac: Buffer.alloc(0) }),
    ];
    expect(found).toEqual(found.map(() => false));
  });

  it('T24 is no digest of a secret: those are of another purpose', () => {
    const text = JSON.stringify(['regain-row-1', 'staff_sessions', 'sts_1', digest.toString('hex')]);
    const mac = ring.digest('token', text);
    expect(rowFault(ring, { table: 'staff_sessions', values: ['sts_1', digest], mac })).toBe('wrong');
  });

  it('T117 ends with its key for what a secret opens, and for a passkey only when the key is taken away', () => {
    const page = { table: 'staff_sessions', values: ['sts_1', digest] } as const;
    const passkey = { table: 'credentials', values: ['pk_1', 'sub_1', digest, digest] } as const;
    const macs = [rowMac(ring, page.table, page.values), rowMac(ring, passkey.table, passkey.values)] as const;
    const believed = (by: KeyRing) => [
      isSignedRow(by, { ...page, mac: macs[0] }),
      isSignedRow(by, { ...passkey, mac: macs[1] }),
    ];
    expect(believed(new KeyRing({ keys: [one, two] }))).toEqual([true, true]);
    const ended = { ...one, acceptedUntil: '2020-01-01T00:00:00Z' };
    expect(believed(new KeyRing({ keys: [ended, two] }))).toEqual([false, true]);
    expect(believed(new KeyRing({ keys: [two] }))).toEqual([false, false]);
    expect(rowFault(new KeyRing({ keys: [two] }), { ...passkey, mac: macs[1] })).toBe('key');
  });
});
