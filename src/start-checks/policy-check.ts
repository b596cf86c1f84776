import { deadEnds } from '../policy/dead-ends.js';
import { PolicyDocument } from '../policy/policy.js';
import { settingFaults } from '../policy/production-rules.js';
import { fault, ok, warning, type Finding } from './finding.js';

/** A profile that lives in the database. */
export interface StoredDocument {
  id: string;
  document: unknown;
}

export const LIVING_POLICIES = `SELECT p.id, v.document FROM regain.policies p
  JOIN regain.policy_versions v ON v.policy_id = p.id AND v.version = p.version WHERE p.deleted_at IS NULL ORDER BY p.id`;

/** Whether a stored profile asks for what this deployment refuses: a database of a demonstration, or altered by hand. */
export function policyFindings(stored: readonly StoredDocument[], providers: readonly string[]): Finding[] {
  const findings = stored.flatMap(({ id, document }) => {
    const parsed = PolicyDocument.safeParse(document);
    const faults = parsed.success
      ? settingFaults(parsed.data, { embedded: false, providers })
      : [{ pointer: '', code: 'invalid', detail: 'is not a valid profile' }];
    const ends = parsed.success && faults.length === 0 ? deadEnds(parsed.data) : [];
    return [...faults, ...ends].map(({ pointer, code, detail }) => {
      const what = `${pointer} ${detail}`.trim();
      if (code === 'nobody_may_settle')
        return warning(`policy ${id}`, what, 'see “What reviewers may settle” in docs/policies.md');
      return code === 'provider_not_loaded'
        ? warning(`policy ${id}`, what, 'load it (PROVIDERS), or take it out of the profile')
        : fault(`policy ${id}`, what, 'correct it with the build that stored it, before this one is started');
    });
  });
  return findings.length > 0 ? findings : [ok('policies', `${stored.length} profiles ask for nothing refused here`)];
}
