import { describe, expect, it } from '@jest/globals';
import { mailboxOf } from './link-addresses.js';

describe('the mailbox behind an address', () => {
  it.each([
    ['Ana@Example.org', 'ana@example.org'],
    ['ana+recovery@example.org', 'ana@example.org'],
    ['ana+a+b@example.org', 'ana@example.org'],
    ['ana.b@example.org', 'ana.b@example.org'],
  ])('%s is %s', (email, mailbox) => expect(mailboxOf(email)).toBe(mailbox));
});
