import {
  DEMO_PEOPLE,
  renderDemoPictures,
  type DemoPerson,
  type DemoPictures,
} from '../../src/embedded/demo-people/index.js';
import type { SimulatedIdentity } from '../../providers/kit/simulator/index.js';

/** Somebody who is locked out, with what they hold into the camera. */
export interface LockedOut {
  login: string;
  person: DemoPerson;
  pictures: DemoPictures;
}

/** Who gave the documents out: none of Utopia's, which no production profile takes. */
export const ISSUER = 'GBR';

/** One of the demo's people, as an account of the bank. */
export async function lockedOut(demoLogin: DemoPerson['login']): Promise<LockedOut> {
  const person = DEMO_PEOPLE.find(({ login }) => login === demoLogin);
  const pictures = (await renderDemoPictures()).get(demoLogin);
  if (!person || !pictures) throw new Error(`nobody is called ${demoLogin}`);
  return { login: demoLogin.replace('demo.', 'bank.'), person, pictures };
}

/** The partner reads the document of whoever stands before it: the account's holder. */
export class PartnerDesk {
  #standing: SimulatedIdentity | undefined;

  present({ person }: LockedOut): void {
    const { givenName, familyName, birthDate, documentNumber } = person;
    this.#standing = { givenName, familyName, birthDate, documentNumber, issuingCountry: ISSUER };
  }

  readonly identity = (): SimulatedIdentity => {
    if (!this.#standing) throw new Error('nobody stands before the partner');
    return this.#standing;
  };
}
