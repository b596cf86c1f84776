import type { PictureFingerprints } from '../../../providers/kit/index.js';
import type { ProviderCalls } from './provider-calls.js';
import type { ProviderRegistry } from './provider-registry.js';

export interface AskedFingerprints extends PictureFingerprints {
  /** Who looks. */
  readonly provider: string;
}

/**
 * The provider of this deployment that recognises photographs, called like every provider. Only one whose data stays
 * here, because it sees selfies of other providers' sessions.
 */
export function fingerprintsOf(registry: ProviderRegistry, calls: ProviderCalls): AskedFingerprints | undefined {
  const adapter = registry
    .all()
    .find(({ fingerprints, capabilities }) => fingerprints && capabilities.dataLeaves === 'organisation');
  if (!adapter?.fingerprints) return undefined;
  const { fingerprints } = adapter;
  return {
    provider: adapter.id,
    method: `${adapter.id}:${fingerprints.method}`,
    of: (jpeg) => calls.run(adapter, 'fingerprint', () => fingerprints.of(jpeg)),
    same: (one, other) => fingerprints.same(one, other),
  };
}
