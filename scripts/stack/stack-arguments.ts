import { parseArgs } from 'node:util';

export interface StackArguments {
  help: boolean;
  /** Leave everything up until Ctrl-C. */
  keep: boolean;
  redis: 'redis' | 'valkey';
  /** Rotate the master key under way, too. */
  keyRotation: boolean;
  /** Set the database back to an earlier point, too. */
  restoreDrill: boolean;
}

/** The command line was not understood; the message says what and how. */
export class StackArgumentsError extends Error {
  override readonly name = 'StackArgumentsError';
}

export const USAGE = `npm run stack -- [options]

  --redis redis|valkey   which server holds the queue (default: redis)
  --key-rotation         then rotates the master key while people are under way, and takes the old one away
  --restore-drill        then sets the database back to an earlier point, and shows that nothing gets a second life
  --keep                 leaves everything up until Ctrl-C, and says where it is
  --help                 shows this
`;

/** @throws StackArgumentsError */
export function readStackArguments(given: readonly string[]): StackArguments {
  const values = parse(given);
  const { help = false, keep = false, redis = 'redis' } = values;
  if (redis !== 'redis' && redis !== 'valkey')
    throw new StackArgumentsError(`--redis is redis or valkey, not "${redis}"`);
  const { 'key-rotation': keyRotation = false, 'restore-drill': restoreDrill = false } = values;
  if (keyRotation && restoreDrill) throw new StackArgumentsError('one drill at a time');
  return { help, keep, redis, keyRotation, restoreDrill };
}

const OPTIONS = {
  help: { type: 'boolean' },
  keep: { type: 'boolean' },
  redis: { type: 'string' },
  'key-rotation': { type: 'boolean' },
  'restore-drill': { type: 'boolean' },
} as const;

function parse(given: readonly string[]) {
  try {
    return parseArgs({ args: [...given], options: OPTIONS }).values;
  } catch (error) {
    throw new StackArgumentsError((error as Error).message);
  }
}
