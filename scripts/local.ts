import { once } from 'node:events';
import { z, ZodError } from 'zod';
import { answer, type Answer } from './local/answers.js';
import { inOrder } from './local/in-order.js';
import { LocalArgumentsError, readLocalArguments, USAGE } from './local/local-arguments.js';
import { LocalDesk } from './local/local-desk.js';
import { readBatch, type Question } from './local/questions.js';

/*
 * `npm run -s local -- compare|read|verify|batch`: the organisation's own check without server and database, for
 * measuring it on pictures at hand. Standard output carries answers and nothing else.
 */

const EXIT = { answered: 0, unanswered: 1, misunderstood: 2, fileUnreadable: 3, modelsUnusable: 4 } as const;

const WHAT_IS_ASKED = 'a file holds a question on each line, a folder pictures (.jpg, .jpeg, .png, .webp)';

/** Questions under way for each process: enough that none waits for a file. */
const QUESTIONS_PER_WORKER = 3;

process.exitCode = await run(process.argv.slice(2));

async function run(given: readonly string[]): Promise<number> {
  try {
    const { command, set, workers } = readLocalArguments(given);
    if (command.kind === 'help') return say(USAGE, EXIT.answered);
    if (command.kind === 'schema') return say(JSON.stringify(z.toJSONSchema(answer), null, 2), EXIT.answered);
    const desk = new LocalDesk({ set, workers });
    try {
      const health = await desk.health();
      if (!health.ok) return complain(health.detail ?? 'The models cannot be used.', EXIT.modelsUnusable);
      return command.kind === 'batch'
        ? await answerBatch(desk, { source: command.source, workers })
        : await answerOne(desk, command.question);
    } finally {
      await desk.close();
    }
  } catch (error) {
    if (error instanceof LocalArgumentsError) return complain(`${error.message}\n\n${USAGE}`, EXIT.misunderstood);
    if (error instanceof ZodError) return complain(settingFault(error, given), EXIT.misunderstood);
    throw error;
  }
}

/** A setting that the models cannot be used with, by the name under which it was given. */
function settingFault(error: ZodError, given: readonly string[]): string {
  const byOption = given.some((word) => word === '--set' || word.startsWith('--set='));
  return error.issues
    .map(({ path, message }) => {
      const name = path.join('.');
      return `${byOption && name === 'LOCAL_MODEL_SET' ? '--set' : name}: ${message}`;
    })
    .join('\n');
}

async function answerOne(desk: LocalDesk, question: Question): Promise<number> {
  const given = await desk.answer({ question });
  return say(JSON.stringify(given), exitCodeOf(given));
}

function exitCodeOf(given: Answer): number {
  if (given.outcome !== 'error') return EXIT.answered;
  if (given.error.code === 'file_unreadable') return EXIT.fileUnreadable;
  return given.error.code === 'broken' ? EXIT.modelsUnusable : EXIT.unanswered;
}

async function answerBatch(desk: LocalDesk, { source, workers }: { source: string; workers: number }): Promise<number> {
  let asked = 0;
  let unanswered = 0;
  const answers = inOrder(readBatch(source), QUESTIONS_PER_WORKER * workers, (line) => desk.answer(line));
  try {
    for await (const given of answers) {
      asked += 1;
      if (given.outcome === 'error') unanswered += 1;
      await print(JSON.stringify(given));
    }
  } catch (error) {
    if (!isFileSystemError(error)) throw error;
    return complain(`${source}: ${error.code}`, EXIT.fileUnreadable);
  }
  const exitCode = unanswered === 0 ? EXIT.answered : EXIT.unanswered;
  // Standard output may go to a file that nobody looks at yet.
  if (asked === 0) return complain(`${source}: nothing to answer; ${WHAT_IS_ASKED}`, exitCode);
  return complain(`${source}: ${asked} asked, ${unanswered} without an answer`, exitCode);
}

function isFileSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && 'syscall' in error;
}

async function say(text: string, exitCode: number): Promise<number> {
  await print(text);
  return exitCode;
}

/** A reader that is slower than we are is waited for. */
async function print(text: string): Promise<void> {
  if (!process.stdout.write(`${text}\n`)) await once(process.stdout, 'drain');
}

function complain(message: string, exitCode: number): number {
  process.stderr.write(`${message}\n`);
  return exitCode;
}
