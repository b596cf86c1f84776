import { parseArgs } from 'node:util';

/** What a command may be given, all of it: what is not here is refused, not overlooked. */
export interface CommandSpec {
  help: string;
  /** The words it takes, by what they are. Each is needed. */
  words?: readonly string[];
  /** Options that take a value, by what it is, and are needed. */
  needs?: Readonly<Record<string, string>>;
  /** Options that take a value and may be left out. */
  takes?: Readonly<Record<string, string>>;
  /** Options that are given or not. */
  flags?: readonly string[];
}

/** What it was given. */
export interface Given {
  word: string;
  texts: Readonly<Record<string, string | undefined>>;
  flags: ReadonlySet<string>;
}

/** A word or an option that a command does not know, or one that it lacks. Says what it takes. */
export class UsageError extends Error {
  override readonly name = 'UsageError';

  constructor(fault: string, usage: string, options?: ErrorOptions) {
    super(`${fault}\nusage: ${usage}`, options);
  }
}

/** `regain keys forget ID --out FILE [--anyway]` */
export function usageOf(name: string, { words = [], needs = {}, takes = {}, flags = [] }: CommandSpec): string {
  const needed = Object.entries(needs).map(([option, what]) => `--${option} ${what}`);
  const taken = Object.entries(takes).map(([option, what]) => `[--${option} ${what}]`);
  return ['regain', name.replace(':', ' '), ...words, ...needed, ...taken, ...flags.map((flag) => `[--${flag}]`)].join(
    ' ',
  );
}

type Commands<Command extends CommandSpec> = Readonly<Record<string, Command>>;

/** The command that is meant, and what stands behind its name; `cases:explain ID` is read like `cases explain ID`. */
function meant<Command extends CommandSpec>(
  commands: Commands<Command>,
  args: readonly string[],
): { name: string; command: Command; rest: readonly string[] } | undefined {
  const [first = '', second = ''] = args;
  const spaced = `${first}:${second}`;
  const name = Object.hasOwn(commands, spaced) ? spaced : first;
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  return command && { name, command, rest: args.slice(name === spaced ? 2 : 1) };
}

/** The command that is meant, and what it was given. Undefined when there is no command of that name. @throws UsageError */
export function readCommandLine<Command extends CommandSpec>(
  commands: Commands<Command>,
  args: readonly string[],
): { name: string; command: Command; given: Given } | undefined {
  const found = meant(commands, args);
  return found && { name: found.name, command: found.command, given: readGiven(found.rest, found) };
}

const HELP: readonly string[] = ['--help', '-h', 'help'];

/** What a line that asks for help is answered with: that of one command, of a family (`keys --help`), or of all. */
export function helpAskedFor(commands: Commands<CommandSpec>, args: readonly string[]): string | undefined {
  const [first, ...rest] = args;
  if (first === undefined || HELP.includes(first)) return helpOf(commands);
  if (!rest.some((word) => word === '--help' || word === '-h')) return undefined;
  const name = meant(commands, args)?.name;
  const family = Object.keys(commands).filter((known) => known === name || known.startsWith(`${first}:`));
  const asked = name === undefined ? family : [name];
  return asked.length > 0 ? helpOf(commands, asked) : undefined;
}

function helpOf(commands: Commands<CommandSpec>, names: readonly string[] = Object.keys(commands)): string {
  return names.map((name) => `${usageOf(name, commands[name] as CommandSpec)}\n    ${commands[name]?.help}`).join('\n');
}

function readGiven(args: readonly string[], { name, command }: { name: string; command: CommandSpec }): Given {
  const { words = [], needs = {}, takes = {}, flags = [] } = command;
  const usage = usageOf(name, command);
  const { values, positionals } = parsed(args, { texts: Object.keys({ ...needs, ...takes }), flags, usage });
  const [surplus] = positionals.slice(words.length);
  if (surplus !== undefined) throw new UsageError(`“${surplus}” means nothing here`, usage);
  const lacking = [
    ...words.filter((_, index) => !positionals[index]),
    ...Object.keys(needs)
      .filter((option) => !values[option])
      .map((option) => `--${option}`),
  ];
  if (lacking.length > 0) throw new UsageError(`${lacking.join(', ')} is missing`, usage);
  const texts = Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
  return { word: positionals[0] ?? '', texts, flags: new Set(flags.filter((flag) => values[flag] === true)) };
}

type OptionType = { type: 'string' | 'boolean' };
const optionsOf = (names: readonly string[], type: OptionType['type']): [string, OptionType][] =>
  names.map((name) => [name, { type }]);

function parsed(
  args: readonly string[],
  { texts, flags, usage }: { texts: readonly string[]; flags: readonly string[]; usage: string },
): { values: Readonly<Record<string, unknown>>; positionals: readonly string[] } {
  const options = Object.fromEntries([...optionsOf(texts, 'string'), ...optionsOf(flags, 'boolean')]);
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, strict: true, allowPositionals: true });
    return { values, positionals };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), usage, { cause: error });
  }
}
