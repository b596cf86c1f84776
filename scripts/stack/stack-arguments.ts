import { parseArgs } from 'node:util';

export interface StackArguments {
  help: boolean;
  /** Leave everything up until Ctrl-C. */
  keep: boolean;
  redis: 'redis' | 'valkey';
  /** Set the database back to an earlier point, too. */
  restoreDrill: boolean;
}

/** The command line was not understood; the message says what and how. */
export class StackArgumentsError extends Error {
  override readonly name = 'StackArgumentsError';
}

export const USAGE = `npm run stack -- [options]

  --redis redis|valkey   which server holds the queue (default: redis)
  --restore-drill        then sets the database back to an earlier point, and shows that nothing gets a second life
  --keep                 leaves everything up until Ctrl-C, and says where it is
  --help                 shows this
`;

/** @throws StackArgumentsError */
export function readStackArguments(given: readonly string[]): StackArguments {
  const { help = false, keep = false, redis = 'redis', 'restore-drill': restoreDrill = false } = parse(given);
  if (redis !== 'redis' && redis !== 'valkey')
    throw new StackArgumentsError(`--redis is redis or valkey, not "${redis}"`);
  return { help, keep, redis, restoreDrill };
}

const OPTIONS = {
  help: { type: 'boolean' },
  keep: { type: 'boolean' },
  redis: { type: 'string' },
  'restore-drill': { type: 'boolean' },
} as const;

function parse(given: readonly string[]) {
  try {
    return parseArgs({ args: [...given], options: OPTIONS }).values;
  } catch (error) {
    throw new StackArgumentsError((error as Error).message);
  }
}
