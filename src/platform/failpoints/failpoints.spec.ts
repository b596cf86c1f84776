import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { configureFailpoints, failpoint, failpointFault, failpointsOf, FAILPOINTS } from './failpoints.js';

afterEach(() => {
  configureFailpoints('');
  jest.restoreAllMocks();
});

const passes = async (...place: Parameters<typeof failpoint>): Promise<boolean> => {
  try {
    await failpoint(...place);
    return true;
  } catch {
    return false;
  }
};

describe('a failpoint', () => {
  it('does nothing unless it is named', async () => {
    configureFailpoints('job.after=error');
    expect(await passes('job.before')).toBe(true);
    expect(await passes('job.after')).toBe(false);
  });

  it('kills the process as a power cut would', async () => {
    const kill = jest.spyOn(process, 'kill').mockReturnValue(true);
    configureFailpoints('job.before=crash');
    await failpoint('job.before');
    expect(kill).toHaveBeenCalledWith(process.pid, 'SIGKILL');
  });

  it('is told from others by what it is about and by the work that comes by', async () => {
    configureFailpoints('transition.before:approve=error,transaction.before_commit:POST /v1/cases/:id=error');
    expect(await passes('transition.before', 'deny')).toBe(true);
    expect(await passes('transition.before', 'approve')).toBe(false);
    expect(await passes('transaction.before_commit')).toBe(true);
    const inside = async (): Promise<boolean> => {
      await new Promise((resolve) => setImmediate(resolve));
      return passes('transaction.before_commit');
    };
    expect(await failpointsOf('POST /v1/cases/:id', inside)).toBe(false);
    expect(await failpointsOf('GET /v1/cases/:id', inside)).toBe(true);
  });

  it('can mean one passage alone, of any place', async () => {
    configureFailpoints('any:adjudicate=error@3');
    const steps = await failpointsOf('adjudicate', async () => [
      await passes('job.before'),
      await passes('transaction.before_commit'),
      await passes('transaction.after_commit'),
      await passes('job.after'),
    ]);
    expect(steps).toEqual([true, true, false, true]);
  });

  it('blocks the event loop, or only waits', async () => {
    configureFailpoints('job.before=busy:60,job.after=delay:60');
    let ticks = 0;
    const timer = setInterval(() => (ticks += 1), 5);
    await failpoint('job.before');
    expect(ticks).toBe(0);
    await failpoint('job.after');
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(2);
  });

  it.each([
    'nowhere=crash',
    'job.before',
    'job.before=explode',
    'job.before=delay:soon',
    'job.before=crash@0',
    'job.before:=crash',
    'job.before=busy',
    'any',
  ])('is refused when it is written %s', (entry) => {
    expect(failpointFault(`job.after=error,${entry}`)).toBe(2);
    expect(() => configureFailpoints(entry)).toThrow('entry 1');
  });

  it('exists once under each name', () => {
    expect(new Set(FAILPOINTS).size).toBe(FAILPOINTS.length);
    expect(failpointFault(FAILPOINTS.map((name) => `${name}=crash`).join(','))).toBeUndefined();
  });
});
