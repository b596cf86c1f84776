import type { Scope } from '../../../src/staff-access/scopes.js';
import type { ConsoleWords } from '../language/index.js';
import { CONSOLE_ADDRESSES } from './console-addresses.js';
import type { ConsoleScreen } from './console-view.js';

interface Section {
  /** Without it a section is neither linked nor opened: each of its routes asks for the same. */
  scope: Scope;
  address: string;
  name: (words: ConsoleWords) => string;
  screens: readonly ConsoleScreen[];
}

/** The console's sections, in order; the first that somebody may see is where they come in. */
export const CONSOLE_SECTIONS: readonly Section[] = [
  {
    scope: 'reviews:decide',
    address: CONSOLE_ADDRESSES.reviews,
    name: ({ queue }) => queue,
    screens: ['queue', 'review', 'confirm'],
  },
  { scope: 'cases:read', address: CONSOLE_ADDRESSES.cases, name: ({ desk }) => desk.cases, screens: ['cases', 'case'] },
  {
    scope: 'cases:write',
    address: CONSOLE_ADDRESSES.newRequest,
    name: ({ desk }) => desk.newRequest,
    screens: ['find-person', 'new-request', 'relayed-link'],
  },
  {
    scope: 'cases:authorize',
    address: CONSOLE_ADDRESSES.authorizations,
    name: ({ desk }) => desk.secondPerson,
    screens: ['authorizations'],
  },
  { scope: 'audit:console', address: CONSOLE_ADDRESSES.audit, name: ({ audit }) => audit.heading, screens: ['audit'] },
];
