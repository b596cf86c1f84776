import { describe, expect, it } from '@jest/globals';
import { AUDIT_EVENT_TYPES } from '../audit-trail/audit-event-types.js';
import { CASE_EVENTS } from './case-events.js';
import { CASE_STATES, isTerminal, LIVING_STATES, TERMINAL_STATES } from './case-states.js';
import { targetOf, TRANSITION_NAMES, TRANSITIONS, transitionTable } from './case-transitions.js';

describe('the transition table', () => {
  const table = transitionTable();

  it('is total: every state against every transition, once', () => {
    const pairs = table.map(({ state, name }) => `${state} ${name}`);
    expect(new Set(pairs).size).toBe(CASE_STATES.length * TRANSITION_NAMES.length);
    expect(pairs).toHaveLength(CASE_STATES.length * TRANSITION_NAMES.length);
  });

  it('leads nowhere from a closed case (I6)', () => {
    expect(table.filter(({ state, target }) => isTerminal(state) && target !== undefined)).toEqual([]);
  });

  it('lets every living case be cancelled and expire', () => {
    for (const state of LIVING_STATES)
      expect([targetOf(state, 'cancel'), targetOf(state, 'expire')]).toEqual(['cancelled', 'expired']);
  });

  it('reaches every state, and every living state has an end', () => {
    const reached = new Set(['awaiting_authorization', 'link_sent', ...table.map(({ target }) => target)]);
    for (const state of CASE_STATES) expect(reached).toContain(state);
  });

  it('has one way into approved that skips no verdict: from adjudicating, in_review or held alone', () => {
    expect(table.filter(({ target }) => target === 'approved').map(({ state }) => state)).toEqual([
      'adjudicating',
      'in_review',
      'held',
    ]);
  });

  it('completes only an approved case; an evaluation ends without approval', () => {
    expect(table.filter(({ target }) => target === 'completed')).toEqual([
      { state: 'adjudicating', name: 'finish_evaluation', target: 'completed' },
      { state: 'approved', name: 'complete', target: 'completed' },
    ]);
  });

  it('says of every transition what is audited and announced, in words that exist', () => {
    for (const rule of Object.values(TRANSITIONS)) {
      expect(AUDIT_EVENT_TYPES).toContain(rule.audit);
      expect(CASE_EVENTS).toContain(rule.event);
    }
  });

  it('has the twelve states of the contract', () => {
    expect([...LIVING_STATES, ...TERMINAL_STATES]).toEqual(CASE_STATES);
    expect(CASE_STATES).toHaveLength(12);
  });
});
