import QRCode from 'qrcode';
import { z } from 'zod';
import type { Handoff } from '../../../providers/kit/index.js';

const RedirectHandoff = z
  .object({
    kind: z.literal('redirect'),
    url: z.string(),
    expiresAt: z.iso
      .datetime()
      .optional()
      .describe(
        'For an address that can be opened once, until then. `POST /v1/flow/verification` renews one that has ended; a page links to `/flow/partner`, which leads to one that works at every click.',
      ),
  })
  .meta({ id: 'RedirectHandoff' });

/** A hand-off as the wire has it. */
export const WireHandoff = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('capture') }),
    RedirectHandoff,
    z.object({ kind: z.literal('qr_deeplink'), url: z.string(), qrSvg: z.string() }),
  ])
  .meta({ id: 'Handoff' });
export type WireHandoff = z.infer<typeof WireHandoff>;

export async function wireHandoff(handoff: Handoff): Promise<WireHandoff> {
  if (handoff.kind === 'capture') return handoff;
  if (handoff.kind === 'redirect') return { ...handoff, expiresAt: handoff.expiresAt?.toISOString() };
  const qrSvg = await QRCode.toString(handoff.url, { type: 'svg', errorCorrectionLevel: 'M', margin: 2 });
  return { ...handoff, qrSvg };
}
