import { HttpFault } from '../../kit/simulator/index.js';

const REQUEST_TYPES = ['idFront', 'idBack', 'faceCompare', 'voiceConsent'];
const SOURCES = ['camera', 'file'];

type Members = Record<string, unknown>;

/**
 * The customer's reference out of a request to start a workflow, or an empty text. Refuses what the sample request does not
 * have, so that a misreading shows.
 */
export function readWorkflowRequest(body: Members, referenceField: string): string {
  const reference = takeText(body, referenceField.split('.'));
  const { workflowOptions, serviceOptions, ...unknown } = body;
  refuseUnless(isMembers(workflowOptions) && isEmpty(workflowOptions) && isEmpty(unknown));
  refuseUnless(isMembers(serviceOptions) && isMembers(serviceOptions.secureme));
  const { secureme, ...otherServices } = serviceOptions as { secureme: Members };
  const { shortUrl, requestTypes, ...others } = secureme;
  refuseUnless(typeof shortUrl === 'boolean' && isEmpty(otherServices) && isEmpty(others));
  refuseUnless(isMembers(requestTypes) && !isEmpty(requestTypes));
  for (const [name, sources] of Object.entries(requestTypes as Members))
    refuseUnless(REQUEST_TYPES.includes(name) && isListOfSources(sources));
  return reference;
}

/** Takes the member out, so that what is left is the plain request. */
function takeText(holder: Members, [name = '', ...rest]: readonly string[]): string {
  const value = holder[name];
  if (rest.length > 0) return isMembers(value) ? takeText(value, rest) : '';
  delete holder[name];
  refuseUnless(value === undefined || (typeof value === 'string' && value.length <= 256));
  return typeof value === 'string' ? value : '';
}

const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isEmpty = (value: Members): boolean => Object.keys(value).length === 0;

const isListOfSources = (value: unknown): boolean =>
  Array.isArray(value) && value.length > 0 && value.every((source) => SOURCES.includes(source as string));

function refuseUnless(condition: boolean): void {
  if (!condition) throw new HttpFault(400, 'request_invalid');
}
