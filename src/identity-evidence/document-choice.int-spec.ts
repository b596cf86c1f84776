import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { silentEvents } from '../../test/support/case-repository.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { OWN_MACHINE, ScriptedProvider } from '../../test/support/verification/scripted-provider.js';
import { openCase, readCase } from '../../test/support/verification/world-cases.js';
import { createVerificationWorld, type VerificationWorld } from '../../test/support/verification/verification-world.js';
import { DocumentRules } from '../policy/document-rules.js';
import { Policies } from '../policy/policies.js';
import { ChosenDocument, DocumentChoice, wasChosenIn } from './document-choice.js';

let test: TestDatabase;
let world: VerificationWorld;
let documents: DocumentChoice;

beforeAll(async () => {
  test = await openTestDatabase();
  world = createVerificationWorld({ database: test.database, providers: [new ScriptedProvider('local', OWN_MACHINE)] });
  documents = new DocumentChoice(test.database, world.cases, new Policies(silentEvents()));
});
afterAll(() => test.close());

describe('naming a document (T68)', () => {
  const rules = DocumentRules.parse({ types: ['passport', 'identity_card'], countries: ['DEU'] });

  it('of the policy’s is kept', async () => {
    const { id } = await openCase(world, { providers: ['local'], policy: { documents: rules } });
    await documents.choose(id, { issuingCountry: 'DE', documentType: 'identity_card' });
    expect(await readCase(world, id)).toMatchObject({ issuingCountry: 'DE', documentType: 'identity_card' });
  });

  it.each([
    ['FR', 'passport'],
    ['DE', 'driving_licence'],
  ] as const)('T68 %s %s, which it does not take, changes nothing', async (issuingCountry, documentType) => {
    const { id } = await openCase(world, { providers: ['local'], policy: { documents: rules } });
    await expect(documents.choose(id, { issuingCountry, documentType })).rejects.toMatchObject({
      code: 'document_not_accepted',
    });
    expect(await readCase(world, id)).toMatchObject({ issuingCountry: null, documentType: null, version: 1 });
  });
});

describe('an issuing country', () => {
  it('in two letters is one that exists; in three it may be an organisation', () => {
    const takes = (issuingCountry: string) =>
      ChosenDocument.safeParse({ issuingCountry, documentType: 'passport' }).success;
    for (const code of ['GB', 'XK', 'DEU', 'UNO', 'UTO']) expect([code, takes(code)]).toEqual([code, true]);
    for (const code of ['XX', 'AA', 'ZZ', 'gb', 'D']) expect([code, takes(code)]).toEqual([code, false]);
  });
});

describe('the attempt that a document was chosen in', () => {
  it('is not the next one, until another is chosen there', async () => {
    const { id } = await openCase(world, { providers: ['local'] });
    const chosenIn = (attempt: number) => test.database.read((tx) => wasChosenIn(tx, { caseId: id, attempt }));
    await documents.choose(id, { issuingCountry: 'GB', documentType: 'passport' });
    expect([await chosenIn(1), await chosenIn(2)]).toEqual([true, false]);
    await test.database.transaction((tx) => tx.run`UPDATE recovery_cases SET attempt = 2 WHERE id = ${id}`);
    await documents.choose(id, { issuingCountry: 'GB', documentType: 'identity_card' });
    expect(await chosenIn(2)).toBe(true);
  });
});
