import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { packagePath } from '../../../src/platform/package-root/package-root.js';
import type { ContenderAnswer, ContenderMessage, Description } from './contender.js';
import type { DecodedPicture } from './decoded-picture.js';

export interface Contender {
  name: string;
  /** Compiled module in this folder. */
  module: string;
  argument?: string;
}

export type ContenderRound = Extract<ContenderAnswer, { kind: 'ran' }>;

/** One contender in a process of its own, warm once it is open. */
export class ContenderProcess {
  private constructor(
    readonly name: string,
    private readonly child: ChildProcess,
  ) {}

  /** Throws when the process ends before it is warm. */
  static async open({ name, module, argument }: Contender, pictures: DecodedPicture[] = []): Promise<ContenderProcess> {
    const child = fork(
      packagePath(`dist/scripts/campaign/speed/${module}.js`),
      argument === undefined ? [] : [argument],
      {
        serialization: 'advanced',
        // TensorFlow.js greets on standard output.
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      },
    );
    const contender = new ContenderProcess(name, child);
    await contender.ask({ kind: 'pictures', pictures });
    return contender;
  }

  async run(): Promise<ContenderRound> {
    const answer = await this.ask({ kind: 'run' });
    if (answer.kind !== 'ran') throw new Error(`${this.name} answered something else`);
    return answer;
  }

  /** Undefined when it finds no face. */
  async describe(picture: DecodedPicture): Promise<Description | undefined> {
    const answer = await this.ask({ kind: 'describe', picture });
    if (answer.kind !== 'described') throw new Error(`${this.name} answered something else`);
    return answer.description;
  }

  close(): void {
    this.child.disconnect();
  }

  private async ask(message: ContenderMessage): Promise<ContenderAnswer> {
    const asked = new AbortController();
    const { signal } = asked;
    const ended = once(this.child, 'exit', { signal }).then(() => {
      throw new Error(`${this.name} ended`);
    });
    const answered = once(this.child, 'message', { signal }).then(([answer]) => answer as ContenderAnswer);
    // Whichever comes second is of no interest any more.
    for (const second of [ended, answered]) second.catch(() => undefined);
    this.child.send(message);
    return Promise.race([answered, ended]).finally(() => asked.abort());
  }
}
