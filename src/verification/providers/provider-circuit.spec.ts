import { describe, expect, it } from '@jest/globals';
import { setTimeout as wait } from 'node:timers/promises';
import { ProviderCircuit, type CircuitAspect, type CircuitRules } from './provider-circuit.js';

const REST_MS = 40;
/** For tests that look at an open circuit: long enough for the busiest machine. */
const LONG_REST_MS = 60_000;

function rulesWith(restMs: number): CircuitRules {
  const rule = { faultsInARow: 3, restMs, trialMs: 10_000 };
  return { create: rule, fetch: rule, result: rule };
}

function rig(restMs = REST_MS) {
  const changes: string[] = [];
  const circuit = new ProviderCircuit(
    (aspect, seconds) => changes.push(`${aspect} open ${seconds}`),
    (aspect) => changes.push(`${aspect} closed`),
    rulesWith(restMs),
  );
  const observe = async (ok: boolean, times = 1, aspect: CircuitAspect = 'create') => {
    for (let time = 0; time < times; time += 1) await circuit.observe(aspect, ok, Date.now());
  };
  return { circuit, changes, observe, ask: () => circuit.ask(Date.now()), state: () => circuit.view(Date.now()).state };
}

/** The breaker has a clock of its own, so its rest is waited for. */
const rested = (circuit: ProviderCircuit): Promise<void> => untilZero(() => circuit.restSeconds(Date.now()));

async function untilZero(seconds: () => number): Promise<void> {
  while (seconds() > 0) await wait(seconds() * 1_000 + 1);
}

describe('ProviderCircuit', () => {
  it('opens on faults in a row, and says until when', async () => {
    const { circuit, changes, observe, ask } = rig(LONG_REST_MS);
    await observe(false, 2);
    await observe(true);
    await observe(false, 2);
    expect(ask()).toBe(true);
    await observe(false);
    expect(changes).toEqual([`create open ${LONG_REST_MS / 1_000}`]);
    expect(ask()).toBe(false);
    const { state, openUntil } = circuit.view(Date.now());
    expect([state, openUntil]).toEqual(['open', expect.any(Date)]);
  });

  it('opens when half of many calls fail, though never many in a row', async () => {
    const { observe, state } = rig(LONG_REST_MS);
    for (let pair = 0; pair < 10; pair += 1) {
      await observe(false, 2);
      await observe(true);
    }
    expect(state()).toBe('open');
  });

  it('lets one go first after the rest, and everybody once that one came through', async () => {
    const { circuit, observe, ask, state, changes } = rig();
    await observe(false, 3);
    await rested(circuit);
    expect(state()).toBe('half_open');
    expect([ask(), ask(), ask()]).toEqual([true, false, false]);
    await observe(true);
    expect([state(), ask(), ask()]).toEqual(['closed', true, true]);
    expect(changes.at(-1)).toBe('create closed');
  });

  it('rests again when the one that went first failed', async () => {
    const { circuit, observe, ask, state } = rig();
    await observe(false, 3);
    await rested(circuit);
    ask();
    await observe(false);
    expect([state(), ask()]).toEqual(['open', false]);
    await rested(circuit);
    expect(ask()).toBe(true);
  });

  it('is not closed by a success of another kind: who opens sessions may still lie about them', async () => {
    const { observe, state } = rig(LONG_REST_MS);
    await observe(false, 3, 'result');
    await observe(true, 50, 'create');
    await observe(true, 50, 'fetch');
    expect(state()).toBe('open');
  });

  it('leaves a partner alone for as long as it asked for, without holding a fault against it', async () => {
    const { circuit, state } = rig(LONG_REST_MS);
    const now = Date.now();
    circuit.rest(120, now);
    circuit.rest(1, now);
    expect(circuit.restSeconds(now)).toBe(120);
    expect(state()).toBe('open');
    expect(circuit.view(now + 120_001).state).toBe('closed');
  });
});
