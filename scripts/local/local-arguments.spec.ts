import { describe, expect, it } from '@jest/globals';
import { localEnvironment } from '../../providers/local/config.js';
import { LocalArgumentsError, readLocalArguments, USAGE } from './local-arguments.js';

describe('readLocalArguments', () => {
  it('names every set of models that there is', () => {
    const { LOCAL_MODEL_SET } = localEnvironment.shape;
    const sets = LOCAL_MODEL_SET.unwrap().options;
    expect(USAGE).toContain(`--set ${sets.join(' | ')}\n`);
  });

  it.each([
    ['compare a.jpg b.jpg --set clean', { kind: 'compare', paths: ['a.jpg', 'b.jpg'] }],
    ['read f.jpg', { kind: 'read', paths: ['f.jpg'] }],
    ['read f.jpg --back b.jpg --set fused', { kind: 'read', paths: ['f.jpg', 'b.jpg'] }],
    [
      'verify --document d.jpg --back b.jpg --selfie s.jpg --reference r.jpg --set clean',
      { kind: 'verify', paths: { document: 'd.jpg', back: 'b.jpg', selfie: 's.jpg', reference: 'r.jpg' } },
    ],
  ])('understands %s', (line, question) => {
    expect(readLocalArguments(line.split(' ')).command).toEqual({ kind: 'ask', question });
  });

  it('understands a batch and how many processes are at work in it', () => {
    expect(readLocalArguments(['batch', 'pairs.jsonl', '--workers', '2'])).toMatchObject({
      command: { kind: 'batch', source: 'pairs.jsonl' },
      workers: 2,
    });
  });

  it.each([
    ['compare A B --back X', '--back'],
    ['compare A B --workers 2', '--workers'],
    ['read F --selfie X', '--selfie'],
    ['read F --reference X', '--reference'],
    ['read F --document X', '--document'],
    ['read F --workers 2', '--workers'],
    ['verify --document D --selfie S --workers 2', '--workers'],
    ['batch F --back X', '--back'],
    ['batch F --selfie X', '--selfie'],
    ['schema --set clean', '--set'],
  ])('refuses an option that it would not look at: %s', (line, option) => {
    const command = line.split(' ')[0];
    expect(() => readLocalArguments(line.split(' '))).toThrow(
      new LocalArgumentsError(`"${command}" has no option ${option}`),
    );
  });

  it.each([
    '',
    'look F',
    'constructor F',
    'compare A',
    'read',
    'verify --document D',
    'verify F --selfie S',
    'batch A B',
  ])('refuses what it does not understand: %s', (line) => {
    expect(() => readLocalArguments(line.split(' '))).toThrow(LocalArgumentsError);
  });

  it.each([
    [[], 'which command?'],
    [['look', 'F'], 'there is no command "look"'],
    [['compare', 'A'], '"compare" needs other arguments'],
  ])('says what it misses: %j', (given, message) => {
    expect(() => readLocalArguments(given)).toThrow(new LocalArgumentsError(message));
  });

  it('gives help whatever stands beside it', () => {
    expect(readLocalArguments(['compare', '--help', '--back', 'X']).command).toEqual({ kind: 'help' });
  });
});
