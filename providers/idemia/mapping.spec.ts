import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CHECK_KINDS, type CheckKind, type ProviderReport } from '../kit/index.js';
import { SUPPORTED_CHECKS, toReport, type MappingRules } from './mapping.js';
import { detailedIdentity } from './types.js';

const NOW = new Date('2025-11-22T12:00:00Z');
const RULES: MappingRules = {
  live: true,
  settledStatuses: ['EXPECTING_INPUT'],
  minimumAssurance: 'LOA1',
  livenessByStatus: false,
};

type Members = Record<string, unknown>;

/** The parts of the record that are put otherwise here. */
interface Wire {
  globalStatus: Members;
  idDocuments: { evidenceStatus: Members; idDocumentData: { personalAttributes: Members } }[];
  portrait: { evidenceStatus: Members; portraitData: Members };
}

function fixture(name = 'verified'): Wire & { idDocuments: [Wire['idDocuments'][number]] } {
  return JSON.parse(readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), 'utf8')) as ReturnType<
    typeof fixture
  >;
}

interface Case {
  document?: Record<string, unknown>;
  portrait?: Record<string, unknown>;
  global?: Record<string, unknown>;
  errors?: boolean;
  rules?: Partial<MappingRules>;
}

/** The verified record with members of its statuses put otherwise. */
function report({ document, portrait, global, errors, rules }: Case = {}): ProviderReport {
  const wire = fixture();
  Object.assign(wire.idDocuments[0].evidenceStatus, document);
  Object.assign(wire.portrait.evidenceStatus, portrait);
  Object.assign(wire.globalStatus, global);
  return reportOf(wire, { errors, rules });
}

function reportOf(wire: Wire, { errors = false, rules = {} }: Pick<Case, 'errors' | 'rules'> = {}): ProviderReport {
  return toReport({ identity: detailedIdentity.parse(wire), portraitHasErrors: errors }, { ...RULES, ...rules }, NOW);
}

const check = (kind: CheckKind, of: Case) => report(of).checks.find((candidate) => candidate.kind === kind);
const passed = ({ checks }: ProviderReport) => checks.filter(({ result }) => result === 'pass').map(({ kind }) => kind);

describe('toReport: a verified identity', () => {
  it('passes every check it supports, lists every kind once, and says the assurance', () => {
    const { checks, ...rest } = report();
    expect(checks.map(({ kind }) => kind)).toEqual(CHECK_KINDS);
    expect(passed(report()).sort()).toEqual([...SUPPORTED_CHECKS].sort());
    expect(rest).toMatchObject({
      status: 'completed',
      terminal: true,
      binding: { externalId: 'gips-68f30e11-0c2a-44e1-8f31-0fe090cac51c' },
      assurance: { framework: 'idemia_gips', level: 'LOA2' },
      provenance: { live: true, checkedAt: '2025-11-22T10:04:05.678Z' },
    });
  });

  it('seals what the document says', () => {
    const { identity, document } = report();
    expect(identity?.reveal()).toEqual({ givenName: 'Erika Maria', familyName: 'Beispiel', birthDate: '1990-01-01' });
    expect(document?.reveal()).toEqual({ issuingCountry: 'UTO', number: 'UTO4711' });
    expect(JSON.stringify(report())).not.toMatch(/Erika|Beispiel|1990|UTO4711/);
  });

  it('T37 is live only where the configuration says production', () => {
    expect(report({ rules: { live: false } }).provenance.live).toBe(false);
  });

  it.each([undefined, 'soon', '2025-13-45T10:00:00', '2025-11-22'])('dates a report of %j by our clock', (text) => {
    expect(report({ global: { evaluationDateTime: text } }).provenance.checkedAt).toBe(NOW.toISOString());
  });

  it('T40 reads the person from the document that carries the verdict: the last one', () => {
    const wire = fixture();
    const other = structuredClone(wire.idDocuments[0]);
    other.idDocumentData.personalAttributes.surname = { value: 'Andere' };
    other.evidenceStatus.status = 'INVALID';
    expect(reportOf({ ...wire, idDocuments: [other, wire.idDocuments[0]] }).identity?.reveal().familyName).toBe(
      'Beispiel',
    );
    const last = reportOf({ ...wire, idDocuments: [wire.idDocuments[0], other] });
    expect(last.identity?.reveal().familyName).toBe('Andere');
    expect(passed(last)).not.toContain('document_authenticity');
  });

  it('leaves out an attribute that has not its documented shape', () => {
    const wire = fixture();
    wire.idDocuments[0].idDocumentData.personalAttributes.dateOfBirth = { value: '01.01.1990' };
    wire.idDocuments[0].idDocumentData.personalAttributes.givenNames = 'Erika';
    expect(reportOf(wire).identity?.reveal()).toEqual({ familyName: 'Beispiel' });
  });
});

