import type { CanaryIdentity } from './options.js';

/** The person of every simulated document: letters and digits that occur nowhere else. */
export const CANARY: CanaryIdentity = {
  givenName: 'Kanarina',
  familyName: 'Goldgelb',
  birthDate: '1987-06-05',
  documentNumber: 'KNR4711X9',
};
