import { describe, expect, it } from '@jest/globals';
import { ScriptedFingerprints } from '../../../test/support/verification/scripted-fingerprints.js';
import { OWN_MACHINE, ScriptedProvider } from '../../../test/support/verification/scripted-provider.js';
import { fingerprintsOf } from './fingerprints-of.js';
import type { ProviderCalls } from './provider-calls.js';
import { ProviderRegistry } from './provider-registry.js';

const calls = { run: (_adapter, _kind, work) => work() } as Pick<ProviderCalls, 'run'> as ProviderCalls;

function provider(id: string, dataLeaves: 'organisation' | 'partner', able = true): ScriptedProvider {
  const made = new ScriptedProvider(id, { ...OWN_MACHINE, dataLeaves });
  if (able) made.fingerprints = new ScriptedFingerprints();
  return made;
}

describe('who is shown every selfie (T72)', () => {
  it('is nobody whose pictures leave the organisation', () => {
    expect(fingerprintsOf(new ProviderRegistry([provider('partner', 'partner')]), calls)).toBeUndefined();
  });

  it('is nobody where no provider is able', () => {
    expect(fingerprintsOf(new ProviderRegistry([provider('local', 'organisation', false)]), calls)).toBeUndefined();
  });

  it('is the first of this machine, and its codes are not taken for those of another', async () => {
    const registry = new ProviderRegistry([
      provider('partner', 'partner'),
      provider('own', 'organisation'),
      provider('other', 'organisation'),
    ]);
    const fingerprints = fingerprintsOf(registry, calls);
    expect(fingerprints?.method).toBe('own:scripted-1');
    const code = await fingerprints?.of(Buffer.from('photograph'));
    expect(code && fingerprints?.same(code, code)).toBe(true);
  });
});
