import { describe, expect, it } from '@jest/globals';
import { ProviderError, type ProviderAdapter } from '../../../providers/kit/index.js';
import { OWN_MACHINE, ScriptedProvider } from '../../../test/support/verification/scripted-provider.js';
import { captureCheckOf } from './capture-check-of.js';
import type { CallKind, ProviderCalls } from './provider-calls.js';
import { ProviderRegistry } from './provider-registry.js';

describe('the first look at a picture, asked like every call to a provider', () => {
  const own = new ScriptedProvider('own', OWN_MACHINE);
  own.checkCapture = async () => ['document_glare', 'document_glare', 'ok'];
  const partner = new ScriptedProvider('partner', { ...OWN_MACHINE, dataLeaves: 'partner' });
  const registry = new ProviderRegistry([partner, own]);

  function callsThat(run: ProviderCalls['run']): ProviderCalls {
    return { run } as Pick<ProviderCalls, 'run'> as ProviderCalls;
  }

  it('has a deadline for all of it, and is told once what the person can do better', async () => {
    const asked: [ProviderAdapter, CallKind][] = [];
    const calls = callsThat((adapter, kind, work) => {
      asked.push([adapter, kind]);
      return work();
    });
    const look = captureCheckOf(partner, registry, calls);
    expect(await look?.check('document_front', new Uint8Array())).toEqual(['glare']);
    expect(asked).toEqual([[own, 'check_capture']]);
  });

  it('says nothing when the deadline passes', async () => {
    const calls = callsThat(() => Promise.reject(new ProviderError('timeout', 'no answer')));
    expect(await captureCheckOf(own, registry, calls)?.check('selfie', new Uint8Array())).toEqual([]);
  });
});
