import {
  CHECK_KINDS,
  Sensitive,
  type Check,
  type CheckKind,
  type ProviderCapabilities,
  type ReportedAttribute,
} from '../../providers/kit/index.js';
import { CODES_DEVICE, CODES_PROVIDER, NO_REPORT } from '../adjudication/codes-route.js';
import type { DocumentOwner } from '../adjudication/accounts/document-owner.js';
import { nameFacts, type NameFound } from '../adjudication/accounts/name-uniqueness.js';
import type { AdjudicationFacts } from '../adjudication/facts.js';
import type { WalkedAccount } from '../directory/account-walk.js';
import type { ProofedAttributes } from '../directory/subject.js';
import { DocumentRules } from '../policy/document-rules.js';
import { isPrivileged, type PolicyDocument } from '../policy/policy.js';
import { zoneForm } from './zone-form.js';

/** The provider that the profile asks first, as far as a rehearsal needs to know it. */
export interface RehearsedProvider {
  id: string;
  /** Nothing leaves the organisation's machine (rule 7). */
  local: boolean;
  checks: readonly CheckKind[];
  /** What its results hold: what it never says, it does not say in the best case either. */
  reports: ProviderCapabilities['reports'];
  /** Kinds it leaves open at best. */
  leavesOpen?: readonly CheckKind[];
  /** What it can show of the device at all (T33). */
  sameDevice: AdjudicationFacts['device']['sameDevice'];
}

/** What the rest of the directory says of an account, by the rules of decisions. */
export interface OtherAccounts {
  name: NameFound;
  /** Whose the document of its proofing record is. */
  document: DocumentOwner;
}

/** What an account is held against. */
export interface RehearsalSetting {
  policy: PolicyDocument;
  provider: RehearsedProvider;
  others: OtherAccounts;
}

/** What a recovery of this account would compare with: what was proofed, else what the directory says. */
export function referenceOf({ record, profile }: WalkedAccount): ProofedAttributes {
  if (record) return record.attributes.reveal();
  const { givenName, familyName, birthDate } = profile.reveal();
  return { givenName, familyName, ...(birthDate === undefined ? {} : { birthDate }) };
}

/**
 * The best case that a holder could have today: the proofed document, every check of the provider passed, the second
 * person's yes, and every code that can be given. An obstacle to this case is an obstacle to every case.
 */
export function idealCase(account: WalkedAccount, setting: RehearsalSetting): AdjudicationFacts {
  const { policy, provider, others } = setting;
  const reference = referenceOf(account);
  const { record, status, assuranceLevel, hasSavedCode, usableMailboxes } = account;
  const { birthDate, nationality } = reference;
  return {
    report: {
      status: 'completed',
      terminal: true,
      checks: idealChecks(account, provider),
      identity: new Sensitive(readBy(provider, { ...zoneForm(reference), birthDate, nationality })),
      document: new Sensitive(documentReadBy(provider, documentOf(reference, policy))),
      provenance: { adapterVersion: 'rehearsal', live: true, checkedAt: EPOCH },
    },
    provider: { id: provider.id, local: provider.local, role: 'first', underWatch: false },
    withdrawn: false,
    device: idealDevice(account, provider),
    policy: { ...policy, mode: 'production', documents: issuerOf(reference) ? policy.documents : EVERY_DOCUMENT },
    recoveryCase: {
      ...{ mode: 'production', attempt: 1, attemptsAllowed: 1, relayed: false, callConfirmed: false },
      authorized: true,
    },
    subject: {
      active: status === 'active',
      privileged: isPrivileged(policy, account),
      ...nameFacts(others.name.uniqueness),
      assuranceLevel,
      ...(account.identityCoolingOff && { identityCoolingOff: true }),
    },
    ...(record
      ? { proofing: { attributes: record.attributes, coolingOff: record.coolingOff, level: record.level } }
      : { directoryIdentity: new Sensitive(reference) }),
    // The document of somebody who was never proofed has a number, and nobody knows it yet.
    documentStanding: others.document === 'unread' ? 'new' : others.document,
    ingredients: { savedCode: hasSavedCode, issuedCode: usableMailboxes > 1 },
    liveOnly: false,
    today: EPOCH.slice(0, 10),
  };
}

