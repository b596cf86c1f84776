import { parseArgs, type ParseArgsConfig } from 'node:util';

/**
 * What a command of this repository was given, or its usage and the end: on `--help` (0), and on an option that it does
 * not know (1) – instead of a stack trace.
 */
export function developerOptions<const Options extends NonNullable<ParseArgsConfig['options']>>(
  usage: string,
  options: Options,
): ReturnType<typeof parseArgs<{ allowPositionals: true; options: Options }>> {
  if (process.argv.includes('--help')) end(usage, 0);
  try {
    return parseArgs({ allowPositionals: true, options });
  } catch (error) {
    end(`${(error as Error).message}\n${usage}`, 1);
  }
}

function end(text: string, code: number): never {
  process.stdout.write(`${text}\n`);
  process.exit(code);
}
