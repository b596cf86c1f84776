import { describe, expect, it } from '@jest/globals';
import { mailboxOf } from './mailbox.js';

describe('the mailbox behind an address', () => {
  it.each([
    ['Ana@Example.org', 'ana@example.org'],
    ['ana+recovery@example.org', 'ana@example.org'],
    ['ana+a+b@example.org', 'ana@example.org'],
    ['ana.b@example.org', 'ana.b@example.org'],
    ['a.n.a+bank@GMail.com', 'ana@gmail.com'],
    ['ana@googlemail.com', 'ana@gmail.com'],
    ['a.na@googlemail.com', 'ana@gmail.com'],
    ['ana@me.com', 'ana@icloud.com'],
    ['a.na@mac.com', 'a.na@icloud.com'],
    ['a.na@icloud.com', 'a.na@icloud.com'],
    ['a.na@gmail.com.evil.example', 'a.na@gmail.com.evil.example'],
    ['a.na@constructor', 'a.na@constructor'],
  ])('%s is %s', (email, mailbox) => expect(mailboxOf(email)).toBe(mailbox));
});
