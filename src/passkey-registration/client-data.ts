import { z } from 'zod';

/** WebAuthn level 3, 5.8.1.2: what we read of it. `crossOrigin` and `topOrigin` are ours to check (see below). */
const ClientData = z.object({
  challenge: z.string(),
  crossOrigin: z.boolean().optional(),
  topOrigin: z.unknown().optional(),
});

/** A browser's answer breaks a rule of the ceremony. `rule` is for operators and tests, never for the caller. */
export class CeremonyRefusedError extends Error {
  override readonly name = 'CeremonyRefusedError';

  constructor(
    readonly rule: string,
    cause?: unknown,
  ) {
    super(`the ceremony was refused: ${rule}`, { cause });
  }
}

/**
 * The challenge a browser says it answered, from base64url client data. The library used for the rest takes a
 * registration made in another site's frame without a word, so steps 10 and 11 of WebAuthn level 3, 7.1 (and 12 and 13
 * of 7.2) are here: none of our pages is ever framed, hence `crossOrigin` must not be true and `topOrigin` not there (T97).
 * @throws CeremonyRefusedError
 */
export function readChallenge(clientDataJSON: string): string {
  const data = parse(clientDataJSON);
  if (data.crossOrigin === true) throw new CeremonyRefusedError('cross_origin');
  if (data.topOrigin !== undefined) throw new CeremonyRefusedError('top_origin');
  return data.challenge;
}

function parse(clientDataJSON: string): z.infer<typeof ClientData> {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(clientDataJSON, 'base64url'));
    return ClientData.parse(JSON.parse(text));
  } catch (error) {
    throw new CeremonyRefusedError('client_data', error);
  }
}
