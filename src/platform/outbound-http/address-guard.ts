import ipaddr from 'ipaddr.js';

/**
 * What an address may be used for. `forbidden` is everything that is neither plainly on the public internet nor
 * plainly inside: link-local (cloud metadata), multicast, documentation, benchmarking, reserved, and every form of
 * IPv6 that carries an IPv4 address inside (mapped, compatible, NAT64, 6to4, Teredo, ISATAP), because what such an
 * address reaches depends on somebody else's gateway.
 */
export type AddressKind = 'global' | 'private' | 'loopback' | 'forbidden';

/** Metadata services outside 169.254.0.0/16: Alibaba Cloud's in 100.64.0.0/10 and AWS' in fc00::/7. */
const METADATA_ADDRESSES: ReadonlySet<string> = new Set(['100.100.100.200', 'fd00:ec2::254']);

const GLOBAL_UNICAST_V6: [ipaddr.IPv6, number] = [ipaddr.IPv6.parse('2000::'), 3];

const KIND_OF_RANGE: Readonly<Record<string, AddressKind>> = {
  unicast: 'global',
  private: 'private',
  carrierGradeNat: 'private',
  uniqueLocal: 'private',
  loopback: 'loopback',
};

/** Classifies an address as a resolver or a parsed URL gives it; text that is no address is `forbidden`. */
export function classifyAddress(text: string): AddressKind {
  if (!ipaddr.IPv4.isValidFourPartDecimal(text) && !ipaddr.IPv6.isValid(text)) return 'forbidden';
  const address = ipaddr.parse(text);
  if (METADATA_ADDRESSES.has(address.toString())) return 'forbidden';
  const kind = KIND_OF_RANGE[address.range()] ?? 'forbidden';
  if (address.kind() === 'ipv6' && kind === 'global') return classifyGlobalV6(address as ipaddr.IPv6);
  return kind;
}

/**
 * RFC 4291, 2.4 calls everything not set aside "global unicast", `::/96` with its embedded IPv4 addresses included;
 * IANA has only ever delegated 2000::/3.
 */
function classifyGlobalV6(address: ipaddr.IPv6): AddressKind {
  return address.match(GLOBAL_UNICAST_V6) && !isIsatap(address) ? 'global' : 'forbidden';
}

/** RFC 5214, 6.1: interface identifier 0:5efe or 200:5efe followed by an IPv4 address. */
function isIsatap({ parts }: ipaddr.IPv6): boolean {
  return ((parts[4] ?? 0) & 0xfdff) === 0 && parts[5] === 0x5efe;
}
