import { SlipwayError } from '@slipway/api';
import {
  createRegistryClient,
  type Descriptor,
  digestOf,
  type Endpoint,
  formatReference,
  type ImageManifest,
  isDigest,
  isRepository,
  type Reference,
  type RegistryClient,
  readBody,
} from '@slipway/oci';
import { compareVersions, formatVersion, parseStrictVersion, type Version } from '@slipway/render';
import type { SourceAccess } from '../access.ts';
import { outsideOnly } from '../reach/outside.ts';
import type { ChartRepository } from './chart-repository.ts';

const CONFIG = 'application/vnd.cncf.helm.config.v1+json';
const CHART_LAYERS = ['application/vnd.cncf.helm.chart.content.v1.tar+gzip', 'application/tar+gzip'];
const CONTENT_LAYER = /(tar\+gzip|tar\.gzip|tar)$/;
const MOST_LAYERS = 10;
const MOST_TAGS = 100_000;
const TAGS_BYTES = 4 * 1024 * 1024;

/** A chart, or a folder of files, in a registry. */
export interface OciArtifact {
  /** Of its manifest: pins it for ever. */
  digest: string;
  bytes: Buffer;
  /** The archive's top folder is the chart's, and goes. */
  isChart: boolean;
  /** `application/vnd.cncf.helm…`, or the media type of the only content layer. */
  mediaType: string;
}

