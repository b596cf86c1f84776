import { ShutdownCoordinator } from './platform/process/shutdown.js';
import { ConfigurationError } from './platform/config/config.js';

/** Runs a process's start; a failed start is one clear line and exit code 1, never a half-started service. */
export async function runProcess(
  start: (shutdown: ShutdownCoordinator) => Promise<void>,
  options: { totalMs?: number } = {},
): Promise<void> {
  const shutdown = new ShutdownCoordinator(options);
  try {
    await start(shutdown);
  } catch (error) {
    const text =
      error instanceof ConfigurationError
        ? error.message
        : error instanceof Error
          ? (error.stack ?? error.message)
          : String(error);
    process.stderr.write(`could not start: ${text}\n`);
    await shutdown.shutdown(1);
  }
}
