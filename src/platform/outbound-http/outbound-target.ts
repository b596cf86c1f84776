import ipaddr from 'ipaddr.js';
import { type AddressKind, classifyAddress } from './address-guard.js';

/** Why a call was not even tried. */
export const OUTBOUND_REFUSALS = ['url', 'scheme', 'credentials', 'host', 'address', 'header', 'method'] as const;
export type OutboundRefusal = (typeof OUTBOUND_REFUSALS)[number];

/** The call was refused before anything left this machine. `host` is a parsed host name, or empty. */
export class OutboundRefusedError extends Error {
  override readonly name = 'OutboundRefusedError';

  constructor(
    readonly refusal: OutboundRefusal,
    readonly host: string,
    detail: string,
  ) {
    super(`Refused by the address guard: ${detail}.`);
  }
}

export interface OutboundPolicy {
  /**
   * Origins such as `http://127.0.0.1:4001` that may be called without TLS, for simulators and for a mail catcher on
   * the desk. They must lead to a loopback or private address: plain text never crosses the internet.
   */
  allowedPlainOrigins: readonly string[];
  /**
   * Origins such as `https://idp.bank.internal:8443` that may also lead to a private address: a partner, or the staff's
   * sign-in, inside one's own network. A name never leads to this machine; an origin that spells out a loopback address may.
   */
  allowedPrivateOrigins: readonly string[];
}

/** A URL that passed, parsed once, and the only addresses its connection may use. */
export interface OutboundTarget {
  url: URL;
  addresses: readonly string[];
  /** One of the private origins, which have certificates of their own. */
  isPrivateOrigin: boolean;
}

export type ResolveHost = (hostname: string) => Promise<readonly string[]>;

/** What the WHATWG parser would quietly drop or turn into a slash; other software reads such URLs differently. */
const AMBIGUOUS = /[\s\\\p{Cc}]/u;

/** The URL parser takes `*` for a host name; an operator who writes it means something else. */
const HOST_NAME = /^(?:[a-z0-9.-]+|\[[0-9a-f:]+\])$/;

const PLAIN: ReadonlySet<AddressKind> = new Set(['loopback', 'private']);
const PUBLIC: ReadonlySet<AddressKind> = new Set(['global']);
const INSIDE: ReadonlySet<AddressKind> = new Set(['global', 'private']);
const THIS_MACHINE: ReadonlySet<AddressKind> = new Set(['loopback']);

/** @throws TypeError for an entry that would never match or that asks for more than a plain origin or a host name */
export function assertOutboundPolicy(policy: OutboundPolicy): void {
  for (const origin of policy.allowedPlainOrigins) {
    if (!URL.canParse(origin) || new URL(origin).origin !== origin || !origin.startsWith('http://')) {
      throw new TypeError(`Not a plain origin such as http://127.0.0.1:4001: ${origin}`);
    }
  }
  for (const origin of policy.allowedPrivateOrigins) {
    if (placeOfPrivateOrigin(origin) === undefined) {
      throw new TypeError(`Not an https origin such as https://idp.bank.internal:8443: ${origin}`);
    }
  }
}

/**
 * What a private origin spells out: a name, or an address of this kind. Undefined for what is no https origin in canonical
 * form, and for addresses that nobody may be sent to (link-local, metadata, …).
 */
export function placeOfPrivateOrigin(origin: string): 'name' | Exclude<AddressKind, 'forbidden'> | undefined {
  const url = URL.canParse(origin) ? new URL(origin) : undefined;
  if (url?.origin !== origin || url.protocol !== 'https:' || !HOST_NAME.test(url.hostname)) return undefined;
  const literal = literalAddress(url.hostname);
  if (literal === undefined) return url.hostname.endsWith('.') || url.hostname === 'localhost' ? undefined : 'name';
  const kind = classifyAddress(literal);
  return kind === 'forbidden' ? undefined : kind;
}

/**
 * Parses the URL once (WHATWG), checks it, and settles who may be called for it.
 * @throws OutboundRefusedError
 */
export function parseTarget(
  text: string,
  policy: OutboundPolicy,
): { url: URL; mayUse: ReadonlySet<AddressKind>; isPrivateOrigin: boolean } {
  if (AMBIGUOUS.test(text) || !URL.canParse(text))
    throw new OutboundRefusedError('url', '', 'not a clean absolute URL');
  const url = new URL(text);
  const host = url.hostname;
  if (url.username !== '' || url.password !== '') {
    throw new OutboundRefusedError('credentials', host, 'credentials in the URL');
  }
  if (host === '' || host.endsWith('.')) throw new OutboundRefusedError('host', host, 'no proper host name');
  if (url.protocol === 'http:' && policy.allowedPlainOrigins.includes(url.origin)) {
    return { url, mayUse: PLAIN, isPrivateOrigin: false };
  }
  if (url.protocol !== 'https:') throw new OutboundRefusedError('scheme', host, 'https is required');
  if (!policy.allowedPrivateOrigins.includes(url.origin)) return { url, mayUse: PUBLIC, isPrivateOrigin: false };
  const mayUse = placeOfPrivateOrigin(url.origin) === 'loopback' ? THIS_MACHINE : INSIDE;
  return { url, mayUse, isPrivateOrigin: true };
}

/**
 * Resolves the host once and checks every address; one bad address among good ones refuses the call, because the
 * name's owner chooses the order. The caller connects to these addresses and to nothing else.
 * @throws OutboundRefusedError; what `resolve` throws passes unchanged
 */
export async function settleTarget(
  text: string,
  policy: OutboundPolicy,
  resolve: ResolveHost,
): Promise<OutboundTarget> {
  const { url, mayUse, isPrivateOrigin } = parseTarget(text, policy);
  const literal = literalAddress(url.hostname);
  const addresses = literal === undefined ? await resolve(url.hostname) : [literal];
  const refused = addresses.map(classifyAddress).find((kind) => !mayUse.has(kind));
  if (addresses.length === 0 || refused !== undefined) {
    throw new OutboundRefusedError('address', url.hostname, `the host leads to a ${refused ?? 'missing'} address`);
  }
  return { url, addresses, isPrivateOrigin };
}

/** The URL parser has already turned octal, hexadecimal, short and dword forms into four decimal parts. */
function literalAddress(hostname: string): string | undefined {
  if (hostname.startsWith('[')) return hostname.slice(1, -1);
  return ipaddr.IPv4.isValidFourPartDecimal(hostname) ? hostname : undefined;
}
