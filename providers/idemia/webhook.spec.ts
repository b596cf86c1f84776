import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { ProviderError, Sensitive } from '../kit/index.js';
import { authenticateNotification } from './webhook.js';

const HEADER = 'x-idemia-notification-key';
const [CURRENT, OLDER] = ['the-current-key-of-the-tenant', 'the-older-key-of-the-tenant'];
const ID = 'gips-68f30e11-0c2a-44e1-8f31-0fe090cac51c';

function authenticate(
  text: string,
  headers: Record<string, string> = { [HEADER]: CURRENT },
  idMembers = ['identityId', 'id'],
) {
  const keys = [CURRENT, OLDER].map((key) => new Sensitive(key));
  return authenticateNotification(
    { body: new TextEncoder().encode(text), headers },
    { header: HEADER, keys, idMembers },
  );
}

describe('authenticateNotification', () => {
  const genuine = JSON.stringify({ identityId: ID, status: 'VERIFIED' });

  it('names the identity and a delivery made of the bytes, and passes on nothing else', () => {
    const deliveryId = `sha256-${createHash('sha256').update(genuine).digest('hex')}`;
    expect(authenticate(genuine)).toEqual({ externalId: ID, deliveryId, idIsOfContent: true });
  });

  it('T29 the same bytes are one delivery, other bytes another', () => {
    expect(authenticate(genuine).deliveryId).toBe(authenticate(genuine, { [HEADER]: OLDER }).deliveryId);
    expect(authenticate(genuine).deliveryId).not.toBe(authenticate(genuine.replace('VERIFIED', 'INVALID')).deliveryId);
  });

  it.each<[Record<string, string>]>([
    [{}],
    [{ [HEADER]: '' }],
    [{ [HEADER]: CURRENT.toUpperCase() }],
    [{ [HEADER]: `${CURRENT}, ${CURRENT}` }],
    [{ [HEADER]: `${CURRENT} ` }],
    [{ apikey: CURRENT }],
    [{ authorization: `Bearer ${CURRENT}` }],
  ])('T28 refuses headers %j before it looks at the body', (headers) => {
    for (const text of [genuine, '<html>'])
      expect(() => authenticate(text, headers)).toThrow(
        new ProviderError('not_authentic', 'the notification has not our key'),
      );
  });

  it.each([
    [{ evidence: { id: 'evidence-1' }, identityId: ID }, ID],
    [{ event: { identity: { identityId: ID } }, id: 'notification-1' }, ID],
    [[{ type: 'PORTRAIT', id: ID }], ID],
    [{ id: ID, evidence: { id: 'evidence-1' } }, ID],
  ])('finds the id in %j: the best name first, the outermost place of it', (notification, found) => {
    expect(authenticate(JSON.stringify(notification)).externalId).toBe(found);
  });

  it('looks only under the configured names', () => {
    expect(authenticate(`{"gips":"${ID}"}`, undefined, ['gips']).externalId).toBe(ID);
    expect(() => authenticate(`{"gips":"${ID}"}`)).toThrow(expect.objectContaining({ code: 'unintelligible' }));
  });

  it.each([
    '',
    'null',
    '"text"',
    '[]',
    '{}',
    '<html>',
    '{"identityId":7}',
    `{"identityId":"../${ID}"}`,
    `{"identityId":"${ID} "}`,
    `{"identityId":"${ID}\\u0000"}`,
    `{"identityId":["${ID}"]}`,
    `{"__proto__":{"identityId":"${ID}/"}}`,
    '{"a":{"b":{"c":{"d":{"e":{"identityId":"too-deep"}}}}}}',
  ])('genuine, but it names no identity: %j is unintelligible', (text) => {
    expect(() => authenticate(text)).toThrow(expect.objectContaining({ code: 'unintelligible', retryable: false }));
  });
});
