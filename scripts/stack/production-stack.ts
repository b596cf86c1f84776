import { appendFileSync, chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pickFreePort } from '../../src/embedded/process/index.js';
import type { SimulatedIdentity } from '../../providers/kit/simulator/index.js';
import { makeAuthority, type SelfSignedCertificate } from '../../test/support/self-signed-certificate.js';
import type { Story } from '../demo/story.js';
import { ManagedProcess } from '../harness/managed-process.js';
import { MailStub } from '../faults/rig/mail-stub.js';
import { startNginx, writeProxyConfiguration } from '../harness/servers/index.js';
import { PrivateNetwork } from './private-network.js';
import { environmentOf, productionEnvironment } from './production-environment.js';
import {
  BUCKET,
  newSecret,
  runCommand,
  startStackDatabase,
  startStackObjects,
  startStackQueue,
  type StackDatabase,
} from './stack-servers.js';
import { TraceCollector } from './trace-collector.js';

export const PUBLIC_HOST = 'recover.bank.example';

export interface StackOptions {
  redis: 'redis' | 'valkey';
  /** What stands on the document of whoever comes to the partner. */
  identity: () => SimulatedIdentity;
}

/** One of the four processes, with the operators' port it answers on. */
export interface StackProcess {
  name: string;
  role: 'api' | 'worker';
  adminPort: number;
  process: ManagedProcess;
}

/** Everything around the service: what a bank has before it deploys it. */
interface Surroundings {
  database: StackDatabase;
  queue: Awaited<ReturnType<typeof startStackQueue>>;
  objects: Awaited<ReturnType<typeof startStackObjects>>;
  mail: MailStub;
  traces: TraceCollector;
  network: PrivateNetwork;
}

/**
 * The production profile on this machine: the servers, the proxy and the processes that compose and the chart run, with
 * secrets made for this run and no setting of development. `stop` ends what was started, also after a start that failed.
 */
export class ProductionStack {
  readonly dataDir = mkdtempSync(join(tmpdir(), 'regain-stack-'));
  readonly authority = makeAuthority('Example Bank Authority');
  readonly adminToken = newSecret();
  readonly processes: StackProcess[] = [];
  #around: Surroundings | undefined;
  #environment: Record<string, string> = {};
  #publicUrl = '';
  readonly #certificate: SelfSignedCertificate;
  readonly #stops: (() => Promise<unknown>)[] = [];

  constructor(private readonly story: Story) {
    // PostgreSQL refuses to run as root and has to be able to enter.
    chmodSync(this.dataDir, 0o711);
    this.#certificate = this.authority.issue(PUBLIC_HOST);
    this.#stops.push(() => rm(this.dataDir, { recursive: true, force: true }));
  }

  get publicUrl(): string {
    return this.#publicUrl;
  }

  get environment(): Readonly<Record<string, string>> {
    return this.#environment;
  }

