import { EventEmitter } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { ShutdownCoordinator, type ShutdownOptions, type SignalSource } from './shutdown.js';

class PlayedProcess extends EventEmitter implements SignalSource {
  readonly exitCodes: number[] = [];

  exit(code: number): void {
    this.exitCodes.push(code);
    this.emit('exit');
  }

  exited(): Promise<void> {
    return new Promise((resolve) => this.once('exit', resolve));
  }
}

function coordinatorWith(options: Omit<ShutdownOptions, 'source'> = {}) {
  const source = new PlayedProcess();
  const lines: string[] = [];
  const coordinator = new ShutdownCoordinator({
    ...options,
    source,
    onStopping: (signal) => lines.push(`stopping ${signal ?? 'without a signal'}`),
    onFailedStep: (step, error) => lines.push(`${step}: ${(error as Error).message}`),
    onStopped: () => lines.push('stopped'),
  });
  return { source, lines, coordinator };
}

const never = (): Promise<void> => new Promise(() => undefined);

describe('ShutdownCoordinator', () => {
  it('stops in the opposite order and exits with 0', async () => {
    const { source, coordinator, lines } = coordinatorWith();
    const stopped: string[] = [];
    for (const name of ['database', 'queue', 'http']) {
      coordinator.onShutdown(name, async () => {
        await Promise.resolve();
        stopped.push(name);
      });
    }
    const exited = source.exited();
    source.emit('SIGTERM');
    await exited;
    expect(stopped).toEqual(['http', 'queue', 'database']);
    expect(source.exitCodes).toEqual([0]);
    expect(lines).toEqual(['stopping SIGTERM', 'stopped']);
    expect(source.listenerCount('SIGINT') + source.listenerCount('SIGTERM')).toBe(0);
  });

  it('goes on after a step that throws or hangs, says so, and exits with 1', async () => {
    const { source, lines, coordinator } = coordinatorWith();
    const stopped: string[] = [];
    coordinator.onShutdown('database', () => void stopped.push('database'));
    coordinator.onShutdown('queue', never, { timeoutMs: 20 });
    coordinator.onShutdown('http', () => {
      throw new Error('port is gone');
    });
    await coordinator.shutdown();
    expect(stopped).toEqual(['database']);
    expect(source.exitCodes).toEqual([1]);
    expect(lines).toEqual([
      'stopping without a signal',
      'http: port is gone',
      'queue: took longer than 20 ms',
      'stopped',
    ]);
  });

  it('keeps time for the last step when those before it hang', async () => {
    const { coordinator, lines } = coordinatorWith({ totalMs: 90 });
    let databaseStopped = false;
    coordinator.onShutdown('database', () => void (databaseStopped = true), { timeoutMs: 1000 });
    coordinator.onShutdown('queue', never, { timeoutMs: 1000 });
    coordinator.onShutdown('http', never, { timeoutMs: 1000 });
    await coordinator.shutdown();
    expect(databaseStopped).toBe(true);
    expect(lines).toHaveLength(4);
  });

  it('exits with 1 when something went wrong while it was stopping', async () => {
    const { source, coordinator } = coordinatorWith();
    let finish: () => void = () => undefined;
    coordinator.onShutdown('http', () => new Promise((resolve) => (finish = resolve)));
    const exited = source.exited();
    source.emit('SIGTERM');
    await Promise.resolve();
    void coordinator.shutdown(1);
    finish();
    await exited;
    expect(source.exitCodes).toEqual([1]);
  });

  it('exits at once on a second signal', async () => {
    const { source, coordinator } = coordinatorWith({ repeatedSignalMs: 0 });
    let finish: () => void = () => undefined;
    coordinator.onShutdown('http', () => new Promise((resolve) => (finish = resolve)));
    source.emit('SIGINT');
    await Promise.resolve();
    source.emit('SIGTERM');
    expect(source.exitCodes).toEqual([143]);
    finish();
    await coordinator.shutdown();
  });

  it('takes two signals of one key press as one', async () => {
    const { source, coordinator } = coordinatorWith({ signalExitCode: 130 });
    let stops = 0;
    coordinator.onShutdown('http', () => void (stops += 1));
    const exited = source.exited();
    source.emit('SIGINT');
    source.emit('SIGINT');
    expect(source.exitCodes).toEqual([]);
    await exited;
    expect(stops).toBe(1);
    expect(source.exitCodes).toEqual([130]);
  });
});
