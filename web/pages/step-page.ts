import type { FlowView } from '../../src/flow-view/flow-view.schemas.js';
import type { PolicyCopy } from '../../src/policy/policy-copy.js';
import { DOCUMENT_TYPES, EVIDENCE_KINDS, type DocumentType, type EvidenceKind } from '../../providers/kit/index.js';
import type { EndReason, PageView, StandIn } from '../templates/index.js';
import { COUNTRIES } from './countries.js';

/** Those that a person can choose by name. */
const NAMED_TYPES = DOCUMENT_TYPES.filter((documentType) => documentType !== 'other');

/** A page that the person asked for by its address, beside the one that fits the state. */
export type AskedPage = 'consent' | 'document' | 'provider' | 'codes' | 'without_document' | AskedPicture;

/** To be taken, or taken again. */
interface AskedPicture {
  picture: EvidenceKind;
  /** `?source=` */
  source?: 'camera' | 'file';
  /** `?again=1`: the photo that was just sent is the one that was refused before. */
  sentAgain?: boolean;
}

/** What a page says beside the flow's view: what is stored, and what was asked for or sent just now. */
export interface PageFacts {
  asked?: AskedPage;
  retentionDays: number;
  /** Whether the policy takes such a document; without it, any. */
  takes?: (document: { issuingCountry?: string; documentType?: string }) => boolean;
  /** The organisation's own words. */
  copy?: PolicyCopy;
  documentType?: string;
  /** The policy takes no selfie from a file. */
  selfieByCameraOnly?: boolean;
  /** The policy asks nobody to look at a photo that the camera took by itself. */
  sendsByItself?: boolean;
  issuingCountry?: string;
  codeRequested?: boolean;
  codeError?: 'missing' | 'wrong' | 'too_many';
  /** `works`: it was neither stopped nor replaced since. */
  passkey?: { createdAt: Date; works: boolean; oldPasskeysRemoved: number };
  maskedAddresses?: readonly string[];
  /** Where people sign in, as the operator configured it. */
  signInUrl?: string;
  /** The saved code was used by this recovery, and no new one is kept. */
  savedCodeDue?: boolean;
  problem?: 'choice_missing' | 'country_missing' | 'document_type_missing';
}

/** The page of a flow. Pure: the server owns the state, so any address of the flow shows the page that fits it. */
export function pageOfFlow(flow: FlowView, facts: PageFacts): PageView {
  return askedPage(flow, facts) ?? pageOfStep(flow, facts);
}

/** Undefined where it does not fit the state. */
function askedPage(flow: FlowView, facts: PageFacts): PageView | undefined {
  const { asked } = facts;
  if (asked === 'codes') return mayGiveCodes(flow) ? codesPage(flow, facts) : undefined;
  if (asked === 'without_document') return mayGoWithout(flow) ? withoutDocumentPage(flow, facts) : undefined;
  if (asked === 'document')
    return ['codes', 'retry', 'provider', 'evidence'].includes(flow.step) ? documentPage(flow, facts) : undefined;
  if (asked === 'provider')
    return flow.step === 'retry' && choosesProvider(flow) ? providerPage(flow, facts) : undefined;
  if (typeof asked === 'object') return mayPhotograph(flow) ? capturePage(flow, facts, asked) : undefined;
  return undefined;
}

function pageOfStep(flow: FlowView, facts: PageFacts): PageView {
  switch (flow.step) {
    case 'consent':
      return consentPage(flow, facts);
    case 'codes':
      return codesPage(flow, facts);
    case 'document':
      return documentPage(flow, facts);
    case 'provider':
      return providerPage(flow, facts);
    case 'evidence':
      return evidencePage(flow, facts);
    case 'retry':
      return {
        screen: 'retry',
        reasons: flow.reasons,
        // The attempt that the page asks for is counted as begun: it is one of those that the person still has.
        attemptsLeft: flow.attemptsLeft + 1,
        next: whereToBegin(flow, facts),
      };
    case 'partner':
      return partnerPage(flow);
    case 'checking':
      return flow.stateReason === 'waiting_for_provider'
        ? {
            screen: 'checking',
            waitingForProvider: flow.nextAttemptAt ? { nextAttemptAt: new Date(flow.nextAttemptAt) } : {},
          }
        : { screen: 'checking' };
    case 'review':
      return { screen: 'cannot-finish' };
    case 'held':
      return heldPage(flow);
    case 'passkey':
      return { screen: 'create-passkey' };
    case 'done':
      return donePage(facts);
    case 'link':
    case 'ended':
      return { screen: 'ended', reason: endReason(flow) };
  }
}

