import type { ProviderAdapter, ProviderHealth } from '../../providers/kit/index.js';
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
  const own = registry.all().filter(staysHere);
  const findings = await Promise.all(
    own.map(async (adapter): Promise<Finding[]> => {
      const look = (probe && adapter.tryOut?.bind(adapter)) || adapter.health?.bind(adapter);
      const health = await look?.().catch((): ProviderHealth => ({ ok: false, detail: 'It could not be asked.' }));
      return health ? [findingOf(adapter.id, health, probe)] : [];
    }),
  );
  return findings.flat();
}

/**
 * Nobody here looks at pictures that our own pages take for a partner: no date, no check digit, no face, no near copy. Equal
 * bytes and the measures of the picture itself are all that is seen before the partner is paid.
 */
export function firstLookFindings(registry: Pick<ProviderRegistry, 'all'>): Finding[] {
  const looks = registry.all().some((adapter) => staysHere(adapter) && adapter.checkCapture !== undefined);
  const blind = registry.all().filter((adapter) => !staysHere(adapter) && adapter.capabilities.handoff === 'capture');
  if (looks) return [];
  return blind.map(({ id }) =>
    warning(
      `provider ${id}`,
      'its pictures are taken here and looked at by nobody before it is asked',
      'load local beside it (PROVIDERS); no profile has to name it. See “What it looks at” in docs/local-checks.md',
    ),
  );
}

const staysHere = ({ capabilities }: ProviderAdapter): boolean => capabilities.dataLeaves === 'organisation';

function findingOf(id: string, health: ProviderHealth, probe: boolean): Finding {
  const subject = `provider ${id}`;
  if (health.ok) return ok(subject, probe ? 'a check gets through' : 'its files are the pinned ones');
  return warning(
    subject,
    health.detail ?? 'is not well',
    'see “When it fails” in providers/local/README.md; until then its cases wait or go to the next provider',
  );
}
