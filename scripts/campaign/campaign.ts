import type { Part } from './progress.js';

export interface CampaignRun {
  seed: number;
  /** How much is to be done in all, in the campaign's own unit. */
  units: number;
  /** What is done already: where the next part begins. */
  done: number;
}

/** A long proof, done in parts so that it can be stopped and taken up again. */
export interface Campaign {
  help: string;
  /** Units when none are asked for. */
  defaultUnits: number;
  unit: string;
  /** Yields a part whenever one is finished, until all units are done. */
  run(run: CampaignRun): AsyncGenerator<Part>;
  /** What the parts together must show; each text is a fault. */
  judge?(parts: readonly Part[]): string[];
  /** One line of figures for `docs/acceptance.md`. */
  summary?(parts: readonly Part[]): string;
}
