import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HttpClient } from '../harness/http-client.js';
import { ServiceProcess, removeServiceData, type ReadyLine } from '../harness/service-process.js';

const LOOK_TIMEOUT_MS = 2_000;

/** The service the demo talks to: one that was running already, or one of its own. */
export class DemoService {
  private constructor(
    readonly ready: ReadyLine,
    private readonly own?: { process: ServiceProcess; dataDir: string },
  ) {}

  /**
   * One that answers where this checkout's service keeps its data (`DATA_DIR`, default `.regain`), else a fresh one on
   * free ports with a data directory of its own. For a partner beside the sandbox always a fresh one, which plays it.
   *
   * @throws ServiceStartError
   */
  static async findOrStart(partner?: string): Promise<DemoService> {
    const known = readReadyFile(join(process.env.DATA_DIR ?? '.regain', 'ready.json'));
    if (!partner && known && (await answers(known))) return new DemoService(known);
    const dataDir = mkdtempSync(join(tmpdir(), 'regain-demo-'));
    // Detached: Ctrl-C reaches the demo alone, which then stops the service in order.
    const started = await ServiceProcess.start({
      dataDir,
      detached: true,
      env: partner ? { SIMULATORS: `sandbox,${partner}` } : {},
    }).catch(async (error: unknown) => {
      await removeServiceData(dataDir);
      throw error;
    });
    return new DemoService(started.ready, { process: started, dataDir });
  }

  get started(): { afterMs: number; dataDir: string } | undefined {
    return this.own && { afterMs: this.own.process.readyAfterMs, dataDir: this.own.dataDir };
  }

  /** What its log says went wrong so far; undefined when the log belongs to somebody else. */
  errorLines(): string[] | undefined {
    return this.own?.process.errorLines();
  }

  /** Lets it run on after the demo. */
  leave(): void {
    this.own?.process.release();
  }

  /** Stops it and deletes its data, when it is the demo's own. */
  async end(): Promise<void> {
    if (!this.own) return;
    if (this.own.process.running) await this.own.process.stop();
    await removeServiceData(this.own.dataDir);
  }

  /** A caller of the public interface, for staff and machines. */
  staffClient(bearer: string): HttpClient {
    return new HttpClient({ baseUrl: this.ready.url, bearer });
  }
}

function readReadyFile(path: string): ReadyLine | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as ReadyLine;
  } catch {
    return undefined;
  }
}

/** Whether the service of that file is the one that answers there now: it knows the file's token. */
async function answers({ adminUrl, adminToken }: ReadyLine): Promise<boolean> {
  const signal = AbortSignal.timeout(LOOK_TIMEOUT_MS);
  try {
    const ready = await fetch(`${adminUrl}/health/ready`, { signal });
    const mailbox = await fetch(`${adminUrl}/dev/mail`, { signal, headers: { authorization: `Bearer ${adminToken}` } });
    return ready.ok && mailbox.ok;
  } catch {
    return false;
  }
}