  /** @throws Error before it was started */
  get around(): Surroundings {
    if (!this.#around) throw new Error('the stack was not started');
    return this.#around;
  }

  get caFile(): string {
    return join(this.dataDir, 'ca.pem');
  }

  /** PEM of the certificate that the proxy shows. */
  get certificatePem(): string {
    return this.#certificate.certificatePem;
  }

  /** Servers first, then the service's environment; processes start with `startProcesses`. */
  async startServers({ redis, identity }: StackOptions): Promise<void> {
    const { story } = this;
    const tlsPort = await pickFreePort();
    this.#publicUrl = `https://${PUBLIC_HOST}:${tlsPort}`;
    const folder = (name: string): string => join(this.dataDir, name);
    const database = await story.step(
      'PostgreSQL, its owner and application roles, and the schema',
      async () => this.keep(await startStackDatabase(folder('postgres')), ({ server }) => server.process.stop()),
      ({ server }) => `unprivileged, port ${server.port}`,
    );
    const queue = await story.step(`${redis} with a password, an append-only file and noeviction`, async () =>
      this.keep(await startStackQueue(redis, folder(redis)), (server) => server.process.stop()),
    );
    const objects = await story.step(
      'radosgw as the object store, with a bucket and an account of few rights',
      async () => this.keep(await startStackObjects(folder('objects')), ({ server }) => server.stop()),
      ({ server }) => `port ${server.port}`,
    );
    const mail = await this.startMail();
    const traces = this.keep(await TraceCollector.start(), (collector) => collector.close());
    const network = await story.step(
      'a partner and the staff’s sign-in on a private address, behind TLS',
      () => this.startNetwork(identity),
      ({ origins }) => origins.join(' and '),
    );
    this.#around = { database, queue, objects, mail, traces, network };
    this.#environment = await this.describe(this.#around);
  }

  /** `regain doctor` with the environment of either kind of process. @throws Error when it finds a fault */
  async doctor(): Promise<{ warnings: string[] }> {
    const warnings = await Promise.all((['api', 'worker'] as const).map((role) => this.warningsOf(role)));
    return { warnings: [...new Set(warnings.flat())] };
  }

  private async warningsOf(role: StackProcess['role']): Promise<string[]> {
    const said = await runCommand(['doctor', '--role', role, '--json'], environmentOf(role, this.environment));
    const { findings } = JSON.parse(said) as { findings: { verdict: string; subject: string; detail: string }[] };
    return findings
      .filter(({ verdict }) => verdict === 'warning')
      .map(({ subject, detail }) => `${subject}: ${detail}`);
  }

  /** Ends all four as an orchestrator would; `resume` starts them again on the same ports. */
  async halt(): Promise<void> {
    for (const { process } of this.processes) await process.stop();
  }

  async resume(): Promise<void> {
    for (const { process } of this.processes) await process.start();
  }

  /** `regain audit verify`. @throws Error with the first fault */
  async verifyAudit(): Promise<void> {
    await runCommand(['audit', 'verify'], this.environment);
  }

  /** Two API and two worker processes, and the proxy in front. */
  async startProcesses(): Promise<void> {
    const apiPorts = [await pickFreePort(), await pickFreePort()];
    const ports = [...apiPorts, undefined, undefined];
    for (const [index, port] of ports.entries()) {
      const role = port === undefined ? 'worker' : 'api';
      const name = `${role}-${(index % 2) + 1}`;
      const adminPort = await pickFreePort();
      const own = environmentOf(role, this.environment);
      const env = { ...own, ADMIN_PORT: String(adminPort), ...(port && { PORT: String(port) }) };
      const log = join(this.dataDir, `${name}.log`);
      const program = role === 'api' ? 'main' : 'worker';
      const one = new ManagedProcess(name, { program, env, adminPort, log });
      this.processes.push({ name, role, adminPort, process: one });
      await this.story.step(
        `node dist/src/${program}.js`,
        async () => this.keep(one, (it) => it.stop()).start(),
        () => `${name}, operators’ port ${adminPort}`,
      );
    }
    await this.story.step(
      'nginx with deploy/nginx.conf',
      () => this.startProxy(apiPorts),
      () => this.publicUrl,
    );
  }

  /** What the proxy wrote, into its log of requests and onto its standard error. */
  get proxyLogs(): string[] {
    return ['access.log', 'nginx.log'].map((name) => join(this.dataDir, 'proxy', name));
  }

  /** The last one first; one that fails keeps nobody from stopping. */
  async stop(): Promise<void> {
    for (const stop of this.#stops.splice(0).reverse()) await stop().catch(() => undefined);
  }

  private keep<Part>(part: Part, stop: (part: Part) => Promise<unknown>): Part {
    this.#stops.push(() => stop(part));
    return part;
  }

  private async startMail(): Promise<MailStub> {
    const file = join(this.dataDir, 'mail.txt');
    const mail = await MailStub.start(({ to, text }) =>
      appendFileSync(file, `To: ${to}\n${text}\n\n`, { mode: 0o600 }),
    );
    return this.keep(mail, (stub) => stub.close());
  }

  private async startNetwork(identity: () => SimulatedIdentity): Promise<PrivateNetwork> {
    const pushUrl = `${this.publicUrl}/v1/webhooks/idemia`;
    const network = await PrivateNetwork.start({ authority: this.authority, pushUrl, identity });
    return this.keep(network, (started) => started.close());
  }

  private async describe(around: Surroundings): Promise<Record<string, string>> {
    const { database, queue, objects, mail, traces, network } = around;
    const keyRingFile = join(this.dataDir, 'keyring.json');
    await runCommand(['keys', 'new', '--out', keyRingFile], {});
    writeFileSync(this.caFile, this.authority.certificatePem);
    return productionEnvironment({
      publicUrl: this.publicUrl,
      databaseUrl: database.appUrl,
      redisUrl: queue.url,
      objects: { endpoint: objects.server.endpoint, bucket: BUCKET, ...objects.service },
      smtpUrl: mail.url,
      keyRingFile,
      adminToken: this.adminToken,
      staff: { issuer: network.issuer, audience: network.audience, clientSecret: newSecret() },
      partner: network.partner,
      privateOrigins: network.origins,
      caFile: this.caFile,
      traceEndpoint: traces.endpoint,
    });
  }

  private async startProxy(apiPorts: readonly number[]): Promise<void> {
    const folder = join(this.dataDir, 'proxy');
    const tls = Number(new URL(this.publicUrl).port);
    mkdirSync(folder);
    writeFileSync(join(folder, 'tls.crt'), this.certificatePem);
    writeFileSync(join(folder, 'tls.key'), this.#certificate.privateKeyPem, { mode: 0o600 });
    const place = { publicHost: PUBLIC_HOST, ports: { tls, plain: await pickFreePort() }, apiPorts };
    const configurationFile = writeProxyConfiguration(folder, place);
    this.keep(await startNginx({ dataDir: folder, configurationFile, port: tls }), (proxy) => proxy.stop());
  }
}
