import type { ReviewPicture } from '../../../src/adjudication/review/review.schemas.js';

const deskCaseAt = (caseId: string): string => `/console/cases/${encodeURIComponent(caseId)}`;
const caseAt = (caseId: string): string => `/console/reviews/${encodeURIComponent(caseId)}`;

/** Every address the console links or posts to. */
export const CONSOLE_ADDRESSES = {
  home: '/console',
  signIn: '/console/sign-in',
  startSignIn: '/console/sign-in/start',
  signOut: '/console/sign-out',
  newRequest: '/console/cases/new',
  findPerson: '/console/cases/new/find',
  openRequest: '/console/cases/new/open',
  cases: '/console/cases',
  authorizations: '/console/authorizations',
  deskCase: deskCaseAt,
  newLink: (caseId: string): string => `${deskCaseAt(caseId)}/link`,
  callCode: (caseId: string): string => `${deskCaseAt(caseId)}/call-code`,
  cancel: (caseId: string): string => `${deskCaseAt(caseId)}/cancel`,
  authorize: (caseId: string): string => `${deskCaseAt(caseId)}/authorization`,
  audit: '/console/audit',
  verifyTrail: '/console/audit/verification',
  exportTrail: '/console/audit/export',
  reviews: '/console/reviews',
  review: caseAt,
  open: (caseId: string): string => `${caseAt(caseId)}/open`,
  confirm: (caseId: string): string => `${caseAt(caseId)}/confirm`,
  decide: (caseId: string): string => `${caseAt(caseId)}/decision`,
  preview: (caseId: string, kind: ReviewPicture): string => `${caseAt(caseId)}/evidence/${kind}/preview`,
  /** `ticket`: the query of a link that the review gave to this reviewer. */
  picture: (caseId: string, of: { kind: ReviewPicture; ticket: string }): string =>
    `${caseAt(caseId)}/evidence/${of.kind}${of.ticket}`,
} as const;
