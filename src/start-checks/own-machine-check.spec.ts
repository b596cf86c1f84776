import { describe, expect, it } from '@jest/globals';
import { ProviderRegistry } from '../verification/providers/provider-registry.js';
import { OWN_MACHINE, ScriptedProvider } from '../../test/support/verification/scripted-provider.js';
import { firstLookFindings, ownMachineFindings } from './own-machine-check.js';

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

describe('what a start says of pictures that our own pages take for a partner', () => {
  const camera = new ScriptedProvider('camera', { ...OWN_MACHINE, dataLeaves: 'partner' });
  const away = new ScriptedProvider('away', { ...OWN_MACHINE, dataLeaves: 'partner', handoff: 'redirect' });
  const own = Object.assign(new ScriptedProvider('local', OWN_MACHINE), { checkCapture: async () => [] });

  it('warns where nobody looks at them before the partner is paid', () => {
    expect(firstLookFindings(new ProviderRegistry([camera, away]))).toMatchObject([
      { subject: 'provider camera', verdict: 'warning' },
    ]);
  });

  it('says nothing where the own machine looks, or no picture is taken here', () => {
    expect(firstLookFindings(new ProviderRegistry([camera, own]))).toEqual([]);
    expect(firstLookFindings(new ProviderRegistry([away]))).toEqual([]);
  });
});
