import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { packagePath } from '../../../src/platform/package-root/package-root.js';
import type { ContenderAnswer, ContenderMessage, DecodedPicture } from './contender.js';

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
  static async open({ name, module, argument }: Contender, pictures: DecodedPicture[]): Promise<ContenderProcess> {
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

  close(): void {
    this.child.disconnect();
  }

  private async ask(message: ContenderMessage): Promise<ContenderAnswer> {
    const ended = once(this.child, 'exit').then(() => {
      throw new Error(`${this.name} ended`);
    });
    // Whichever comes second is of no interest any more.
    ended.catch(() => undefined);
    const answered = once(this.child, 'message').then(([answer]) => answer as ContenderAnswer);
    this.child.send(message);
    return Promise.race([answered, ended]);
  }
}
