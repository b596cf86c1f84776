import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const text = { type: 'string', minLength: 1 };

/** Clause "Evidence type document", `check_details`: `check_method` is required, the others are not. */
const checkDetail = {
  type: 'object',
  required: ['check_method'],
  properties: { check_method: text, organization: text, check_id: text, time: { type: 'string', format: 'date-time' } },
};

/** Clause "Evidence type document": the only type that is used here. A list that is there has a member. */
const evidence = {
  type: 'object',
  required: ['type'],
  properties: {
    type: { const: 'document' },
    check_details: { type: 'array', minItems: 1, items: checkDetail },
    document_details: { type: 'object', required: ['type'], properties: { type: text } },
  },
};

/** Clause "Verification element", `assurance_process`: of each reference `check_id` is required. */
const assuranceDetail = {
  type: 'object',
  properties: {
    assurance_type: text,
    assurance_classification: text,
    evidence_ref: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: ['check_id'],
        properties: {
          check_id: text,
          evidence_metadata: { type: 'object', properties: { evidence_classification: text } },
        },
      },
    },
  },
};

/** Clauses "Base elements", "Claims element" and "Verification element": what is required, and of what type it is. */
const verifiedClaims = {
  type: 'object',
  required: ['verification', 'claims'],
  properties: {
    claims: { type: 'object' },
    verification: {
      type: 'object',
      required: ['trust_framework'],
      properties: {
        trust_framework: text,
        assurance_level: text,
        assurance_process: {
          type: 'object',
          minProperties: 1,
          properties: {
            policy: text,
            procedure: text,
            assurance_details: { type: 'array', minItems: 1, items: assuranceDetail },
          },
        },
        time: { type: 'string', format: 'date-time' },
        verification_process: text,
        evidence: { type: 'array', items: evidence },
      },
    },
  },
};

const ajv = new Ajv2020({ strict: true, strictTypes: false, allErrors: true });
addFormats.default(ajv);
const validate = ajv.compile(verifiedClaims);

interface Referring {
  verification?: {
    evidence?: { check_details?: { check_id?: string }[] }[];
    assurance_process?: { assurance_details?: { evidence_ref?: { check_id: string }[] }[] };
  };
}

/**
 * What is wrong with a `verified_claims` object by OpenID Identity Assurance Schema Definition 1.0 (written anew from its
 * text); also, as "Verification element" demands and no schema can say, a reference to a check that is not there.
 */
export function idaFaults(value: unknown): string[] {
  if (!validate(value)) return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  const { evidence = [], assurance_process: process } = (value as Referring).verification ?? {};
  const ids = new Set(evidence.flatMap(({ check_details: checks = [] }) => checks.map(({ check_id: id }) => id)));
  const details = process?.assurance_details ?? [];
  const refs = details.flatMap(({ evidence_ref: list = [] }) => list.map(({ check_id: id }) => id));
  return refs.filter((id) => !ids.has(id)).map((id) => `no check is called ${id}`);
}
