import { describe, expect, it } from '@jest/globals';
import { ProviderError } from '../../../providers/kit/index.js';
import { OWN_MACHINE, ScriptedProvider } from '../../../test/support/verification/scripted-provider.js';
import { PortraitLooks } from '../../directory/reference-portraits.js';
import type { ProviderCalls } from './provider-calls.js';
import { ProviderRegistry } from './provider-registry.js';
import { ReferencePortraitLook } from './reference-portrait-look.js';

const calls = { run: (_adapter, _kind, work) => work() } as Pick<ProviderCalls, 'run'> as ProviderCalls;

describe('the first look at a portrait that is kept of somebody', () => {
  function looksOf(provider: ScriptedProvider): PortraitLooks {
    const looks = new PortraitLooks();
    new ReferencePortraitLook(looks, new ProviderRegistry([provider]), calls).onModuleInit();
    return looks;
  }

  it('is that of a provider on this machine', async () => {
    const own = new ScriptedProvider('own', OWN_MACHINE);
    own.checkReferencePortrait = async () => ['several_faces_found'];
    expect(await looksOf(own).look(new Uint8Array())).toEqual(['several_faces_found']);
  });

  it('shows no portrait to anybody outside', async () => {
    const partner = new ScriptedProvider('partner', { ...OWN_MACHINE, dataLeaves: 'partner' });
    partner.checkReferencePortrait = async () => ['no_face_found'];
    expect(await looksOf(partner).look(new Uint8Array())).toEqual([]);
  });

  it('refuses nothing when it cannot be had', async () => {
    const own = new ScriptedProvider('own', OWN_MACHINE);
    own.checkReferencePortrait = () => Promise.reject(new ProviderError('broken', 'no models'));
    expect(await looksOf(own).look(new Uint8Array())).toEqual([]);
  });
});
