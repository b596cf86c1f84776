import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Applicant } from '../../scripts/harness/applicant.js';
import { HelpDesk } from '../../scripts/harness/help-desk.js';
import { HttpClient, type HttpClientOptions } from '../../scripts/harness/http-client.js';
import { removeServiceData, ServiceProcess, type ReadyLine } from '../../scripts/harness/service-process.js';
import { TrialDesk } from '../../scripts/harness/trial-desk.js';
import { connectEmbeddedPostgres } from '../../src/embedded/postgres/index.js';
import { Contract } from './contract.js';
import { familyOf, type ProcessEntry } from './processes.js';
import { copySeededService, type SeededService } from './seeded-service.js';

export interface StartServiceOptions {
  env?: Readonly<Record<string, string>>;
  /** Kept after `end()`; default: a temporary one, which is deleted then. */
  dataDir?: string;
  /**
   * Starts from nothing, with a PostgreSQL of its own; otherwise it is a copy of one that had started (see
   * seeded-service.ts).
   */
  fresh?: boolean;
}

/**
 * Starts the compiled service as its own process, on free ports. Every answer of `/v1` that a client of it sees is held
 * against `openapi.yaml`. Needs the build; call `end()` in the end.
 */
export async function startService(options: StartServiceOptions = {}): Promise<TestService> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'regain-service-'));
  const copy = options.fresh ? undefined : await copySeededService(dataDir);
  // The sweeper looks often, so that a test of recovery need not wait for it.
  const env = { SWEEP_INTERVAL_SECONDS: '1', ...copy?.env, ...options.env };
  const place = { dataDir, env, keep: options.dataDir !== undefined, copy };
  try {
    return new TestService(await ServiceProcess.start({ dataDir, env }), place);
  } catch (error) {
    await copy?.drop();
    throw error;
  }
}

interface Place {
  dataDir: string;
  env: Readonly<Record<string, string>>;
  keep: boolean;
  copy: SeededService | undefined;
}

/** A running service and the callers a test needs. */
export class TestService {
  readonly #contract = Contract.load();

  constructor(
    private process: ServiceProcess,
    private readonly place: Place,
  ) {}

  get ready(): ReadyLine {
    return this.process.ready;
  }

  get running(): boolean {
    return this.process.running;
  }

  get url(): string {
    return this.ready.url;
  }

  /** The bootstrap key: may do everything, in this profile alone. */
  get desk(): HelpDesk {
    return new HelpDesk(this.client({ bearer: this.ready.apiKey }));
  }

  get trial(): TrialDesk {
    return new TrialDesk(new HttpClient({ baseUrl: this.ready.adminUrl, bearer: this.ready.adminToken }));
  }

  /** A caller without pages, its answers held against the contract. */
  client(options: Omit<HttpClientOptions, 'baseUrl' | 'observe'> = {}): HttpClient {
    return new HttpClient({ ...options, baseUrl: this.url, observe: (exchange) => this.#contract.check(exchange) });
  }

  /** A person with a browser of their own. */
  applicant(): Applicant {
    return new Applicant(this.client({ origin: this.url }));
  }

  /** A signed-in person of the organisation. */
  async colleague(sub: string, roles: string[]): Promise<HelpDesk> {
    return new HelpDesk(this.client({ bearer: await this.trial.signIn({ sub, roles }) }));
  }

  /** Its processes, and those of a database it found running and took over: that is nobody's child any more. */
  processes(): ProcessEntry[] {
    return familyOf(this.ready.pid, [this.place.dataDir, clusterFolder(this.place.dataDir)]);
  }

  log(): string {
    return this.process.log();
  }

  errorLines(): string[] {
    return this.process.errorLines();
  }

  stop(signal?: 'SIGTERM' | 'SIGINT'): Promise<{ tookMs: number; exitCode: number | null }> {
    return this.process.stop(signal);
  }

  kill9(): Promise<void> {
    return this.process.kill9();
  }

  /** Starts again on the same data and the same ports, as an init system would. */
  async restart(): Promise<void> {
    const ports = { PORT: new URL(this.ready.url).port, ADMIN_PORT: new URL(this.ready.adminUrl).port };
    const { dataDir, env } = this.place;
    this.process = await ServiceProcess.start({ dataDir, env: { ...env, ...ports } });
  }

  /** For looking into its database past all its rules. */
  async superuserUrl(): Promise<string> {
    return this.place.copy?.superuserUrl ?? (await connectEmbeddedPostgres(this.place.dataDir)).superuserUrl;
  }

  /** Stops it when it runs, and deletes what it kept. */
  async end(): Promise<void> {
    if (this.process.running) await this.process.stop();
    await this.place.copy?.drop();
    if (!this.place.keep) await removeServiceData(this.place.dataDir);
  }
}

/** Where the database had to be put: beside the data directory when it runs as another user. */
function clusterFolder(dataDir: string): string {
  const pointer = join(dataDir, 'postgres-location.json');
  return existsSync(pointer) ? (JSON.parse(readFileSync(pointer, 'utf8')) as { home: string }).home : dataDir;
}
