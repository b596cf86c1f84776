import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';
import type { Exchange } from '../../scripts/harness/http-client.js';
import { packagePath } from '../../src/platform/package-root/package-root.js';

type Json = Record<string, unknown>;

/** A response that openapi.yaml does not promise. */
export class ContractError extends Error {
  override readonly name = 'ContractError';
}

/**
 * Holds responses against `openapi.yaml`: the operation, the status, the content type and the body must be documented.
 * A member of a JSON body that is not in the document is a fault too: that is how something secret would get out.
 */
export class Contract {
  readonly #ajv = new Ajv({ strict: false, allErrors: true });
  readonly #validators = new Map<string, ValidateFunction>();
  readonly #paths: readonly { template: string; pattern: RegExp }[];
  readonly #document: Json;

  constructor(document: unknown) {
    addFormats.default(this.#ajv);
    this.#document = jsonSchemaOf(document) as Json;
    this.#ajv.addSchema({ $id: 'openapi', ...this.#document });
    this.#paths = Object.keys(this.#document.paths as Json).map((template) => ({
      template,
      pattern: patternOf(template),
    }));
  }

  static load(): Contract {
    return new Contract(parse(readFileSync(packagePath('openapi.yaml'), 'utf8')));
  }

  /** Only `/v1` is documented; pages and the operators' server are not held against it. @throws ContractError */
  check(exchange: Exchange): void {
    const path = exchange.path.split('?')[0] ?? '';
    if (!path.startsWith('/v1/')) return;
    const label = `${exchange.method} ${path} ${exchange.status}`;
    const template = this.templateOf(path);
    const named = template && ['paths', template, exchange.method.toLowerCase(), 'responses', String(exchange.status)];
    const place = named && this.settled(named);
    const response = place && this.at(place);
    if (!place || !response) throw new ContractError(`${label} is not documented`);
    this.checkContent(exchange, { label, place, response });
  }

  private checkContent(exchange: Exchange, found: { label: string; place: string[]; response: Json }): void {
    const { label, place, response } = found;
    const content = (response.content ?? {}) as Json;
    const type = exchange.headers.get('content-type')?.split(';')[0] ?? '';
    if (Object.keys(content).length === 0) {
      if (exchange.bytes.length > 0) throw new ContractError(`${label} has a body, and none is documented`);
      return;
    }
    if (!(type in content))
      throw new ContractError(`${label} is ${type || 'without type'}, not ${Object.keys(content).join(' or ')}`);
    if (!type.endsWith('json')) return;
    const faults = this.faults(JSON.parse(exchange.bytes.toString('utf8')), [...place, 'content', type, 'schema']);
    if (faults.length > 0) throw new ContractError(`${label} has another body than documented: ${faults.join('; ')}`);
  }

  /** What does not fit of a value by the schema at some place of the document. */
  faults(value: unknown, place: readonly string[]): string[] {
    const validate = this.validator(place);
    if (validate(value)) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
    );
  }

  /** A path without parameters wins over one with. */
  private templateOf(path: string): string | undefined {
    const matches = this.#paths.filter(({ pattern }) => pattern.test(path)).map(({ template }) => template);
    return matches.sort((one, other) => one.split('{').length - other.split('{').length)[0];
  }

  /** Where a response stands that several operations share. */
  private settled(place: readonly string[]): string[] {
    const reference = this.at(place)?.$ref;
    return typeof reference === 'string' ? reference.split('/').slice(1) : [...place];
  }

  private at(place: readonly string[]): Json | undefined {
    return place.reduce<Json | undefined>((node, key) => node?.[key] as Json | undefined, this.#document);
  }

  private validator(place: readonly string[]): ValidateFunction {
    const pointer = place.map((key) => encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/');
    const known = this.#validators.get(pointer) ?? this.#ajv.compile({ $ref: `openapi#/${pointer}` });
    this.#validators.set(pointer, known);
    return known;
  }
}

function patternOf(template: string): RegExp {
  const parts = template.split(/\{[^}]+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('[^/]+')}$`);
}

/** OpenAPI 3.0 writes `nullable` where JSON Schema has a type; and objects are closed here (see {@link Contract}). */
function jsonSchemaOf(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(jsonSchemaOf);
  if (typeof node !== 'object' || node === null) return node;
  const { nullable, ...rest } = node as Json;
  const converted: Json = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, jsonSchemaOf(value)]));
  if (converted.type === 'object' && converted.properties !== undefined) converted.additionalProperties ??= false;
  return nullable === true ? { anyOf: [converted, { type: 'null' }] } : converted;
}
