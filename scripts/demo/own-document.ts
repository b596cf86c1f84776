import type { ShownDocument } from '../harness/help-desk.js';
import { LocalDesk } from '../local/local-desk.js';

/** Files of a document's front and, when there is one, its back. */
export type DocumentPaths = [front: string] | [front: string, back: string];

/** What an enrolment would have written down of the visitor. */
export interface Holder {
  givenName: string;
  familyName: string;
  birthDate: string;
  document: ShownDocument;
}

/**
 * Reads who the visitor's own document is about, with the worker of `npm run local`.
 *
 * @throws Error when neither a zone nor a barcode without a fault was read, or it names no given name or no number
 */
export async function readHolder(paths: DocumentPaths): Promise<Holder> {
  const desk = new LocalDesk({ workers: 1 });
  try {
    const answer = await desk.answer({ question: { kind: 'read', paths } });
    if (answer.outcome === 'error') throw new Error(answer.error.message);
    const { familyName, givenName, birthDate } = (answer.kind === 'read' && answer.identity) || {};
    const { number: documentNumber, issuingCountry } = (answer.kind === 'read' && answer.document) || {};
    if (familyName && givenName && birthDate && documentNumber && issuingCountry)
      return { familyName, givenName, birthDate, document: { documentNumber, issuingCountry } };
    throw new Error(
      'No machine-readable zone or barcode with given names, family name, birth date and number could be read without a fault. ' +
        'Take a sharper photo from above, or add the side that carries it with --back.',
    );
  } finally {
    await desk.close();
  }
}
