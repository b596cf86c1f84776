import QRCode from 'qrcode';
import { html, type Html } from '../../src/platform/html/html.js';

const QUIET_MODULES = 4;

/**
 * A QR code as inline markup (ISO/IEC 18004, error correction M, four modules of quiet zone), dark on light whatever
 * the page's colours are: scanners need that. The picture is decoration for people who cannot see it; the link beside
 * it is not.
 */
export function qrCode(text: string): Html {
  const { modules } = QRCode.create(text, { errorCorrectionLevel: 'M' });
  const side = modules.size + 2 * QUIET_MODULES;
  const dark: string[] = [];
  for (let row = 0; row < modules.size; row += 1)
    for (let column = 0; column < modules.size; column += 1)
      if (modules.get(row, column)) dark.push(`M${column + QUIET_MODULES} ${row + QUIET_MODULES}h1v1h-1z`);
  return html`<svg
    class="qr"
    width="240"
    height="240"
    viewBox="0 0 ${side} ${side}"
    aria-hidden="true"
    shape-rendering="crispEdges"
  >
    <rect width="${side}" height="${side}" fill="#fff" />
    <path d="${dark.join('')}" fill="#000" />
  </svg>`;
}
