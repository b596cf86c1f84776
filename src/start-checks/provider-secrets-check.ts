import { KeyObject } from 'node:crypto';
import { Sensitive } from '../../providers/kit/index.js';
import { fault, ok, type Finding } from './finding.js';
import { PASSWORD_BITS, TOKEN_BITS, weaknessOf } from './secret-strength.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** A secret of a provider as its settings hold it: text, or the bytes that a text stands for. */
interface HeldSecret {
  value: string | Uint8Array;
  /** One of a list: what comes in is believed because of it, and its length is the organisation's own choice. */
  ofList: boolean;
}

/** `whsec_`, `sk_live_`: says what a secret is for, and is none of it. */
const PREFIX = /^(?:[a-z]{2,12}_){1,2}/;

/**
 * Whether a secret of an enabled provider is one that stands in examples, or is easily guessed. The settings know
 * which variables are secrets, whatever an adapter calls them: what they hold sealed is looked up in the environment.
 *
 * @param settings of each enabled provider, as its schema read them
 */
export function providerSecretFindings(settings: readonly unknown[], environment: Environment): Finding[] {
  const held = settings.flatMap((one) => secretsIn(one, { ofList: false }));
  return Object.entries(environment).flatMap(([name, text = '']) => {
    const secrets = text.split(/[\s,]+/).flatMap((part) => {
      const match = held.find(({ value }) => isWritten(value, part));
      return match ? [{ text: part.replace(PREFIX, ''), bits: match.ofList ? TOKEN_BITS : PASSWORD_BITS }] : [];
    });
    if (secrets.length === 0) return [];
    const weakness = secrets.map(({ text: secret, bits }) => weaknessOf(secret, bits)).find(Boolean);
    return weakness
      ? [fault(name, `a secret in it ${weakness}`, 'make a new one, here or at the partner')]
      : [ok(name, 'its secret is not a known one')];
  });
}

function secretsIn(settings: unknown, { ofList }: { ofList: boolean }): HeldSecret[] {
  if (settings instanceof Sensitive) {
    const held: unknown = settings.reveal();
    const value = held instanceof KeyObject && held.type === 'secret' ? held.export() : held;
    return typeof value === 'string' || value instanceof Uint8Array ? [{ value, ofList }] : [];
  }
  if (Array.isArray(settings)) return settings.flatMap((one) => secretsIn(one, { ofList: true }));
  if (!isPlain(settings)) return [];
  return Object.values(settings).flatMap((one) => secretsIn(one, { ofList: false }));
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

const isWritten = (value: string | Uint8Array, text: string): boolean =>
  typeof value === 'string'
    ? text === value
    : text !== '' && Buffer.from(text.replace(PREFIX, ''), 'base64').equals(value);
