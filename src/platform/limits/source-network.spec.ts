import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { networkOf } from './source-network.js';

describe('networkOf', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['::ffff:c000:207', '192.0.2.7'],
    ['64:ff9b::192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2::1', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2:ffff:ffff:ffff:ffff', '2001:db8:1:2::/64'],
    ['2001:db8:1:3::1', '2001:db8:1:3::/64'],
    ['fe80::1%eth0', 'fe80::/64'],
    ['::1', '::/64'],
    ['unknown', 'unknown'],
    ['', ''],
  ])('%s is counted as %s', (address, counted) => {
    expect(networkOf(address)).toBe(counted);
  });

  it('counts all addresses of one customer as one, and never throws', () => {
    fc.assert(
      fc.property(fc.ipV6(), fc.ipV6(), fc.string(), (one, other, text) => {
        expect(networkOf(one)).toBe(networkOf(one.toUpperCase()));
        expect(typeof networkOf(other)).toBe('string');
        expect(typeof networkOf(text)).toBe('string');
      }),
    );
  });
});
