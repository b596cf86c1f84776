import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { DocumentPaths } from './own-document.js';

export interface OwnPictures {
  document: Buffer;
  back?: Buffer;
  selfie: Buffer;
  /** What enrolment would have kept; the document's picture when none is given. */
  portrait: Buffer;
  /** Files of the document's front and back, for the command that reads documents. */
  documentPaths: DocumentPaths;
}

export interface DemoArguments {
  help: boolean;
  keep: boolean;
  /** `local` and `sandbox`, or one partner whose simulator is started for it. */
  providers: readonly string[];
  partner?: string;
  ownPictures?: OwnPictures;
}

/** The command line was not understood; the message says what and how. */
export class DemoArgumentsError extends Error {
  override readonly name = 'DemoArgumentsError';
}

export const USAGE = `npm run demo -- [options]

  --provider NAME            only the organisation's own check (local), only the sandbox partner (sandbox; default: both),
                             or one partner's simulator: clear1, 1kosmos, au10tix, idemia, entra-verified-id …
  --document front.jpg       your own document, photographed (JPEG, PNG or WebP), together with
  --selfie me.jpg            a photo of your face that is not the one on the document
  --back back.jpg            the document's back, where an identity card or a licence says who you are
  --portrait enrolled.jpg    what the organisation would have kept of you at enrolment; default: the document's picture
  --keep                     leaves the service running afterwards
  --help                     shows this
`;

/** @throws DemoArgumentsError */
export function readDemoArguments(given: readonly string[]): DemoArguments {
  const values = parse(given);
  const { provider } = values;
  if (provider !== undefined && !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(provider))
    throw new DemoArgumentsError(`--provider is the id of a provider, not "${provider}"`);
  const ownPictures = readOwnPictures(values);
  if (ownPictures && provider !== undefined && provider !== 'local')
    throw new DemoArgumentsError('pictures of your own are for the own check: leave --provider away');
  return {
    help: values.help ?? false,
    keep: values.keep ?? false,
    providers: provider ? [provider] : ['local', 'sandbox'],
    partner: provider === 'local' || provider === 'sandbox' ? undefined : provider,
    ownPictures,
  };
}

interface Values {
  help?: boolean;
  keep?: boolean;
  provider?: string;
  document?: string;
  back?: string;
  selfie?: string;
  portrait?: string;
}

function parse(given: readonly string[]): Values {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    const options = {
      help: flag,
      keep: flag,
      provider: text,
      document: text,
      back: text,
      selfie: text,
      portrait: text,
    };
    return parseArgs({ args: [...given], options, strict: true }).values;
  } catch (error) {
    throw new DemoArgumentsError((error as Error).message);
  }
}

function readOwnPictures({ document, back, selfie, portrait }: Values): OwnPictures | undefined {
  if ([document, back, selfie, portrait].every((path) => path === undefined)) return undefined;
  if (document === undefined || selfie === undefined)
    throw new DemoArgumentsError('--document and --selfie go together: one shows the card, the other your face');
  const documentPicture = readPicture('--document', document);
  return {
    document: documentPicture,
    ...(back === undefined ? {} : { back: readPicture('--back', back) }),
    documentPaths: back === undefined ? [document] : [document, back],
    selfie: readPicture('--selfie', selfie),
    portrait: portrait === undefined ? documentPicture : readPicture('--portrait', portrait),
  };
}

function readPicture(option: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new DemoArgumentsError(`${option}: ${(error as Error).message}`);
  }
}
