import { gunzipSync, gzipSync } from 'node:zlib';
import { SlipwayError } from '@slipway/api';
import type { Secret } from '@slipway/kinds';
import type { Release } from './release.ts';

/** Secret's `type` of Helm 3 and 4. */
export const RELEASE_TYPE = 'helm.sh/release.v1';
const MOST_BYTES = 64 * 1024 * 1024;
/** A Secret holds a MiB, base64 of base64 makes that less. */
const MOST_STORED_BYTES = 1_048_576;
const SYSTEM_LABELS = ['name', 'owner', 'status', 'version', 'createdAt', 'modifiedAt'];

/** `sh.helm.release.v1.<name>.v<revision>` */
export function secretName(name: string, version: number): string {
  return `sh.helm.release.v1.${name}.v${version}`;
}

/**
 * The Secret of a revision, as Helm's driver writes it: `release` is base64 of gzip of JSON (and base64 once more, as
 * every Secret's data). `stamp` is the time in the label that Helm gives new (`createdAt`) and changed ones.
 * @throws SlipwayError ReleaseTooLarge, LabelRefused
 */
export function encodeRelease(
  release: Release,
  stamp: { createdAt: string } | { modifiedAt: string },
): Secret {
  const { labels = {}, ...record } = release;
  const taken = Object.keys(labels).find(key => SYSTEM_LABELS.includes(key));
  if (taken)
    throw new SlipwayError(
      'LabelRefused',
      `label ${JSON.stringify(taken)}: user supplied labels contains system reserved label name. System labels: ${SYSTEM_LABELS.join(' ')}`,
    );
  const json = JSON.stringify(record, (_, value) => (typeof value === 'bigint' ? Number(value) : value));
  const packed = gzipSync(json, { level: 9 }).toString('base64');
  if (packed.length > MOST_STORED_BYTES)
    throw new SlipwayError(
      'ReleaseTooLarge',
      `release ${JSON.stringify(release.name)}: its record has ${packed.length} bytes packed, a Secret holds ${MOST_STORED_BYTES}; leave large files out of the chart (.helmignore)`,
    );
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    type: RELEASE_TYPE,
    metadata: {
      name: secretName(release.name, release.version),
      namespace: release.namespace,
      labels: {
        ...labels,
        ...stamp,
        name: release.name,
        owner: 'helm',
        status: release.info.status,
        version: String(release.version),
      },
    },
    data: { release: Buffer.from(packed).toString('base64') },
  };
}

/** @throws SlipwayError ReleaseInvalid naming the Secret */
export function decodeRelease({ metadata, data = {} }: Secret): Release {
  const invalid = (why: string) =>
    new SlipwayError(
      'ReleaseInvalid',
      `Secret ${JSON.stringify(metadata.name ?? '')}: holds no release of Helm: ${why}; remove the Secret, or mend it`,
    );
  const packed = Buffer.from(Buffer.from(data.release ?? '', 'base64').toString('latin1'), 'base64');
  const isPacked = packed[0] === 0x1f && packed[1] === 0x8b && packed[2] === 0x08;
  let record: Release;
  try {
    const json = isPacked ? gunzipSync(packed, { maxOutputLength: MOST_BYTES }) : packed;
    record = JSON.parse(json.toString('utf8')) as Release;
  } catch (error) {
    throw invalid((error as Error).message);
  }
  if (typeof record.name !== 'string' || typeof record.info?.status !== 'string')
    throw invalid('its fields are missing');
  const own = Object.entries(metadata.labels ?? {}).filter(([key]) => !SYSTEM_LABELS.includes(key));
  return {
    ...record,
    manifest: record.manifest ?? '',
    version: record.version ?? 0,
    namespace: record.namespace ?? metadata.namespace ?? '',
    ...(own.length > 0 ? { labels: Object.fromEntries(own) } : {}),
  };
}
