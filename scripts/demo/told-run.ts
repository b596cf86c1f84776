import { ShutdownCoordinator } from '../../src/platform/process/shutdown.js';
import { Story } from './story.js';

const INTERRUPTED = 130;

/** A command whose steps are told, and which leaves nothing behind. */
export interface ToldRun {
  story: Story;
  shutdown: ShutdownCoordinator;
  /**
   * Runs it and ends the process: 0 when all steps held, 1 when one did not, 2 for a command line that says nothing, 130
   * when it was interrupted. Steps that fail because everything is being stopped are no news.
   */
  tell: (run: () => Promise<void>) => Promise<void>;
}

/**
 * @param command `allEndMs`: everything is stopped by then, or is killed; `isMisunderstood`: whether a failure is one of
 * the command line
 */
export function toldRun(command: {
  allEndMs: number;
  usage: string;
  isMisunderstood: (error: unknown) => boolean;
}): ToldRun {
  const story = new Story((text) => process.stdout.write(text));
  let interrupted = false;
  const note = (line: string): void => {
    interrupted = true;
    story.note(line);
  };
  const shutdown = new ShutdownCoordinator({
    signalExitCode: INTERRUPTED,
    totalMs: command.allEndMs,
    onStopping: (signal) => void (signal !== undefined && note(`${signal}: stopping`)),
    onFailedStep: (step, error) => note(`stopping ${step}: ${error instanceof Error ? error.message : String(error)}`),
  });
  const explain = (error: unknown): number => {
    const misunderstood = command.isMisunderstood(error);
    const usage = misunderstood ? `\n${command.usage}` : '';
    if (!interrupted) process.stderr.write(`\n${(error as Error).message}\n${usage}`);
    return misunderstood ? 2 : 1;
  };
  const tell = async (run: () => Promise<void>): Promise<void> => shutdown.shutdown(await run().then(() => 0, explain));
  return { story, shutdown, tell };
}
