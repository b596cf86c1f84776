import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type {
  RunningSimulator,
  Scenario,
  SimulatedIdentity,
  SimulatorDefinition,
} from '../../providers/kit/simulator/index.js';
import type { ProofingRecords } from '../directory/proofing-records.js';
import type { Subjects } from '../directory/subjects.js';
import { ConfigurationError } from '../platform/config/config.js';
import type { Database } from '../platform/database/database.js';

interface Hosted {
  definition: SimulatorDefinition;
  running: RunningSimulator;
  environment: Record<string, string>;
}

type Given = Readonly<Record<string, string | undefined>>;

/**
 * Plays the partners of the embedded profile. Like real ones they know whose session is whose by what a person would
 * show them, and `/dev/scenarios` tells them how to behave for an account.
 */
export class SimulatorHost {
  readonly #hosted = new Map<string, Hosted>();
  readonly #scenarios = new Map<string, Scenario>();
  #parts: { database: Database; subjects: Subjects; records: ProofingRecords } | undefined;

  /**
   * Starts the simulators of these providers.
   * @param publicUrl of the service, for partners whose push address is an account setting
   * @throws ConfigurationError for a provider that has none
   */
  static async open(providers: readonly string[], about: { given: Given; publicUrl: string }): Promise<SimulatorHost> {
    const host = new SimulatorHost();
    for (const provider of providers) host.#hosted.set(provider, await host.start(provider, about));
    return host;
  }

  /** The partners start before the service; from here on they can ask whose session is whose. */
  connect(parts: { database: Database; subjects: Subjects; records: ProofingRecords }): void {
    this.#parts = parts;
  }

  get providers(): string[] {
    return [...this.#hosted.keys()];
  }

  /** The adapters' variables. */
  get environment(): Record<string, string> {
    return Object.assign({}, ...[...this.#hosted.values()].map(({ environment }) => environment)) as Record<
      string,
      string
    >;
  }

  /** Origins that the service has to be allowed to call. */
  get origins(): string[] {
    return [...this.#hosted.values()].map(({ running }) => running.baseUrl);
  }

  plays(provider: string): boolean {
    return this.#hosted.has(provider);
  }

  /** How a partner behaves for an account from now on, its open sessions included. */
  async set(provider: string, about: { subjectId: string; scenario: Scenario }): Promise<void> {
    this.#scenarios.set(keyOf(provider, about.subjectId), about.scenario);
    const running = this.#hosted.get(provider)?.running;
    for (const reference of await this.openReferences(provider, about.subjectId))
      await running?.setScenario(reference, about.scenario).catch(() => undefined);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#hosted.values()].map(({ running }) => running.close()));
  }

  private async start(provider: string, about: { given: Given; publicUrl: string }): Promise<Hosted> {
    const definition = await simulatorOf(provider);
    const credentials = definition.credentials(about.given);
    const running = await definition.start({
      credentials,
      pushUrl: `${about.publicUrl}/v1/webhooks/${provider}`,
      scenarioFor: async (reference) => {
        const subject = await this.subjectOf(reference);
        return subject && this.#scenarios.get(keyOf(provider, subject.id));
      },
      identityFor: (reference) => this.identityOf(reference),
    });
    return { definition, running, environment: definition.environment(running.baseUrl, credentials) };
  }

  /** References of the account's sessions that are still open, for a scenario set after they began. */
  private async openReferences(provider: string, subjectId: string): Promise<string[]> {
    const rows = await this.#parts?.database.read(
      (tx) => tx.many<{ id: string }>`SELECT s.id FROM verification_sessions s JOIN recovery_cases c ON c.id = s.case_id
        WHERE c.subject_id = ${subjectId} AND s.provider = ${provider} AND s.state IN ('creating', 'open', 'collecting')`,
    );
    return (rows ?? []).map((row) => row.id);
  }

  /** Everybody shows the document that they were proofed with, where the record names one. */
  private async identityOf(reference: string): Promise<SimulatedIdentity | undefined> {
    const parts = this.#parts;
    const subject = await this.subjectOf(reference);
    if (!parts || !subject) return undefined;
    const { givenName, familyName, birthDate } = subject.profile.reveal();
    const record = await parts.database.read((tx) => parts.records.find(tx, subject.id));
    const { documentNumber, issuingCountry } = record?.attributes.reveal() ?? {};
    return {
      givenName,
      familyName,
      birthDate: birthDate ?? '1990-01-01',
      ...(documentNumber && issuingCountry && { documentNumber, issuingCountry }),
    };
  }

  private async subjectOf(reference: string) {
    const parts = this.#parts;
    return parts?.database.read(async (tx) => {
      const row = await tx.maybeOne<{
        subjectId: string;
      }>`SELECT c.subject_id FROM verification_sessions s JOIN recovery_cases c ON c.id = s.case_id WHERE s.id = ${reference}`;
      return row && parts.subjects.find(tx, row.subjectId);
    });
  }
}

const PROVIDER_ID = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const keyOf = (provider: string, subjectId: string): string => `${provider} ${subjectId}`;

/** The simulator in a provider's folder. @throws ConfigurationError */
export async function simulatorOf(provider: string): Promise<SimulatorDefinition> {
  try {
    if (!PROVIDER_ID.test(provider) || provider === 'kit') throw new Error('not the id of a provider');
    const module: unknown = await import(`../../providers/${provider}/simulator/index.js`);
    return (module as { simulator: SimulatorDefinition }).simulator;
  } catch (error) {
    const fault = `SIMULATORS: ${JSON.stringify(provider.slice(0, 40))} has no simulator; there are ${simulatedProviders().join(', ')}`;
    throw new ConfigurationError([fault], { cause: error });
  }
}

/** Whoever has a simulator beside its adapter; the kit holds what they are made of. */
function simulatedProviders(): string[] {
  const folder = fileURLToPath(new URL('../../providers/', import.meta.url));
  return readdirSync(folder).filter((name) => name !== 'kit' && existsSync(join(folder, name, 'simulator')));
}
