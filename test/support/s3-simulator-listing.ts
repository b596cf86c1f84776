import { createHash } from 'node:crypto';
import type { StoredVersion } from './s3-simulator-bucket.js';

const XML = '<?xml version="1.0" encoding="UTF-8"?>\n';
const NAMESPACE = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';

export function etagOf(bytes: Uint8Array): string {
  return `"${createHash('md5').update(bytes).digest('hex')}"`;
}

export function errorXml(code: string): string {
  return `${XML}<Error><Code>${code}</Code><Message>Simulated.</Message><RequestId>1</RequestId></Error>`;
}

/** S3 API reference, ListObjectsV2. The continuation token is the last key of the page, which is as opaque as any. */
export function listObjects(versions: StoredVersion[], query: URLSearchParams, pageSize: number): string {
  const prefix = query.get('prefix') ?? '';
  const after = query.get('continuation-token') ?? query.get('start-after') ?? '';
  const current = versions.filter((version, index) => version.key !== versions[index - 1]?.key && version.bytes);
  const matching = current.filter(({ key }) => key.startsWith(prefix) && key > after);
  const page = matching.slice(0, pageSize);
  const isTruncated = matching.length > page.length;
  const token = isTruncated ? `<NextContinuationToken>${page.at(-1)?.key}</NextContinuationToken>` : '';
  const contents = page.map((version) => `<Contents>${facts(version)}</Contents>`).join('');
  return `${XML}<ListBucketResult ${NAMESPACE}><IsTruncated>${isTruncated}</IsTruncated>${token}${contents}</ListBucketResult>`;
}

/** S3 API reference, ListObjectVersions: continues after (KeyMarker, VersionIdMarker). */
export function listVersions(versions: StoredVersion[], query: URLSearchParams, pageSize: number): string {
  const prefix = query.get('prefix') ?? '';
  const keyMarker = query.get('key-marker') ?? '';
  const versionMarker = query.get('version-id-marker');
  const markedAt = versions.findIndex(({ key, versionId }) => key === keyMarker && versionId === versionMarker);
  const matching = versions.filter(({ key }, index) => {
    const isAfter = key > keyMarker || (key === keyMarker && markedAt >= 0 && index > markedAt);
    return key.startsWith(prefix) && isAfter;
  });
  const page = matching.slice(0, pageSize);
  const last = page.at(-1);
  const isTruncated = matching.length > page.length;
  const next = isTruncated
    ? `<NextKeyMarker>${last?.key}</NextKeyMarker><NextVersionIdMarker>${last?.versionId}</NextVersionIdMarker>`
    : '';
  const entries = page.map((version) => {
    const tag = version.bytes ? 'Version' : 'DeleteMarker';
    return `<${tag}><VersionId>${version.versionId}</VersionId>${facts(version)}</${tag}>`;
  });
  return `${XML}<ListVersionsResult ${NAMESPACE}><IsTruncated>${isTruncated}</IsTruncated>${next}${entries.join('')}</ListVersionsResult>`;
}

function facts({ key, modifiedAt, bytes }: StoredVersion): string {
  const time = `<Key>${key}</Key><LastModified>${modifiedAt.toISOString()}</LastModified>`;
  return bytes ? `${time}<ETag>${etagOf(bytes)}</ETag><Size>${bytes.length}</Size>` : time;
}