describe('toReport: what is still to come', () => {
  it('an identity that was only opened is pending and says nothing', () => {
    expect(reportOf(fixture('opened'))).toMatchObject({ status: 'pending', terminal: false, checks: [] });
  });

  it.each<[string, Case]>([
    ['the document is processed', { document: { status: 'PROCESSING' } }],
    ['people look at the document', { document: { status: 'ADJUDICATION' } }],
    ['the portrait is processed', { portrait: { status: 'PROCESSING' } }],
    ['the identity is processed', { global: { status: 'PROCESSING' } }],
    ['the faces are not compared yet', { portrait: { status: 'NOT_VERIFIED', positiveIndicators: [] } }],
  ])('pending while %s, with no word about the person', (_title, of) => {
    const { status, checks, identity, document, assurance } = report(of);
    expect([status, checks, identity, document, assurance]).toEqual(['pending', [], undefined, undefined, undefined]);
  });

  it.each(['idDocuments', 'portrait'] as const)('pending while %s is missing', (name) => {
    const { [name]: _missing, ...wire } = fixture();
    expect(reportOf(wire as unknown as Wire).status).toBe('pending');
  });

  it('a paused identity has expired, whatever stands beside it', () => {
    const { status, checks, identity } = report({ global: { status: 'PAUSED' } });
    expect([status, checks, identity]).toEqual(['expired', [], undefined]);
  });
});

describe('toReport: the document', () => {
  it.each<[Record<string, unknown>, string, string[]]>([
    [{ status: 'INVALID' }, 'fail', ['document_not_genuine']],
    [{ status: 'INVALID', warningIndicators: ['VISUAL_SECURITY_FAILED'] }, 'fail', ['document_not_genuine']],
    [{ status: 'INVALID', warningIndicators: ['BRAND_NEW_FAILED'] }, 'fail', ['document_not_genuine']],
    [{ status: 'INVALID', warningIndicators: ['BLUR_IMAGE_QUALITY_FRONT_FAILED'] }, 'fail', ['document_unreadable']],
    [{ status: 'INVALID', warningIndicators: ['MODEL_RECOGNIZED_FAILED'] }, 'fail', ['document_not_accepted']],
    [{ status: 'INVALID', warningIndicators: ['DOC_EXPIRATION_DATE_FAILED'] }, 'indeterminate', ['partner_undecided']],
    [{ status: 'NOT_VERIFIED' }, 'indeterminate', ['partner_undecided']],
    [
      { status: 'NOT_VERIFIED', warningIndicators: ['DARK_IMAGE_QUALITY_FAILED'] },
      'indeterminate',
      ['document_unreadable'],
    ],
    [{ warningIndicators: ['GLARE_IMAGE_QUALITY_FAILED'] }, 'pass', ['ok']],
    [{ warningIndicators: ['PHOTOCOPY_DETECTION_FAILED'] }, 'indeterminate', ['partner_answer_unknown']],
    [{ positiveIndicators: ['LCD_DETECTION_FAILED'] }, 'indeterminate', ['partner_answer_unknown']],
    [{ score: 'LEVEL0' }, 'indeterminate', ['partner_answer_unknown']],
  ])('authenticity under %j: %s', (document, result, reasonCodes) => {
    expect(check('document_authenticity', { document })).toMatchObject({ result, reasonCodes });
  });

  it.each<[CheckKind, string, string, string]>([
    ['document_expiry', 'DOC_EXPIRATION_DATE', 'fail', 'document_expired'],
    ['document_data_consistency', 'MODEL_CONSISTENCY_CHECK', 'fail', 'document_inconsistent'],
    ['document_data_consistency', 'OCR_BIRTHDATE', 'fail', 'document_inconsistent'],
    ['document_data_consistency', 'MRZ_BARCODE_CROSSCHECK', 'fail', 'document_inconsistent'],
  ])('%s fails with %s', (kind, control, result, reason) => {
    const document = { warningIndicators: [`${control}_FAILED`] };
    expect(check(kind, { document })).toMatchObject({ result, reasonCodes: [reason] });
  });

  it.each<CheckKind>(['document_expiry', 'document_data_consistency'])(
    'T38 %s is not run where its control is not listed, or listed as untested',
    (kind) => {
      const names = ['DOC_EXPIRATION_DATE_UNVERIFIED', 'MODEL_CONSISTENCY_CHECK_UNVERIFIED'];
      for (const document of [{ positiveIndicators: [] }, { positiveIndicators: null }, { positiveIndicators: names }])
        expect(check(kind, { document })).toMatchObject({ result: 'not_run', reasonCodes: ['data_missing'] });
    },
  );

  it.each(['DOC_EXPIRATION_DATE_OK ', 'doc_expiration_date_ok', 'XDOC_EXPIRATION_DATE_OK', 'DOC_EXPIRATION_DATE'])(
    'T41 %j is not the control that passed',
    (name) => {
      expect(check('document_expiry', { document: { positiveIndicators: [name] } })?.result).toBe('not_run');
    },
  );

  it('a control said to be both good and failed has failed', () => {
    const document = { warningIndicators: ['DOC_EXPIRATION_DATE_FAILED'] };
    expect(check('document_expiry', { document })?.result).toBe('fail');
  });
});

