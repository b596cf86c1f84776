import type { AuditEventRow } from './audit-event-view.js';

/**
 * One event as a line of Common Event Format 0, for tools that watch (ArcSight, "Common Event Format Implementation Standard",
 * revision 25: header, extension dictionary and "Character Encoding"). A backslash is escaped everywhere; a pipe in the header
 * alone, which has one line; an equals sign in the extension alone, where a line break is written `\n` or `\r`. Severity is 5 of
 * 10 for all: the trail says what happened, and not how bad it is.
 */
export function cefLine(event: AuditEventRow): string {
  const name = headerText(event.type);
  return `CEF:0|Regain|Regain|1|${name}|${name}|5|${extensionOf(event)}`;
}

function extensionOf(event: AuditEventRow): string {
  const members: Record<string, string> = {
    rt: String(event.occurredAt.getTime()),
    externalId: event.id,
    suid: event.actorId,
    cs1Label: 'chain',
    cs1: event.chainId,
    cn1Label: 'seq',
    cn1: event.seq,
    cs2Label: 'data',
    cs2: JSON.stringify(event.data),
    cs3Label: 'actorKind',
    cs3: event.actorKind,
  };
  return Object.entries(members)
    .map(([key, value]) => `${key}=${extensionText(value)}`)
    .join(' ');
}

const headerText = (text: string): string =>
  text
    .replaceAll('\\', '\\\\')
    .replaceAll('|', '\\|')
    .replaceAll(/[\r\n]+/g, ' ');

const extensionText = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('=', '\\=').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
