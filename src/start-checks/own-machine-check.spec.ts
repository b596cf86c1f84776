import { describe, expect, it } from '@jest/globals';
import { ProviderRegistry } from '../verification/providers/provider-registry.js';
import { OWN_MACHINE, ScriptedProvider } from '../../test/support/verification/scripted-provider.js';
import { ownMachineFindings } from './own-machine-check.js';

describe('what a start says of checks on this machine (F34)', () => {
  const broken = { ok: false, detail: 'Model x is missing.' };

  function registryOf(provider: Partial<ScriptedProvider>, dataLeaves: 'organisation' | 'partner' = 'organisation') {
    const scripted = new ScriptedProvider('local', { ...OWN_MACHINE, dataLeaves });
    return new ProviderRegistry([Object.assign(scripted, provider)]);
  }

  it('warns with the reason, and keeps nobody from starting', async () => {
    const registry = registryOf({ health: async () => broken });
    expect(await ownMachineFindings(registry, { probe: false })).toMatchObject([
      { subject: 'provider local', verdict: 'warning', detail: 'Model x is missing.' },
    ]);
  });

  it('has a check done only where there is time for it', async () => {
    const registry = registryOf({ health: async () => ({ ok: true }), tryOut: async () => broken });
    expect(await ownMachineFindings(registry, { probe: false })).toMatchObject([{ verdict: 'ok' }]);
    expect(await ownMachineFindings(registry, { probe: true })).toMatchObject([{ verdict: 'warning' }]);
  });

  it('asks no partner', async () => {
    const registry = registryOf({ health: async () => broken }, 'partner');
    expect(await ownMachineFindings(registry, { probe: true })).toEqual([]);
  });
});
