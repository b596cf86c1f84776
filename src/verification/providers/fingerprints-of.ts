import type { PictureFingerprints } from '../../../providers/kit/index.js';
import type { ProviderCalls } from './provider-calls.js';
import type { ProviderRegistry } from './provider-registry.js';

/**
 * Whoever of this deployment knows a photograph again, asked like every provider. Only one whose data stays here: it is
 * shown selfies of sessions that are not its own.
 */
export function fingerprintsOf(registry: ProviderRegistry, calls: ProviderCalls): PictureFingerprints | undefined {
  const adapter = registry
    .all()
    .find(({ fingerprints, capabilities }) => fingerprints && capabilities.dataLeaves === 'organisation');
  if (!adapter?.fingerprints) return undefined;
  const { fingerprints } = adapter;
  return {
    method: `${adapter.id}:${fingerprints.method}`,
    of: (jpeg) => calls.run(adapter, 'fingerprint', () => fingerprints.of(jpeg)),
    same: (one, other) => fingerprints.same(one, other),
  };
}