/** Where `oci://host/path` and a chart's name lead, with its tag or digest. */
export function ociReference(url: string, name: string, version?: string): Reference {
  const text = url.replace(/^oci:\/\//, '').replace(/\/+$/, '');
  const slash = text.indexOf('/');
  const registry = slash < 0 ? text : text.slice(0, slash);
  const repository = [slash < 0 ? '' : text.slice(slash + 1), name].filter(part => part !== '').join('/');
  if (registry === '' || !isRepository(repository))
    throw new SlipwayError(
      'ReferenceInvalid',
      `OCI address ${JSON.stringify(`${text}/${name}`)}: its name is not valid`,
    );
  if (version === undefined) return { registry, repository };
  if (isDigest(version)) return { registry, repository, digest: version };
  // Tags have no "+": Helm writes "_" (helm/helm#10166).
  return { registry, repository, tag: version.replaceAll('+', '_') };
}

export interface OciOptions {
  signal?: AbortSignal;
  maxBytes?: number;
}

/** A registry client that reaches one repository as its access says; close it. */
export function ociClient({ url, access }: Pick<ChartRepository, 'url' | 'access'>): RegistryClient {
  const home = ociReference(url, 'x').registry;
  const password = access.password ?? access.bearerToken;
  const endpoint = endpointOf(home, access);
  const { dial } = access;
  return createRegistryClient({
    endpoint: registry => (registry === home ? endpoint : undefined),
    ...(dial
      ? { guard: ({ host, hostname }) => (dial === 'named' && host === home ? {} : outsideOnly(hostname)) }
      : {}),
    credentials: async registry =>
      password && registry === home
        ? { ...(access.username ? { username: access.username } : {}), password }
        : undefined,
  });
}

function endpointOf(registry: string, access: SourceAccess): Endpoint | undefined {
  const { address, ca, cert, key, insecure, plainHttp } = access;
  if (!address && !ca && !cert && !insecure && !plainHttp) return undefined;
  const url = new URL(`https://${registry}`);
  const port = Number(url.port) || (plainHttp ? 80 : 443);
  return {
    host: address?.host ?? url.hostname,
    port: address?.port ?? port,
    ...(address ? { serverName: address.serverName } : {}),
    ...((ca ?? address?.ca) ? { ca: ca ?? address?.ca ?? '' } : {}),
    ...(cert && key ? { cert, key } : {}),
    ...(insecure ? { insecure } : {}),
    ...(plainHttp ? { plain: true } : {}),
  };
}

/** Tags that are full versions, the newest first, with `+` where the registry has `_`. */
export async function ociVersions(
  client: RegistryClient,
  reference: Reference,
  { signal }: OciOptions,
): Promise<string[]> {
  const versions = (await ociTags(client, reference, signal ? { signal } : {})).flatMap(tag =>
    tryStrict(tag),
  );
  return versions.sort((a, b) => compareVersions(b, a)).map(formatVersion);
}

/** All tags of a repository, `_` read as `+`. @throws SlipwayError RegistryDenied, ImageUnknown, RegistryFailed */
export async function ociTags(
  client: RegistryClient,
  reference: Reference,
  { signal }: OciOptions,
): Promise<string[]> {
  const tags: string[] = [];
  let path: string | undefined = 'tags/list?n=1000';
  while (path !== undefined && tags.length < MOST_TAGS) {
    const answer = await client.send(reference, { method: 'GET', path, ...(signal ? { signal } : {}) });
    const body = await readBody(answer, TAGS_BYTES);
    if (answer.statusCode !== 200) throw refused(reference, answer.statusCode ?? 0);
    const page = (JSON.parse(body.toString()) as { tags?: string[] | null }).tags ?? [];
    tags.push(...page.map(tag => tag.replaceAll('_', '+')));
    const next = /<([^>]+)>;\s*rel="?next"?/.exec(String(answer.headers.link ?? ''))?.[1];
    path = next === undefined || page.length === 0 ? undefined : nextPath(next);
  }
  return tags;
}

/** Only the path: a registry's answer must not send our credentials elsewhere. */
function nextPath(link: string): string {
  const url = new URL(link, 'https://registry.invalid');
  return `${url.pathname}${url.search}`;
}

/**
 * The one content layer of an artifact, its digest verified.
 * @throws SlipwayError ArtifactInvalid when it has none or several, DigestMismatch, and what the client throws
 */
export async function fetchOci(
  client: RegistryClient,
  reference: Reference,
  { signal, maxBytes = 64 * 1024 * 1024 }: OciOptions,
): Promise<OciArtifact> {
  const { manifest, descriptor } = await client.manifest(reference, signal);
  const invalid = (why: string) =>
    new SlipwayError('ArtifactInvalid', `OCI artifact ${formatReference(reference)}: ${why}`);
  if (manifest.kind !== 'image')
    throw invalid('is an index of images, not a chart or an archive of manifests');
  const { value } = manifest;
  const layer = contentLayer(value, invalid);
  if (layer.size > maxBytes)
    throw invalid(`its content has ${layer.size} bytes, at most ${maxBytes} are fetched`);
  const answer = await client.send(reference, {
    method: 'GET',
    path: `blobs/${layer.digest}`,
    ...(signal ? { signal } : {}),
  });
  const bytes = await readBody(answer, Math.min(maxBytes, layer.size + 1));
  if (answer.statusCode !== 200) throw refused(reference, answer.statusCode ?? 0);
  if (digestOf(bytes) !== layer.digest)
    throw new SlipwayError(
      'DigestMismatch',
      `OCI artifact ${formatReference(reference)}: its content has ${digestOf(bytes)}, not ${layer.digest}; nothing was kept`,
    );
  return { digest: descriptor.digest, bytes, isChart: isChart(value), mediaType: layer.mediaType };
}

function isChart({ config }: ImageManifest): boolean {
  return config.mediaType === CONFIG;
}

function contentLayer(manifest: ImageManifest, invalid: (why: string) => SlipwayError): Descriptor {
  const { layers } = manifest;
  if (layers.length > MOST_LAYERS)
    throw invalid(`expected no more than ${MOST_LAYERS} oci layers, got ${layers.length}`);
  const content = layers.filter(({ mediaType }) =>
    isChart(manifest) ? CHART_LAYERS.includes(mediaType) : CONTENT_LAYER.test(mediaType),
  );
  const [layer] = content;
  if (!layer || content.length > 1)
    throw invalid(`expected only a single oci content layer, got ${content.length}`);
  return layer;
}

function refused(reference: Reference, status: number): SlipwayError {
  const code = status === 401 || status === 403 ? 'RegistryDenied' : 'ImageUnknown';
  const hint = code === 'RegistryDenied' ? '; check the credentials of the registry' : '';
  return new SlipwayError(
    code,
    `registry ${reference.registry}: ${reference.repository}: status ${status}${hint}`,
  );
}

function tryStrict(tag: string): Version[] {
  try {
    return [parseStrictVersion(tag)];
  } catch {
    return [];
  }
}
