import { appendAudit } from '../audit-trail/append.js';
import { SYSTEM } from '../audit-trail/audit-event-types.js';
import type { SubjectProfile } from '../directory/subject.js';
import { Portraits } from '../directory/portraits.js';
import { ProofingRecords } from '../directory/proofing-records.js';
import { Subjects } from '../directory/subjects.js';
import { KeyRing } from '../platform/crypto/key-ring.js';
import { Database } from '../platform/database/database.js';
import type { Transaction } from '../platform/database/transaction.js';
import { PolicyDocument } from '../policy/policy.js';
import { addPolicy } from '../policy/policy-rows.js';
import { apiKeyMac } from '../staff-access/api-keys.js';
import { SCOPES } from '../staff-access/scopes.js';
import { DEMO_PEOPLE, type DemoPicturesByLogin } from './demo-people/index.js';

/**
 * The help desk in the language of each page, where the deployment has one name for all of them. The German one takes no
 * article, so that it stands in any case of a sentence.
 */
const DEMO_COPY = {
  en: { helpDesk: 'the help desk (extension 100)' },
  de: { helpDesk: 'Team Helpdesk (Durchwahl 100)' },
  ar: { helpDesk: 'مكتب المساعدة (تحويلة 100)' },
};

/** Policy ids and account ids of the demo are constant, so that a second start finds them. */
const DEMO_POLICY_ID = 'pol_00000000000000000000000001';

/**
 * What the demo demands: the person, and the very document of the enrolment. Nobody looks for attacks here, so that check
 * is waived in the open; no production policy may do that (rule 7).
 */
export const DEMO_POLICY: PolicyDocument = PolicyDocument.parse({
  name: 'Demo',
  priority: 0,
  copy: DEMO_COPY,
  providers: ['local', { id: 'sandbox', unprovenDevice: 'allow' }],
  requiredChecks: [
    'document_expiry',
    'document_data_consistency',
    'face_match',
    'reference_portrait_match',
    'presentation_attack',
    'data_match',
  ],
  waivedChecks: ['presentation_attack'],
  matching: { require: ['data', 'portrait', 'document_number'], unproofed: 'review' },
  limits: { caseTtlSeconds: 86_400, linkTtlSeconds: 1_800, tokenTtlSeconds: 600, attempts: 3 },
  relay: { allowed: true, holdSeconds: 0 },
  retention: { evidenceSeconds: 604_800 },
  allowSpecimens: true,
  allowRepeatedPictures: true,
});

const PARTNER_POLICY_ID = 'pol_00000000000000000000000002';
const PARTNER_GROUP = 'partner-desk';

/** Real partners look at the document and the face themselves, so nothing is waived here but the length of a hold. */
const partnerPolicy = (partners: readonly string[]): PolicyDocument =>
  PolicyDocument.parse({
    name: 'Demo with partners',
    priority: 10,
    include: [PARTNER_GROUP],
    copy: DEMO_COPY,
    providers: partners,
    requiredChecks: ['document_authenticity', 'face_match', 'presentation_attack', 'data_match'],
    matching: { require: ['data'], unproofed: 'review' },
    relay: { allowed: true, holdSeconds: 0 },
    allowSpecimens: true,
  });

interface DemoAccount {
  id: string;
  profile: SubjectProfile;
  privileged: boolean;
  status: 'active' | 'disabled';
  proofedAs?: string;
}

const account = (
  number: number,
  login: string,
  extra: Partial<Omit<DemoAccount, 'profile'>> & { givenName: string; familyName: string; birthDate: string },
): DemoAccount => {
  const { givenName, familyName, birthDate, ...rest } = extra;
  return {
    id: `sub_${String(number).padStart(26, '0')}`,
    profile: {
      login,
      displayName: `${givenName} ${familyName}`,
      givenName,
      familyName,
      birthDate,
      emails: [`${login.replace('demo.', '')}@example.test`, `${login.replace('demo.', '')}.private@example.test`],
      phones: [],
      formerEmails: [],
    },
    privileged: false,
    status: 'active',
    ...rest,
  };
};

function demoAccounts(): DemoAccount[] {
  const people = DEMO_PEOPLE.map((person, index) => {
    const { login, givenName, familyName, birthDate } = person;
    return account(index + 1, login, {
      givenName,
      familyName,
      birthDate,
      proofedAs: login,
      privileged: login === 'demo.privileged',
    });
  });
  return [
    ...people,
    account(11, 'demo.unproofed', { givenName: 'Uma', familyName: 'Unproofed', birthDate: '1990-02-03' }),
    account(12, 'demo.disabled', {
      givenName: 'Dirk',
      familyName: 'Disabled',
      birthDate: '1985-05-06',
      status: 'disabled',
    }),
  ];
}

