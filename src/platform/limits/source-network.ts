import ipaddr from 'ipaddr.js';

/** What one customer of a network has at least (RFC 6177): a caller who has one address of it has them all. */
const CUSTOMER_BITS = 64;
/** IPv4 addresses as a translator writes them (RFC 6052, 2.1). */
const TRANSLATED = ipaddr.IPv6.parseCIDR('64:ff9b::/96');

/**
 * What stands for the sender of a request where uses are counted: an IPv4 address, however it is written, or the /64 an
 * IPv6 address belongs to. Anything else stands for itself. Total.
 */
export function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  // An IPv4 address that IPv6 carries is the address itself.
  const parsed = ipaddr.process(address);
  if (parsed instanceof ipaddr.IPv4) return parsed.toString();
  const bytes = parsed.toByteArray();
  if (parsed.match(TRANSLATED)) return bytes.slice(-4).join('.');
  return `${ipaddr.fromByteArray(bytes.map((byte, at) => (at < CUSTOMER_BITS / 8 ? byte : 0))).toString()}/${CUSTOMER_BITS}`;
}
