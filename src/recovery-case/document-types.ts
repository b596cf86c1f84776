/** The documents a person may choose to show. */
export const DOCUMENT_TYPES = ['passport', 'identity_card', 'driving_licence', 'residence_permit', 'other'] as const;
export type DocumentType = (typeof DOCUMENT_TYPES)[number];
