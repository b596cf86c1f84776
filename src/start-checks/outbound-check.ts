import { readFileSync, statSync } from 'node:fs';
import { SystemClock } from '../platform/clock/clock.js';
import { readAuthorities } from '../platform/outbound-http/private-authorities.js';
import type { ReadSettings } from './environment-checks.js';
import { fault, ok, warning, type Finding } from './finding.js';

const ORIGINS = 'OUTBOUND_PRIVATE_ORIGINS';
const AUTHORITIES = 'OUTBOUND_CA_FILE';
/** An attacker who may write into the file decides whom we take for a partner. */
const TOO_OPEN = 0o022;

/** Which doors stand open into one's own network, and whether those who vouch for what is behind them can. */
export function outboundFindings(settings: ReadSettings): Finding[] {
  const { OUTBOUND_PRIVATE_ORIGINS: origins = [], OUTBOUND_CA_FILE: path } = settings;
  if (origins.length === 0) return [];
  const trust = path === undefined ? 'the public authorities vouch for them' : `${AUTHORITIES} alone vouches for them`;
  const detail = `private addresses may be called at ${origins.join(', ')}; ${trust}`;
  const open = warning(ORIGINS, detail, 'keep only what a partner or the staff’s sign-in needs');
  return [open, ...(path === undefined ? [] : [authorityFinding(path)])];
}

function authorityFinding(path: string): Finding {
  try {
    const authorities = readAuthorities(readFileSync(path, 'utf8'));
    if (statSync(path).mode & TOO_OPEN) {
      return fault(AUTHORITIES, 'others than its owner may change it', 'chmod 0644 it, or less');
    }
    const now = new SystemClock().now();
    if (authorities.some(({ validTo }) => new Date(validTo) <= now)) {
      return fault(AUTHORITIES, 'one of its certificates has ended', 'replace it, or take it out');
    }
    return ok(AUTHORITIES, `holds ${authorities.length} authorities, and they are valid`);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const detail =
      code !== undefined && /^E[A-Z]+$/.test(code) ? `cannot be read (${code})` : 'is not certificates in PEM';
    return fault(AUTHORITIES, detail, 'name a readable PEM file');
  }
}
