import type { LocalSettings } from '../../providers/local/config.js';

/** API or worker by itself, with the processes that sanitise pictures: docs/operating.md, “Set memory limits”. */
export const OWN_MEBIBYTES = 768;

/** One process that looks at pictures, in ordinary use (providers/local/README.md, “Numbers”). */
const USUAL_MEBIBYTES = 500;

/** What all processes of `local` together take beside their parent, as a rule and at most. */
export function inferenceMebibytes(settings: LocalSettings): { usual: number; most: number } {
  const { LOCAL_INFERENCE_WORKERS: workers, LOCAL_INFERENCE_MEMORY_MB: each } = settings;
  return { usual: workers * USUAL_MEBIBYTES, most: workers * each };
}

/** Of a quantity of Kubernetes (`4Gi`, `128Mi`) or of compose (`4g`, `128m`), both of which count by 1024; NaN for any other. */
export function mebibytes(quantity = ''): number {
  const [, count, unit = ''] = /^(\d+)(Mi|Gi|m|g)$/.exec(quantity) ?? [];
  return Number(count) * (unit.toLowerCase().startsWith('g') ? 1_024 : 1);
}
