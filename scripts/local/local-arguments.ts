import { parseArgs } from 'node:util';
import { question, type Question } from './questions.js';

export const USAGE = `npm run -s local -- <command> [options]

  compare A B                                        are these two faces one person?
  read CARD [--back B]                               what is on this document?
  verify --document D [--back B] --selfie S [--reference R]
                                                     the whole check of a case; --reference: the portrait kept since enrolment
  batch FILE.jsonl | FOLDER                          many of these, a line of JSON for each: {"id","kind","paths"};
                                                     of a folder every picture is read
  schema                                             the JSON Schema of the answers

  --set fused | clean | own
                         the models that recognise faces (default: as configured, LOCAL_MODEL_SET); own: LOCAL_OWN_MODEL
  --workers N            processes at work in a batch (default: 1)

Answers are JSON, in a batch one line each in the order asked. Exit code: 0 answered, 1 at least one line of the batch was
not answered, 2 the command was not understood, 3 a file cannot be read, 4 the models do not work.
`;

/** The command line was not understood; the message says what. */
export class LocalArgumentsError extends Error {
  override readonly name = 'LocalArgumentsError';
}

export type LocalCommand =
  { kind: 'ask'; question: Question } | { kind: 'batch'; source: string } | { kind: 'schema' } | { kind: 'help' };

export interface LocalArguments {
  command: LocalCommand;
  set?: string;
  workers: number;
}

const MOST_WORKERS = 16;

/** What each command asks for besides its files. An option that it would not look at is a mistake, and is said to be one. */
const OPTIONS: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    compare: ['set'],
    read: ['back', 'set'],
    verify: ['document', 'back', 'selfie', 'reference', 'set'],
    batch: ['set', 'workers'],
    schema: [],
  }),
);

/** Throws LocalArgumentsError. */
export function readLocalArguments(given: readonly string[]): LocalArguments {
  const { positionals, values } = parse(given);
  if (!values.help) refuseOptionsOfOthers(positionals[0], values);
  const workers = Number(values.workers ?? '1');
  if (!Number.isInteger(workers) || workers < 1 || workers > MOST_WORKERS)
    throw new LocalArgumentsError(`--workers is a number from 1 to ${MOST_WORKERS}`);
  return { command: commandOf(positionals, values), set: values.set, workers };
}

type Values = ReturnType<typeof parse>['values'];

function parse(given: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...given],
      allowPositionals: true,
      options: {
        help: { type: 'boolean', default: false },
        document: text,
        back: text,
        selfie: text,
        reference: text,
        set: text,
        workers: text,
      },
    });
  } catch (error) {
    throw new LocalArgumentsError((error as Error).message);
  }
}

function refuseOptionsOfOthers(kind: string | undefined, values: Values): void {
  const known = kind === undefined ? undefined : OPTIONS.get(kind);
  // Another command is refused by its name.
  if (!known) return;
  const strange = Object.keys(values).find((name) => name !== 'help' && !known.includes(name));
  if (strange !== undefined) throw new LocalArgumentsError(`"${kind}" has no option --${strange}`);
}

function commandOf([kind, ...files]: readonly string[], values: Values): LocalCommand {
  if (values.help || kind === 'help') return { kind: 'help' };
  if (kind === undefined) throw new LocalArgumentsError('which command?');
  if (!OPTIONS.has(kind)) throw new LocalArgumentsError(`there is no command "${kind}"`);
  const { document, back, selfie, reference } = values;
  const [one, other, ...more] = files;
  if (more.length > 0) throw new LocalArgumentsError(`what is "${more[0]}" for?`);
  if (kind === 'schema') return { kind };
  if (kind === 'batch' && one !== undefined && other === undefined) return { kind, source: one };
  const asked =
    kind === 'read'
      ? { kind, paths: back === undefined ? files : [...files, back] }
      : kind === 'verify' && files.length === 0
        ? { kind, paths: { document, back, selfie, reference } }
        : { kind, paths: files };
  const parsed = question.safeParse(asked);
  if (!parsed.success) throw new LocalArgumentsError(`"${kind}" needs other arguments`);
  return { kind: 'ask', question: parsed.data };
}
