import type { Subjects } from '../directory/subjects.js';
import type { Database } from '../platform/database/database.js';
import { startSandboxPartner, type SandboxPartner, type Scenario } from '../../providers/sandbox/simulator/index.js';

/** What `/dev/scenarios` sets: how the sandbox partner behaves for an account. */
export class SandboxHost {
  readonly #scenarios = new Map<string, Scenario>();
  #parts: { database: Database; subjects: Subjects } | undefined;

  private constructor(private readonly start: { port?: number; apiKey: string; webhookSecret: string }) {}

  static async open(start: {
    port?: number;
    apiKey: string;
    webhookSecret: string;
  }): Promise<{ host: SandboxHost; partner: SandboxPartner }> {
    const host = new SandboxHost(start);
    const partner = await startSandboxPartner({
      ...host.start,
      webhookSecret: start.webhookSecret.split(/[ ,]+/),
      environment: 'test',
      scenarioFor: async (reference) => host.#scenarios.get((await host.subjectOf(reference))?.id ?? ''),
      defaultIdentityFor: async (reference) => {
        const profile = (await host.subjectOf(reference))?.profile.reveal();
        return (
          profile && {
            givenName: profile.givenName,
            familyName: profile.familyName,
            birthDate: profile.birthDate ?? '1990-01-01',
          }
        );
      },
    });
    return { host, partner };
  }

  /** The partner starts before the service; from here on it can ask whose session is whose, as a person would know. */
  connect(parts: { database: Database; subjects: Subjects }): void {
    this.#parts = parts;
  }

  set(subjectId: string, scenario: Scenario): void {
    this.#scenarios.set(subjectId, scenario);
  }

  /** References of the account's sessions that are still open, for a scenario set after they began. */
  async openReferences(subjectId: string): Promise<string[]> {
    const rows = await this.#parts?.database.read(
      (tx) => tx.many<{ id: string }>`SELECT s.id FROM verification_sessions s JOIN recovery_cases c ON c.id = s.case_id
        WHERE c.subject_id = ${subjectId} AND s.provider = 'sandbox' AND s.state IN ('creating', 'open', 'collecting')`,
    );
    return (rows ?? []).map((row) => row.id);
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
