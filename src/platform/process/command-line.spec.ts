import { describe, expect, it } from '@jest/globals';
import { helpAskedFor, readCommandLine, UsageError, usageOf, type Given } from './command-line.js';

const COMMANDS = {
  doctor: { help: '', flags: ['json'] },
  'queue:redrive': { help: '', takes: { queue: 'NAME', job: 'ID' } },
  'keys:forget': { help: '', words: ['ID'], needs: { out: 'FILE' }, flags: ['anyway'] },
};
const given = (line: string): Given | undefined => readCommandLine(COMMANDS, line.split(' '))?.given;

describe('a command line', () => {
  it.each(['keys forget k1 --out new.json --anyway', 'keys:forget --anyway --out=new.json k1'])(
    'is read: %s',
    (line) => {
      expect(given(line)).toEqual({ word: 'k1', texts: { out: 'new.json' }, flags: new Set(['anyway']) });
      expect(readCommandLine(COMMANDS, line.split(' '))?.name).toBe('keys:forget');
    },
  );

  it.each([
    ['doctor --jsn', '--jsn'],
    ['doctor json', '“json” means nothing here'],
    ['doctor --json=yes', '--json'],
    ['queue redrive deliver-link', '“deliver-link” means nothing here'],
    ['queue:redrive --queue', '--queue'],
    ['queue redrive --queue a b', '“b” means nothing here'],
    ['keys forget --out new.json', 'ID is missing'],
    ['keys forget k1', '--out is missing'],
    ['keys forget k1 --out=', '--out is missing'],
    ['keys forget k1 k2 --out new.json', '“k2” means nothing here'],
  ])('with what a command does not know, or without what it needs, is refused: %s', (line, fault) => {
    expect(() => given(line)).toThrow(UsageError);
    expect(() => given(line)).toThrow(fault);
    expect(() => given(line)).toThrow('usage: regain ');
  });

  it.each(['', 'keys', 'toString', 'keys:lose k1'])('that names no command is none: “%s”', (line) => {
    expect(readCommandLine(COMMANDS, line.split(' '))).toBeUndefined();
  });

  it.each([
    ['', ['doctor', 'queue redrive', 'keys forget']],
    ['--help', ['doctor', 'queue redrive', 'keys forget']],
    ['help', ['doctor', 'queue redrive', 'keys forget']],
    ['doctor --help', ['doctor']],
    ['keys forget --help', ['keys forget']],
    ['keys:forget k1 -h', ['keys forget']],
    ['keys --help', ['keys forget']],
  ])('that asks for help gets that of what it names: “%s”', (line, names) => {
    const help = helpAskedFor(COMMANDS, line.split(' ').filter(Boolean)) ?? '';
    expect(help.match(/(?<=^regain )[a-z]+(?: [a-z]+)?/gm)).toEqual(names);
  });

  it.each(['doctor', 'nobody --help', 'keys forget k1 --out new.json'])(
    'that asks for none gets none: “%s”',
    (line) => {
      expect(helpAskedFor(COMMANDS, line.split(' '))).toBeUndefined();
    },
  );

  it('is described by what it takes', () => {
    expect(usageOf('keys:forget', COMMANDS['keys:forget'])).toBe('regain keys forget ID --out FILE [--anyway]');
    expect(usageOf('queue:redrive', COMMANDS['queue:redrive'])).toBe('regain queue redrive [--queue NAME] [--job ID]');
  });
});
