import { describe, expect, it } from '@jest/globals';
import type { AuditEventRow } from './audit-event-view.js';
import { cefLine } from './cef.js';

const EVENT: AuditEventRow = {
  id: 'evt_1',
  chainId: 'rc_1',
  seq: '7',
  type: 'review.voted',
  actorKind: 'person',
  actorId: 'rita',
  occurredAt: new Date('2026-11-22T10:04:05.678Z'),
  data: { attempt: 1 },
};

/**
 * Reads a line as the standard says: seven fields up to pipes that are not escaped, then keys up to equals signs that
 * are not.
 */
function read(line: string): { header: string[]; extension: Record<string, string> } {
  const [, head = '', rest = ''] = /^((?:(?:\\.|[^\\|])*\|){7})(.*)$/s.exec(line) ?? [];
  const header = [...head.matchAll(/((?:\\.|[^\\|])*)\|/gs)].map(([, text = '']) => text.replaceAll(/\\(.)/gs, '$1'));
  const extension = [...rest.matchAll(/(\w+)=((?:\\.|[^\\=])*?)(?= \w+=|$)/gs)].map(([, key = '', text = '']) => [
    key,
    text.replaceAll(/\\(.)/gs, (_all, char: string) => ({ n: '\n', r: '\r' })[char] ?? char),
  ]);
  return { header, extension: Object.fromEntries(extension) as Record<string, string> };
}

describe('an event as Common Event Format', () => {
  it('names product and kind in seven fields, and everything else by the dictionary’s keys', () => {
    expect(cefLine(EVENT)).toBe(
      'CEF:0|Regain|Regain|1|review.voted|review.voted|5|rt=1795341845678 externalId=evt_1 suid=rita cs1Label=chain cs1=rc_1 ' +
        'cn1Label=seq cn1=7 cs2Label=data cs2={"attempt":1} cs3Label=actorKind cs3=person',
    );
  });

  it.each([
    ['what ends a field', 'a|b'],
    ['what begins a value', 'a=b cs1=forged'],
    ['what escapes', String.raw`a\|b\=c\nd\\`],
    ['line breaks', 'first\nCEF:0|forged\r\nthird'],
    ['a formula', '=1+1'],
    ['letters of any script', 'عبد ÄÖ 名'],
  ])('T96: says %s so that it is read as it was, on one line', (_what, text) => {
    const line = cefLine({ ...EVENT, actorId: text, chainId: text, data: { text } });
    expect(line).not.toMatch(/[\r\n]/);
    const { header, extension } = read(line);
    expect(header).toHaveLength(7);
    expect([extension.suid, extension.cs1, JSON.parse(extension.cs2 ?? '')]).toEqual([text, text, { text }]);
    expect(Object.keys(extension)).toEqual(Object.keys(read(cefLine(EVENT)).extension));
  });

  it('T96: keeps seven fields in the header whatever a type holds', () => {
    const { header } = read(cefLine({ ...EVENT, type: String.raw`x|y\z` + '\n' }));
    expect(header).toEqual(['CEF:0', 'Regain', 'Regain', '1', String.raw`x|y\z `, String.raw`x|y\z `, '5']);
  });
});
