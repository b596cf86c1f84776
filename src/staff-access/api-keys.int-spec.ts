import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildCore, testConfig, type Core } from '../../test/model/core-stage.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import type { Principal } from '../platform/http/request-context.js';
import type { OutboundHttp } from '../platform/outbound-http/outbound-http.js';
import { ApiKeys } from './api-keys.js';
import { SCOPES } from './scopes.js';
import { StaffTokens } from './staff-tokens.js';

let test: TestDatabase;
let core: Core;
let keys: ApiKeys;
let principalOf: (key: string) => Promise<Principal>;

beforeAll(async () => {
  test = await openTestDatabase();
  core = buildCore(test.database);
  keys = new ApiKeys(test.database, core.ring, core.clock);
  const config = { ...testConfig(), embedded: false };
  const tokens = new StaffTokens(config, test.database, core.ring, {} as OutboundHttp);
  principalOf = (key) => tokens.principal(key);
});
afterAll(() => test.close());

const trail = () =>
  test.database.read(
    (tx) => tx.many<{ type: string; actor: string; data: unknown }>`
      SELECT type, actor_kind || ' ' || actor_id AS actor, data FROM audit_events WHERE chain_id = 'api-keys' ORDER BY seq`,
  );

describe('an API key', () => {
  it('is made with its scopes, works, and ends at once when it is revoked', async () => {
    const { id, key } = await keys.make({ name: ' ticket system ', scopes: ['cases:write', 'cases:read'] });
    expect(key).toMatch(/^rgk_[\w-]{43}$/);
    const { kind, id: caller, scopes } = await principalOf(key);
    expect([kind, caller, [...scopes].sort()]).toEqual(['api_key', id, ['cases:read', 'cases:write']]);
    await keys.revoke(id);
    await expect(principalOf(key)).rejects.toMatchObject({ code: 'unauthenticated' });
    await expect(keys.revoke(id)).rejects.toThrow('not revoked');
    await expect(keys.revoke('key_none')).rejects.toThrow('key_none');
    const actor = 'system command';
    expect(await trail()).toEqual([
      { type: 'api_key.created', actor, data: { keyId: id, scopes: ['cases:read', 'cases:write'] } },
      { type: 'api_key.revoked', actor, data: { keyId: id } },
    ]);
  });

  it('T17: is listed with the master key it ends with; what it is stands nowhere', async () => {
    const { id, key } = await keys.make({ name: 'directory sync', scopes: ['subjects:write', 'subjects:read'] });
    const row = (await keys.list()).find((one) => one.id === id);
    expect(row).toEqual({
      id,
      name: 'directory sync',
      scopes: ['subjects:read', 'subjects:write'],
      createdAt: expect.any(Date),
      revokedAt: null,
      masterKey: core.ring.activeId,
    });
    const written = await test.database.read(
      (tx) => tx.many`SELECT k::text AS row FROM api_keys k UNION ALL SELECT a::text FROM audit_events a`,
    );
    const secret = key.slice('rgk_'.length);
    expect(JSON.stringify([written, row])).not.toContain(secret);
    expect(JSON.stringify(written)).not.toContain(Buffer.from(secret).toString('hex'));
    expect(core.logLines.join()).not.toContain(secret);
  });

  it.each([
    [['subjects:write', 'cases:read'], 'subjects:write: never beside'],
    [['audit:read', 'subjects:write', 'subjects:read'], 'subjects:write: never beside'],
    [['cases:everything', 'cases:read'], 'there is no scope cases:everything'],
    [[''], 'there is no scope'],
    [[], 'without scopes'],
    [[...SCOPES], 'subjects:write: never beside'],
  ])('T48: is not made with scopes that it would not have (rule 10): %j', async (scopes, fault) => {
    const before = await keys.list();
    await expect(keys.make({ name: 'too much', scopes })).rejects.toThrow(fault);
    expect(await keys.list()).toEqual(before);
  });

  it.each(['', '  ', 'x'.repeat(101), 'two\nlines'])('needs a name: “%s”', async (name) => {
    await expect(keys.make({ name, scopes: ['cases:read'] })).rejects.toThrow('needs a name');
  });
});
