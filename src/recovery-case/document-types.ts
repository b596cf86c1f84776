/** The documents a person may choose to show. */
export { DOCUMENT_TYPES, type DocumentType } from '../../providers/kit/index.js';
