import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import type { ProviderDefinition } from '../../../providers/kit/index.js';
import { SystemClock } from '../../platform/clock/clock.js';
import { Logger } from '../../platform/logging/logger.js';
import { OWN_MACHINE, ScriptedProvider } from '../../../test/support/verification/scripted-provider.js';
import { ProviderRegistry } from './provider-registry.js';

const definition = (id: string, variable: string): ProviderDefinition => ({
  id,
  environment: z.object({ [variable]: z.string({ error: 'is needed' }).min(8, 'is too short') }),
  create: () => new ScriptedProvider(id),
});

const load = (
  enabled: string[],
  environment: Record<string, string | undefined>,
  outside: readonly ProviderDefinition[] = [],
) =>
  ProviderRegistry.load({
    enabled,
    environment,
    outside,
    catalogue: [definition('alpha', 'ALPHA_KEY'), definition('beta', 'BETA_KEY')],
    http: { send: async () => ({ status: 200, headers: {}, body: new Uint8Array() }) },
    clock: new SystemClock(),
    logger: Logger.create('silent'),
  });

describe('ProviderRegistry', () => {
  it('loads what is enabled and nothing else', () => {
    const registry = load(['beta'], { BETA_KEY: 'long enough' });
    expect(registry.all().map((adapter) => adapter.id)).toEqual(['beta']);
    expect(registry.get('alpha')).toBeUndefined();
  });

  it('names every fault of every provider at once, and no value', () => {
    const attempt = () => load(['alpha', 'beta', 'gamma'], { ALPHA_KEY: 'secret!', BETA_KEY: '' });
    expect(attempt).toThrow(/ALPHA_KEY: is too short[^]*BETA_KEY: is needed/);
    expect(attempt).toThrow(/no provider "gamma"/);
    expect(attempt).not.toThrow(/secret!/);
  });

  it('says of a variable without words of its own that it is not set', () => {
    const plain = { ...definition('gamma', 'x'), environment: z.object({ GAMMA_KEY: z.string() }) };
    expect(() => load(['gamma'], {}, [plain])).toThrow('GAMMA_KEY: is not set');
  });

  it('says of a number that is none what is wrong, as the configuration does', () => {
    const counted = {
      ...definition('gamma', 'x'),
      environment: z.object({ GAMMA_WORKERS: z.coerce.number().int().max(16) }),
    };
    expect(() => load(['gamma'], { GAMMA_WORKERS: 'many' }, [counted])).toThrow('GAMMA_WORKERS: is not a number');
    expect(() => load(['gamma'], { GAMMA_WORKERS: '17' }, [counted])).toThrow('GAMMA_WORKERS: is more than 16');
  });

  it('loads what comes from outside beside the catalogue, when it is enabled', () => {
    const outside = [definition('gamma', 'GAMMA_KEY'), definition('delta', 'DELTA_KEY')];
    const registry = load(['gamma', 'beta'], { BETA_KEY: 'long enough', GAMMA_KEY: 'long enough' }, outside);
    expect(registry.all().map((adapter) => adapter.id)).toEqual(['gamma', 'beta']);
  });

  it('refuses an id from outside that exists already, enabled or not', () => {
    const again = [definition('alpha', 'OTHER_KEY')];
    expect(() => load([], {}, again)).toThrow('PROVIDER_MODULES: there is a provider "alpha" already');
    const twice = [definition('gamma', 'GAMMA_KEY'), definition('gamma', 'GAMMA_KEY')];
    expect(() => load([], {}, twice)).toThrow('PROVIDER_MODULES: there is a provider "gamma" already');
  });

  it('never offers the own machine as a stand-in to a privileged subject', () => {
    const registry = new ProviderRegistry([new ScriptedProvider('alpha'), new ScriptedProvider('local', OWN_MACHINE)]);
    const ids = (providers: string[], privileged: boolean) =>
      registry.offered({ providers }, { privileged }).map((adapter) => adapter.id);
    expect(ids(['alpha', 'local', 'unknown'], false)).toEqual(['alpha', 'local']);
    expect(ids(['alpha', 'local'], true)).toEqual(['alpha']);
    expect(ids(['local', 'alpha'], true)).toEqual(['local', 'alpha']);
  });
});
