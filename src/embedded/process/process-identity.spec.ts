import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { processArguments, processIdentity } from './process-identity.js';

describe('processIdentity', () => {
  it('stays the same for one life, differs between processes, and ends with it', async () => {
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] });
    await once(child, 'spawn');
    const pid = child.pid ?? 0;
    const identity = processIdentity(pid);
    expect(identity).toBeDefined();
    expect(processIdentity(pid)).toBe(identity);
    expect(processIdentity(process.pid)).not.toBe(identity);
    child.stdin.end();
    await once(child, 'exit');
    expect(processIdentity(pid)).toBeUndefined();
  });

  it('tells the arguments of a process', async () => {
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume()', 'two words'], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    await once(child, 'spawn');
    expect(processArguments(child.pid ?? 0)).toEqual([process.execPath, '-e', 'process.stdin.resume()', 'two words']);
    child.stdin.end();
    await once(child, 'exit');
    expect(processArguments(child.pid ?? 0)).toBeUndefined();
  });
});