describe('toReport: the portrait', () => {
  const LIVE = ['BIOMETRIC_LIVENESS_CHALLENGE_OK'];
  const both = (of: Case) => [check('face_match', of), check('presentation_attack', of)];

  it('T38 an uploaded picture without a liveness control never passes presentation_attack', () => {
    const portrait = { positiveIndicators: ['BIOMETRIC_MATCHING_CHECK_OK'] };
    expect(check('presentation_attack', { portrait })).toMatchObject({
      result: 'not_run',
      reasonCodes: ['data_missing'],
    });
    expect(check('presentation_attack', { portrait, rules: { livenessByStatus: true } })?.result).toBe('pass');
  });

  it('takes the status for it in a video session, as documented', () => {
    const wire = fixture();
    wire.portrait.evidenceStatus.positiveIndicators = [];
    wire.portrait.portraitData.source = 'LIVE_CAPTURE_VIDEO';
    expect(passed(reportOf(wire))).toContain('presentation_attack');
  });

  it('INVALID is a live person with another face', () => {
    const portrait = { status: 'INVALID', positiveIndicators: LIVE };
    expect(both({ portrait })).toMatchObject([{ result: 'fail', reasonCodes: ['faces_differ'] }, { result: 'pass' }]);
  });

  it('INVALID for its liveness alone leaves the comparison open', () => {
    const portrait = {
      status: 'INVALID',
      positiveIndicators: [],
      warningIndicators: ['BIOMETRIC_LIVENESS_CHALLENGE_FAILED'],
    };
    expect(both({ portrait })).toMatchObject([
      { result: 'indeterminate', reasonCodes: ['partner_undecided'] },
      { result: 'fail', reasonCodes: ['presentation_attack_suspected'] },
    ]);
  });

  it('errors are no face or a spoof, and nothing was compared', () => {
    expect(both({ portrait: { status: 'INVALID' }, errors: true })).toMatchObject([
      { result: 'not_run', reasonCodes: ['no_face_found'] },
      { result: 'fail', reasonCodes: ['no_face_found', 'presentation_attack_suspected'] },
    ]);
  });

  it('NOT_VERIFIED stays open where nothing more will come', () => {
    const portrait = { status: 'NOT_VERIFIED', positiveIndicators: LIVE };
    const of = { portrait, document: { status: 'INVALID' } };
    expect(both(of)).toMatchObject([
      { result: 'indeterminate', reasonCodes: ['partner_undecided'] },
      { result: 'pass' },
    ]);
  });

  it('VERIFIED beside a failed control contradicts itself', () => {
    const portrait = { warningIndicators: ['BIOMETRIC_MATCHING_CHECK_FAILED'] };
    expect(check('face_match', { portrait })).toMatchObject({ result: 'indeterminate' });
  });
});

