import type { ProviderHealth } from '../../providers/kit/index.js';
import type { ProviderRegistry } from '../verification/providers/provider-registry.js';
import { ok, warning, type Finding } from './finding.js';

/**
 * Whether providers that work on this machine can: their files, and with `probe` also whether a check gets through. A
 * machine that cannot keeps nobody from starting: cases wait, or go to the next provider, until it can.
 */
export async function ownMachineFindings(
  registry: Pick<ProviderRegistry, 'all'>,
  { probe }: { probe: boolean },
): Promise<Finding[]> {
  const own = registry.all().filter(({ capabilities }) => capabilities.dataLeaves === 'organisation');
  const findings = await Promise.all(
    own.map(async (adapter): Promise<Finding[]> => {
      const look = (probe && adapter.tryOut?.bind(adapter)) || adapter.health?.bind(adapter);
      const health = await look?.().catch((): ProviderHealth => ({ ok: false, detail: 'It could not be asked.' }));
      return health ? [findingOf(adapter.id, health, probe)] : [];
    }),
  );
  return findings.flat();
}

function findingOf(id: string, health: ProviderHealth, probe: boolean): Finding {
  const subject = `provider ${id}`;
  if (health.ok) return ok(subject, probe ? 'a check gets through' : 'its files are the pinned ones');
  return warning(
    subject,
    health.detail ?? 'is not well',
    'see “When it fails” in providers/local/README.md; until then its cases wait or go to the next provider',
  );
}