const NAMED_OTHERWISE: Readonly<Record<string, ReportedAttribute>> = { number: 'documentNumber' };

/** What of a person such a provider says at all. */
export function readBy<Members extends object>({ reports }: RehearsedProvider, members: Members): Partial<Members> {
  const said = Object.entries(members).filter(([member, value]) => {
    const attribute = NAMED_OTHERWISE[member] ?? (member as ReportedAttribute);
    return value !== undefined && reports[attribute] !== 'never';
  });
  return Object.fromEntries(said) as Partial<Members>;
}

/** The same of a document, whose state or province is said with its issuer. */
export const documentReadBy = (
  provider: RehearsedProvider,
  { issuingRegion, ...document }: Record<string, string>,
): Record<string, string> => {
  const said = readBy(provider, document) as Record<string, string>;
  return { ...said, ...(issuingRegion !== undefined && said.issuingCountry !== undefined && { issuingRegion }) };
};

/** The same for somebody who has no document and gives every code that can be given. */
export const withoutDocument = (facts: AdjudicationFacts): AdjudicationFacts => ({
  ...facts,
  ...{ route: 'codes', report: NO_REPORT, provider: CODES_PROVIDER, device: CODES_DEVICE, documentStanding: 'unread' },
});

/** The browser comes back where there is a way back; else the holder answers, where an address is left to ask them at. */
function idealDevice(
  { usableMailboxes }: WalkedAccount,
  { sameDevice }: RehearsedProvider,
): AdjudicationFacts['device'] {
  const device = { sameDevice, returned: true, strayed: false, overdue: true };
  return usableMailboxes > 1 ? { ...device, confirmed: true } : { ...device, confirmed: false, nobodyToAsk: true };
}

/** No document of the best case has expired, whenever that is. */
const EPOCH = '1970-01-01T00:00:00Z';
/** Where nobody recorded whose the document is, it is taken for one that the profile accepts. */
const EVERY_DOCUMENT = DocumentRules.parse({});

const issuerOf = ({ issuingCountry, nationality }: ProofedAttributes): string | undefined =>
  issuingCountry ?? nationality;

/** The document that was proofed, of a kind the profile takes. */
export function documentOf(reference: ProofedAttributes, { documents }: PolicyDocument): Record<string, string> {
  const { documentNumber: number, issuingRegion } = reference;
  const [issuingCountry, documentType] = [issuerOf(reference), documents.types[0]];
  return {
    ...(issuingRegion === undefined ? {} : { issuingRegion }),
    ...(issuingCountry === undefined ? {} : { issuingCountry }),
    ...(number === undefined ? {} : { number }),
    ...(documentType === undefined ? {} : { documentType }),
  };
}

/** Names and birth dates are compared by us; a portrait can only agree with one that is there. */
function idealChecks({ record }: WalkedAccount, { checks, leavesOpen = [] }: RehearsedProvider): Check[] {
  return CHECK_KINDS.map((kind) => {
    if (kind === 'data_match') return { kind, result: 'not_run', reasonCodes: ['not_requested'] };
    if (leavesOpen.includes(kind)) return { kind, result: 'indeterminate', reasonCodes: ['manual_review_requested'] };
    if (!checks.includes(kind)) return { kind, result: 'not_run', reasonCodes: ['not_supported_by_provider'] };
    if (kind === 'reference_portrait_match' && record?.hasPortrait !== true)
      return { kind, result: 'not_run', reasonCodes: ['no_reference_on_record'] };
    return { kind, result: 'pass', reasonCodes: ['ok'] };
  });
}
