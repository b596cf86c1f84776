import { describe, expect, it } from '@jest/globals';
import type { AccountStore } from './account-store.port.js';
import { BUILT_IN_CAPABILITIES, createBuiltInDirectory } from './built-in-directory.js';

interface Change {
  calls: string[];
}

function storeOf(status: 'active' | 'disabled' | undefined): AccountStore<Change> {
  return {
    accountStatus: async () => status,
    usablePasskeys: async () => [{ id: 'pk_old', credentialId: new Uint8Array([1]), transports: ['internal'] }],
    removePasskeysExcept: async (change, { subjectId, keptId }) => {
      change.calls.push(`remove all of ${subjectId} but ${keptId}`);
      return ['pk_old'];
    },
    endSessions: async (change, subjectId) => {
      change.calls.push(`end sessions of ${subjectId}`);
      return 3;
    },
  };
}

describe('built-in directory', () => {
  it('ends older passkeys before sessions, in the change it was given', async () => {
    const change: Change = { calls: [] };
    const ended = await createBuiltInDirectory(storeOf('active')).completeDirect(change, {
      subjectId: 'sub_1',
      authenticatorId: 'pk_new',
    });
    expect(ended).toEqual({ removedAuthenticatorIds: ['pk_old'], endedSessions: 3 });
    expect(change.calls).toEqual(['remove all of sub_1 but pk_new', 'end sessions of sub_1']);
  });

  it.each([
    ['active', []],
    ['disabled', ['account_disabled']],
    [undefined, ['account_unknown']],
  ] as const)('preflight of an account that is %s', async (status, problems) => {
    expect(await createBuiltInDirectory(storeOf(status)).preflight({ calls: [] }, 'sub_1')).toEqual(problems);
  });

  it('offers the direct mode', () => {
    const directory = createBuiltInDirectory(storeOf('active'));
    expect(directory.capabilities()).toBe(BUILT_IN_CAPABILITIES);
    expect(directory.capabilities().mode).toBe('direct');
  });
});