const BEFORE_SENDING: readonly FlowView['step'][] = ['codes', 'document', 'provider', 'evidence', 'retry'];

const mayGiveCodes = ({ step, recoveryCodes }: FlowView): boolean =>
  recoveryCodes?.missing === true && BEFORE_SENDING.includes(step);

const mayGoWithout = ({ step, recoveryCodes }: FlowView): boolean =>
  recoveryCodes?.withoutDocument === true && BEFORE_SENDING.includes(step);

function withoutDocumentPage({ recoveryCodes, attempt }: FlowView, { codeRequested, codeError }: PageFacts): PageView {
  const given = recoveryCodes?.given ?? [];
  const missing = (['issued', 'saved'] as const).find((method) => !given.includes(method));
  return {
    screen: 'without-document',
    next: missing ?? 'send',
    attempt,
    requested: codeRequested,
    error: codeError,
  };
}

function codesPage(flow: FlowView, { codeRequested, codeError }: PageFacts): PageView {
  return {
    screen: 'recovery-codes',
    requested: codeRequested,
    error: codeError,
    canGoWithout: mayGoWithout(flow),
  };
}

function heldPage(flow: FlowView): PageView {
  const page = { screen: 'held', until: new Date(flow.heldUntil ?? flow.case.expiresAt) } as const;
  if (flow.stateReason === 'waiting_for_return') return { ...page, waitsFor: 'return' };
  if (flow.stateReason === 'waiting_for_notice')
    return { ...page, until: new Date(flow.case.expiresAt), waitsFor: 'notice' };
  if (flow.stateReason !== 'waiting_for_confirmation') return page;
  return { ...page, waitsFor: 'confirmation', confirmation: flow.confirmation ?? undefined };
}

/** As for a first try: nobody is sent away, or passed on to somebody else, without having chosen it. */
const choosesProvider = ({ providers }: FlowView): boolean =>
  providers.length > 1 || providers.some(({ handoff }) => handoff !== 'capture');

const mayPhotograph = (flow: FlowView): boolean =>
  flow.step === 'evidence' || (flow.step === 'retry' && !choosesProvider(flow));

const CHOOSE_AGAIN: ReadonlySet<string> = new Set(['expired_document', 'unsupported_document', 'another_document']);

/**
 * Another document when this one cannot do; who checks where that is a choice; then the picture to take first, which is
 * the face when only the face was unclear.
 */
function whereToBegin(flow: FlowView, facts: PageFacts): EvidenceKind | 'document' | 'provider' {
  const about = (codes: readonly string[]): boolean =>
    flow.reasons.length > 0 && flow.reasons.every((code) => codes.includes(code));
  if (!facts.documentType || flow.reasons.some((code) => CHOOSE_AGAIN.has(code))) return 'document';
  if (choosesProvider(flow)) return 'provider';
  return about(['no_face', 'several_faces', 'face_too_small', 'face_unclear', 'face_no_match'])
    ? 'selfie'
    : 'document_front';
}

function donePage({ passkey, maskedAddresses, signInUrl, savedCodeDue }: PageFacts): PageView {
  if (passkey?.works === false) return { screen: 'passkey-stopped' };
  return {
    screen: 'done',
    sessionsEnded: true,
    passkey: passkey && { createdAt: passkey.createdAt },
    oldPasskeysRemoved: passkey?.oldPasskeysRemoved,
    maskedAddresses,
    signInUrl,
    savedCodeDue,
  };
}

function consentPage(flow: FlowView, facts: PageFacts): PageView {
  if (flow.stateReason === 'waiting_for_call_code') return { screen: 'call-code', usedUp: flow.callCode === null };
  if (flow.consent.agreed === false && facts.problem === undefined && facts.asked !== 'consent')
    return { screen: 'consent-declined', canChangeMind: true };
  return {
    screen: 'consent',
    noticeVersion: flow.consent.noticeVersion,
    retentionDays: facts.retentionDays,
    documentTypes: documentTypesOf(facts),
    error: choiceMissing(facts),
  };
}

