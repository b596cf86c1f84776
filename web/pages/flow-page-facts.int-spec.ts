import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { testConfig } from '../../test/model/core-stage.js';
import { seedApprovedCase, type ApprovedCase } from '../../test/support/approved-case.js';
import { answerOf, buildPasskeyStage, makePasskey, registerPasskey } from '../../test/support/passkey-stage.js';
import { silentEvents } from '../../test/support/case-repository.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { Subjects } from '../../src/directory/subjects.js';
import { SystemClock } from '../../src/platform/clock/clock.js';
import { KeyRing } from '../../src/platform/crypto/key-ring.js';
import { Policies } from '../../src/policy/policies.js';
import { SavedCodes } from '../../src/recovery-codes/saved-codes.js';
import { FlowPageFacts } from './flow-page-facts.js';

const ring = new KeyRing(KeyRing.generate());
let db: TestDatabase;

beforeAll(async () => {
  db = await openTestDatabase();
});
afterAll(() => db?.close());

it('says of the passkey of a recovery whether it works: not once its token was shown elsewhere', async () => {
  const stage = buildPasskeyStage(db.database, ring);
  const codes = new SavedCodes(ring, new SystemClock());
  const facts = new FlowPageFacts(
    db.database,
    stage.cases,
    new Policies(silentEvents()),
    new Subjects(ring),
    codes,
    testConfig(),
  );
  const holder: ApprovedCase = await seedApprovedCase(db.database, ring);
  const credential = await makePasskey(stage, holder);
  await registerPasskey(stage, holder, { credential });
  const works = async (): Promise<boolean | undefined> => (await facts.of(holder.caseId)).passkey?.works;
  expect(await works()).toBe(true);
  const elsewhere = registerPasskey(stage, holder, { credential, captureSecret: undefined });
  expect(await answerOf(elsewhere)).toMatchObject({ status: 410 });
  expect(await works()).toBe(false);
});
