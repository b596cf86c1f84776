import { networkInterfaces } from 'node:os';
import { classifyAddress } from '../../src/platform/outbound-http/address-guard.js';

/** This machine has no address that production may call. */
export class NoPrivateAddressError extends Error {
  override readonly name = 'NoPrivateAddressError';
}

/**
 * An address of this machine, other than loopback, as production may call it at a private origin: a private one if there
 * is one, else a global one.
 * @throws NoPrivateAddressError
 */
export function privateAddress(interfaces = networkInterfaces()): string {
  const addresses = Object.values(interfaces).flatMap((found) => (found ?? []).map(({ address }) => address));
  for (const wanted of ['private', 'global']) {
    const address = addresses.find((candidate) => classifyAddress(candidate) === wanted);
    if (address) return address;
  }
  throw new NoPrivateAddressError(
    'production calls no partner on loopback, and this machine has no other address: ' +
      'give one of its network interfaces a private one (`ip address add fd00::2/64 dev …`)',
  );
}

/** As it stands in a URL (RFC 3986, 3.2.2). */
export const hostOf = (address: string): string => (address.includes(':') ? `[${address}]` : address);
