import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildCore } from '../../test/model/core-stage.js';
import { seedApprovedCase } from '../../test/support/approved-case.js';
import { buildPasskeyStage, makePasskey, registerPasskey } from '../../test/support/passkey-stage.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { KeyRing } from '../platform/crypto/key-ring.js';
import { ApiKeys } from '../staff-access/api-keys.js';
import { StaffSessions } from '../staff-session/staff-sessions.js';
import { appendAudit } from './append.js';
import { SYSTEM } from './audit-event-types.js';
import { AuditVerifier, type AuditVerification } from './verification.js';

const ring = new KeyRing(KeyRing.generate());
let test: TestDatabase;
let whole: AuditVerification;
const verified = () => new AuditVerifier(test.database, ring).verify();

/** One of each that lets somebody in. */
beforeAll(async () => {
  test = await openTestDatabase({ ring });
  const core = buildCore(test.database, { ring });
  const stage = buildPasskeyStage(test.database, ring);
  const { caseId, tokenId } = await seedApprovedCase(test.database, ring);
  const holder = await seedApprovedCase(test.database, ring);
  await new ApiKeys(test.database, ring, core.clock).make({ name: 'x', scopes: ['cases:read'] });
  await test.database.transaction((tx) =>
    appendAudit(tx, { chainId: holder.caseId, type: 'token.issued', actor: SYSTEM, data: { tokenId: holder.tokenId } }),
  );
  const { passkey } = await registerPasskey(stage, holder, { credential: await makePasskey(stage, holder) });
  await test.database.transaction(async (tx) => {
    await appendAudit(tx, { chainId: caseId, type: 'token.issued', actor: SYSTEM, data: { tokenId } });
    await core.links.issue(tx, { caseId, ttlSeconds: 600, actor: SYSTEM });
    await core.flows.open(tx, { caseId, language: 'en' });
    await stage.sessions.open(tx, { subjectId: holder.subjectId, credentialId: passkey.id });
    const claims = { sub: 'rita', accounts: ['rita'], roles: [] };
    await new StaffSessions(ring, core.clock).open(tx, { claims, expiresAt: new Date(Date.now() + 600_000) });
  });
  whole = await verified();
});
afterAll(() => test.close());

describe('regain audit verify', () => {
  it('finds nothing where the service has written each row', () => {
    expect(whole).toMatchObject({ intact: true });
  });

  it.each([
    ['recovery_links', 'access_unsigned'],
    ['flow_sessions', 'access_unsigned'],
    ['capture_bindings', 'access_unsigned'],
    ['recovery_tokens', 'access_unsigned'],
    ['relying_party_sessions', 'access_unsigned'],
    ['staff_sessions', 'access_unsigned'],
    ['api_keys', 'access_unsigned'],
    ['credentials', 'passkey_unsigned'],
  ])('T24: names one of %s that it has not', async (table, kind) => {
    const turn = () =>
      test.asOwner(`UPDATE ${table} SET mac = set_byte(mac, length(mac) - 1, 255 - get_byte(mac, length(mac) - 1))`);
    await turn();
    const { firstFault } = await verified();
    await turn();
    expect(firstFault).toMatchObject({ kind });
  });
});