describe('toReport: words we do not know, and levels too low', () => {
  it.each(['MOSTLY_VERIFIED', 'verified', 'VERIFIED ', 'constructor', '__proto__', 'VЕRIFIED'])(
    'T39 evidence %j passes none of its checks',
    (status) => {
      expect(passed(report({ document: { status } })).sort()).toEqual(['face_match', 'presentation_attack']);
      expect(passed(report({ portrait: { status } }))).not.toContain('face_match');
      expect(passed(report({ portrait: { status } }))).not.toContain('presentation_attack');
    },
  );

  it.each(['RECONCILED', 'VERIFIED', 'expecting_input', 'toString'])('T39 an identity %j passes nothing', (status) => {
    const answer = report({ global: { status } });
    expect(answer).toMatchObject({ status: 'completed', terminal: true });
    expect(passed(answer)).toEqual([]);
    expect(passed(report({ global: { status }, rules: { settledStatuses: [status] } }))).toHaveLength(5);
  });

  it('an identity in an unknown status without evidence ran nothing', () => {
    const wire = fixture('opened');
    wire.globalStatus.status = 'CLOSED';
    expect(new Set(reportOf(wire).checks.map(({ result }) => result))).toEqual(new Set(['not_run']));
  });

  it.each(['LOA0', 'LOA5', 'loa2', undefined])('good checks under assurance %j pass nothing', (level) => {
    expect(passed(report({ global: { levelOfAssurance: level } }))).toEqual([]);
  });

  it('asks for the configured assurance and not for more', () => {
    const at = (minimumAssurance: string) => passed(report({ rules: { minimumAssurance } })).length;
    expect(['LOA1', 'LOA2', 'LOA3', 'LOA4'].map(at)).toEqual([5, 5, 0, 0]);
  });

  it('never passes more than the verified record, whatever the statuses and indicators say', () => {
    const word = fc.oneof(
      fc.constantFrom('VERIFIED', 'INVALID', 'NOT_VERIFIED', 'PROCESSING', 'ADJUDICATION'),
      fc.string({ minLength: 1, maxLength: 20 }),
    );
    const control = fc.constantFrom(
      'DOC_EXPIRATION_DATE',
      'MODEL_CONSISTENCY_CHECK',
      'VISUAL_SECURITY',
      'BIOMETRIC_LIVENESS_CHALLENGE',
      'BIOMETRIC_MATCHING_CHECK',
    );
    const names = fc.array(
      fc.tuple(control, fc.constantFrom('_OK', '_FAILED', '_UNVERIFIED', '')).map((parts) => parts.join('')),
    );
    const status = fc.record({
      status: word,
      positiveIndicators: names,
      unverifiedIndicators: names,
      warningIndicators: names,
    });
    fc.assert(
      fc.property(status, status, word, (document, portrait, level) => {
        const answer = report({ document, portrait, global: { levelOfAssurance: level } });
        const kinds = passed(answer);
        if (document.status !== 'VERIFIED') expect(kinds).not.toContain('document_authenticity');
        if (portrait.status !== 'VERIFIED') expect(kinds).not.toContain('face_match');
        const failedFor = (of: typeof document, name: string) =>
          [...of.positiveIndicators, ...of.unverifiedIndicators].includes(`${name}_FAILED`) ||
          of.warningIndicators.some((warned) => warned.startsWith(name));
        if (failedFor(document, 'DOC_EXPIRATION_DATE')) expect(kinds).not.toContain('document_expiry');
        if (failedFor(portrait, 'BIOMETRIC_LIVENESS_CHALLENGE')) expect(kinds).not.toContain('presentation_attack');
        expect(kinds.length > 0 && answer.status !== 'completed').toBe(false);
      }),
      { numRuns: 500 },
    );
  });
});
