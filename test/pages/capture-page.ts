import type { Language } from '../../web/language/index.js';
import type { EvidenceKind } from '../../providers/kit/index.js';
import { renderPage } from '../../web/templates/index.js';

/**
 * The page that takes a picture, as an address asks for it: `kind` and `lang`; `only` where no file may be chosen, `fast`
 * where an automatic photo is sent at once.
 */
export function capturePage(query: URLSearchParams): string {
  const kind = (query.get('kind') ?? 'document_front') as EvidenceKind;
  return renderPage(
    {
      screen: 'capture',
      kind,
      documentType: 'identity_card',
      canChooseFile: !query.has('only'),
      cameraOnly: query.has('only'),
      sendsByItself: query.has('fast'),
    },
    {
      organisationName: 'Acme',
      helpDesk: { name: 'Acme Desk' },
      language: (query.get('lang') ?? 'en') as Language,
      csrfToken: 'c'.repeat(43),
    },
  );
}