function documentPage(flow: FlowView, facts: PageFacts): PageView {
  const error = facts.problem === 'country_missing' || facts.problem === 'document_type_missing' ? [facts.problem] : [];
  const { issuingCountry, documentType } = facts;
  const chosen = { issuingCountry, documentType: isDocumentType(documentType) ? documentType : undefined };
  const countries = COUNTRIES.filter((code) => takes(facts, { issuingCountry: code }));
  const page = { screen: 'choose-document', countries, documentTypes: documentTypesOf(facts), chosen } as const;
  return { ...page, errors: error, canGoWithout: mayGoWithout(flow) };
}

const takes = ({ takes: asked }: PageFacts, document: { issuingCountry?: string; documentType?: string }): boolean =>
  asked?.(document) ?? true;

const documentTypesOf = (facts: PageFacts): DocumentType[] =>
  NAMED_TYPES.filter((documentType) => takes(facts, { documentType }));

function providerPage(flow: FlowView, facts: PageFacts): PageView {
  const providers = flow.providers.map(({ id, displayName, dataLeaves }) => ({
    id,
    name: displayName,
    kind: dataLeaves === 'organisation' ? ('own' as const) : ('partner' as const),
  }));
  return {
    screen: 'choose-provider',
    providers,
    error: choiceMissing(facts),
  };
}

const choiceMissing = ({ problem }: PageFacts): 'choice_missing' | undefined =>
  problem === 'choice_missing' ? problem : undefined;

/**
 * The next picture that is missing or was refused; when all are in, the last look before sending. One that may be left
 * out is asked for in its turn; once the face is taken, the last look offers it.
 */
function evidencePage(flow: FlowView, facts: PageFacts): PageView {
  const kinds = EVIDENCE_KINDS.filter((kind) => flow.evidence[kind] !== undefined);
  const open = kinds.filter((kind) => isOpen(flow, kind));
  const next = open.find((kind) => flow.evidence[kind]?.required === true || isOpen(flow, 'selfie'));
  if (next) return capturePage(flow, facts, { picture: next });
  const { attempt } = flow;
  return { screen: 'check-and-send', attempt, kinds: kinds.filter((kind) => !open.includes(kind)), leftOut: open };
}

const isOpen = ({ evidence }: FlowView, kind: EvidenceKind): boolean => evidence[kind]?.state !== 'accepted';

function capturePage(flow: FlowView, facts: PageFacts, { picture: kind, source, sentAgain }: AskedPicture): PageView {
  const slot = flow.evidence[kind];
  return {
    screen: 'capture',
    kind,
    documentType: isDocumentType(facts.documentType) ? facts.documentType : undefined,
    // For a picture that is there already: why a later one did not take its place.
    reasons: slot?.reasons ?? [],
    sentAgain,
    ...standInOf(flow),
    sendsByItself: facts.sendsByItself,
    ...(kind === 'selfie' && facts.selfieByCameraOnly
      ? { source: 'camera', canChooseFile: false, cameraOnly: true }
      : { source: source ?? 'camera', canChooseFile: true }),
    canSkipTo: slot?.required === false && slot.state !== 'accepted' && isOpen(flow, 'selfie') ? 'selfie' : undefined,
  };
}

/** The organisation's own machine has no name that people know: it is the organisation. */
function standInOf(flow: FlowView): { standIn?: StandIn } {
  const { insteadOf, insteadOfOwn, provider, providerName, providers } = flow;
  if (insteadOf === null) return {};
  const failed = insteadOfOwn ? {} : { failed: insteadOf };
  const own = providers.some(({ id, dataLeaves }) => id === provider && dataLeaves === 'organisation');
  return { standIn: own || providerName === null ? failed : { ...failed, name: providerName } };
}

function partnerPage(flow: FlowView): PageView {
  const { handoff, providerName, partnerReturns } = flow;
  const page = { screen: 'partner-handoff', providerName: providerName ?? '', ...standInOf(flow) } as const;
  if (handoff?.kind === 'qr_deeplink') return { ...page, way: 'wallet', url: handoff.url };
  if (handoff?.kind === 'redirect') return { ...page, way: partnerReturns === false ? 'beside' : 'returns' };
  return { screen: 'checking' };
}

function endReason(flow: FlowView): EndReason {
  if (flow.state === 'expired') return 'expired';
  if (flow.stateReason === 'attempts_exhausted') return 'attempts_used';
  if (flow.state === 'denied') return 'denied';
  return flow.stateReason === 'stopped_by_applicant' || flow.stateReason === 'repudiated' ? 'stopped' : 'cancelled';
}

const isDocumentType = (value: string | undefined): value is DocumentType => NAMED_TYPES.some((type) => type === value);
