import fc from 'fast-check';
import { Answer, HttpClient } from '../../../scripts/harness/http-client.js';
import type { Contract } from '../../support/contract.js';
import { ODD_SEGMENTS, ODD_VALUES, spoiled, valid, withUnknownMember } from './wild-values.js';
import type { Audience, FuzzedOperation } from './operations.js';

export type Callers = Record<Audience, HttpClient>;

export interface FuzzTarget {
  callers: Callers;
  contract: Contract;
  /** Ids that exist, by path parameter: a body is looked at only when its path leads somewhere. */
  known: Readonly<Record<string, string>>;
  runs: number;
  seed: number;
}

/** Text that stands for a value in a URL; half a surrogate pair cannot be written there at all. */
const segment = (value: unknown): string =>
  encodeURIComponent(
    (typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined')).replaceAll(/\p{Cs}/gu, '\ufffd'),
  );

/** Throws when an answer is a fault of ours, or one that the contract does not promise. */
export class Fuzzer {
  constructor(private readonly target: FuzzTarget) {}

  /** A well-formed request, then with a member spoiled: whatever comes back, it is no fault of ours. */
  async bodies(operation: FuzzedOperation, schema: NonNullable<FuzzedOperation['body']>): Promise<void> {
    await this.check(
      fc.oneof({ weight: 1, arbitrary: valid(schema) }, { weight: 3, arbitrary: spoiled(schema) }),
      async (body) => {
        this.assertOurs(await this.send(operation, { body: JSON.stringify(body) ?? '' }));
      },
    );
  }

  /** A member too many is 400 where the caller is let in at all (T52). */
  async unknownMembers(operation: FuzzedOperation, schema: NonNullable<FuzzedOperation['body']>): Promise<void> {
    await this.check(withUnknownMember(schema), async (body) => {
      this.assertStatus(await this.send(operation, { body: JSON.stringify(body) }), [400]);
    });
  }

  /** Each named string, replaced by what is no text: never a success (T4, T26). */
  async wrongTypes(operation: FuzzedOperation, schema: NonNullable<FuzzedOperation['body']>): Promise<void> {
    const [body] = fc.sample(valid(schema), { numRuns: 1, seed: this.target.seed }) as object[];
    for (const name of schema.required ?? []) {
      for (const odd of [undefined, null, [], {}, [[]], { $ne: 1 }, { $gt: '' }]) {
        const answer = await this.send(operation, { body: JSON.stringify({ ...body, [name]: odd }) });
        // An empty object may be what the member is; an empty list may too.
        if (
          answer.status < 300 &&
          !(schema.properties?.[name]?.type === 'array' && Array.isArray(odd)) &&
          schema.properties?.[name]?.type !== 'object'
        ) {
          throw new Error(`${operation.id} took ${name} = ${JSON.stringify(odd)}`);
        }
        this.assertOurs(answer);
      }
    }
  }

  async rawBody(operation: FuzzedOperation, body: string): Promise<Answer> {
    const answer = await this.send(operation, { body });
    this.assertOurs(answer);
    return answer;
  }

  /** Ids that name nothing: never a success. */
  async segments(operation: FuzzedOperation): Promise<void> {
    const [body] = operation.body
      ? fc.sample(valid(operation.body), { numRuns: 1, seed: this.target.seed })
      : [undefined];
    const odd = fc.oneof(
      fc.constantFrom(...ODD_SEGMENTS),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }).filter((text) => !/^\.+$/.test(text)),
    );
    for (const name of operation.pathParameters) {
      await this.check(odd, async (value) => {
        const answer = await this.send(operation, {
          parameters: { [name]: value },
          body: body === undefined ? undefined : JSON.stringify(body),
        });
        this.assertOurs(answer);
        if (answer.status < 300)
          throw new Error(`${operation.id} answered ${answer.status} to ${name} = ${JSON.stringify(value)}`);
      });
    }
  }

  /** Known query parameters with anything in them, given twice, and unknown ones. */
  async queries(operation: FuzzedOperation): Promise<void> {
    const names = operation.query.map((parameter) => parameter.name);
    for (const { name, schema } of operation.query) {
      for (const odd of ODD_VALUES) this.assertOurs(await this.send(operation, { query: `${name}=${segment(odd)}` }));
      await this.check(fc.oneof(valid(schema), fc.string({ unit: 'binary', maxLength: 40 })), async (value) => {
        this.assertOurs(await this.send(operation, { query: `${name}=${segment(value)}` }));
      });
      this.assertOurs(await this.send(operation, { query: `${name}=a&${name}=b` }));
      this.assertOurs(await this.send(operation, { query: `${name}[$ne]=a&${name}[]=b` }));
    }
    if (names.length > 0) this.assertStatus(await this.send(operation, { query: 'unknownParameter=1' }), [400]);
  }

  async send(
    operation: FuzzedOperation,
    request: { parameters?: Record<string, string>; query?: string; body?: string },
  ): Promise<Answer> {
    const values: Record<string, string> = { ...this.target.known, ...request.parameters };
    const path = operation.path.replaceAll(/\{([^}]+)\}/g, (_whole, name: string) => segment(values[name] ?? 'x'));
    const body =
      request.body === undefined ? undefined : { bytes: Buffer.from(request.body), type: 'application/json' };
    return this.target.callers[operation.audience].send(
      operation.method,
      request.query ? `${path}?${request.query}` : path,
      { body },
    );
  }

  private async check<Value>(values: fc.Arbitrary<Value>, property: (value: Value) => Promise<void>): Promise<void> {
    await fc.assert(fc.asyncProperty(values, property), {
      numRuns: this.target.runs,
      seed: this.target.seed,
      endOnFailure: true,
    });
  }

  private assertOurs(answer: Answer): void {
    if (answer.status >= 500)
      throw new Error(`${answer.method} ${answer.path.slice(0, 200)} answered ${answer.status}`);
    if (/ at |node_modules|SELECT |\/dist\/|Error:/.test(answer.status >= 400 ? answer.text : ''))
      throw new Error(`${answer.method} ${answer.path.slice(0, 200)} says too much: ${answer.text.slice(0, 300)}`);
    // A path longer than the router's limit belongs to no operation.
    if (answer.status !== 404) this.target.contract.check(answer);
  }

  private assertStatus(answer: Answer, expected: number[]): void {
    this.assertOurs(answer);
    if (!expected.includes(answer.status))
      throw new Error(
        `${answer.method} ${answer.path} answered ${answer.status} ${answer.code ?? ''} instead of ${expected.join(' or ')}`,
      );
  }
}