const PARTNER_ACCOUNT = account(90, 'demo.pia', { givenName: 'Pia', familyName: 'Partner', birthDate: '1988-05-14' });

/** Makes the demo organisation: policy, accounts, proofing records with portraits, and the bootstrap API key. Idempotent. */
export async function seedDemo(parts: {
  database: Database;
  subjects: Subjects;
  records: ProofingRecords;
  portraits: Portraits;
  ring: KeyRing;
  apiKey: string;
  /** Partners that are played here: the demo policy offers them too. */
  simulated: readonly string[];
  pictures: () => Promise<DemoPicturesByLogin>;
}): Promise<void> {
  const { database, subjects, records, portraits, ring, apiKey } = parts;
  await database.transaction((tx) => seedApiKey(tx, { ring, apiKey }));
  await seedPartnerDesk({ database, subjects, records, partners: parts.simulated.filter((id) => id !== 'sandbox') });
  const fresh = await database.transaction((tx) => seedPolicy(tx, { id: DEMO_POLICY_ID, document: DEMO_POLICY }));
  if (!fresh) return;
  const pictures = await parts.pictures();
  await database.transaction(async (tx) => {
    for (const { id, profile, privileged, status, proofedAs } of demoAccounts()) {
      await subjects.put(tx, {
        id,
        input: { profile, groups: privileged ? ['administrators'] : ['staff'], privileged, status },
      });
      await appendAudit(tx, {
        chainId: `subject:${id}`,
        type: 'subject.created',
        actor: SYSTEM,
        data: { seeded: true },
      });
      const person = DEMO_PEOPLE.find((candidate) => candidate.login === proofedAs);
      if (!person) continue;
      const { givenName, familyName, birthDate, documentNumber } = person;
      const picture = pictures.get(person.login)?.referencePortrait;
      // Nobody else is on this database yet, and its store is a folder.
      const portrait = picture && (await portraits.store(id, picture));
      const attributes = { givenName, familyName, birthDate, documentNumber, issuingCountry: 'UTO' };
      await records.put(tx, {
        subjectId: id,
        input: {
          level: 'IAL2',
          evidenceKinds: ['identity_card'],
          proofedAt: new Date('2025-01-15T09:00:00Z'),
          attributes,
        },
        portrait,
      });
    }
  });
}

/** Simulated partners beside the sandbox get an account of their own, whose policy asks them and nobody else. */
async function seedPartnerDesk(parts: {
  database: Database;
  subjects: Subjects;
  records: ProofingRecords;
  partners: readonly string[];
}): Promise<void> {
  const { database, subjects, records, partners } = parts;
  if (partners.length === 0) return;
  await database.transaction(async (tx) => {
    if (!(await seedPolicy(tx, { id: PARTNER_POLICY_ID, document: partnerPolicy(partners) }))) return;
    const { id, profile, status, privileged } = PARTNER_ACCOUNT;
    await subjects.put(tx, { id, input: { profile, groups: [PARTNER_GROUP], privileged, status } });
    await appendAudit(tx, {
      chainId: `subject:${id}`,
      type: 'subject.created',
      actor: SYSTEM,
      data: { seeded: true },
    });
    const { givenName, familyName, birthDate } = profile;
    await records.put(tx, {
      subjectId: id,
      input: {
        level: 'IAL2',
        evidenceKinds: ['passport'],
        proofedAt: new Date('2025-01-15T09:00:00Z'),
        attributes: { givenName, familyName, birthDate },
      },
    });
  });
}

async function seedPolicy(tx: Transaction, policy: { id: string; document: PolicyDocument }): Promise<boolean> {
  const { id, document } = policy;
  if (!(await addPolicy(tx, { id, document, createdBy: 'regain' }))) return false;
  await appendAudit(tx, {
    chainId: `policy:${id}`,
    type: 'policy.created',
    actor: SYSTEM,
    data: { version: 1, seeded: true },
  });
  return true;
}

/** The one key that may do everything, in the embedded profile alone. */
async function seedApiKey(tx: Transaction, key: { ring: KeyRing; apiKey: string }): Promise<void> {
  const id = 'key_bootstrap';
  const digest = key.ring.digest('token', key.apiKey);
  await tx.run`INSERT INTO api_keys (id, key_digest, name, scopes, mac)
    VALUES (${id}, ${digest}, 'bootstrap', ${[...SCOPES]}, ${apiKeyMac(key.ring, { id, digest, scopes: SCOPES })})
    ON CONFLICT (id) DO UPDATE SET key_digest = EXCLUDED.key_digest, scopes = EXCLUDED.scopes, mac = EXCLUDED.mac`;
}
