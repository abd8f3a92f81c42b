import { createHash } from 'node:crypto';
import { type Digest, formatReference, type Reference } from '@slipway/oci';
import type { InstalledPackage } from './installed.ts';
import { licenceOf } from './licence.ts';
import { imageUrl, npmUrl } from './package-url.ts';

/** An image that a build took files from. */
export interface UsedBase {
  reference: Reference;
  /** Of its manifest; for the host's stand-in of its layer. */
  digest: Digest;
  /** Made of the machine's own files, because no registry answered. */
  isStandIn: boolean;
  /** The image is made on it; otherwise a stage was, or files were copied from it. */
  isBelow: boolean;
  /** Of Node, when it brings one. */
  nodeVersion?: string;
}

export interface BillInput {
  image: { reference: Reference; digest: Digest };
  bases: UsedBase[];
  packages: InstalledPackage[];
  isWhole: boolean;
}

type Component = Record<string, unknown> & { 'bom-ref': string };

const MOST_PACKAGES = 20_000;
const MOST_PLACES = 10;

/**
 * The software bill of materials of an image in CycloneDX 1.6 JSON. The same image gives the same bytes: no time, and a
 * serial number made of the digest.
 */
export function billOfMaterials(input: BillInput): Record<string, unknown> {
  const { image, bases, packages, isWhole } = input;
  const ref = imageUrl(image.reference, image.digest);
  const npm = npmComponents(packages.slice(0, MOST_PACKAGES));
  const components = unique([...bases.map(baseComponent), ...bases.flatMap(nodeComponent), ...npm]);
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuidOf(ref)}`,
    version: 1,
    metadata: {
      lifecycles: [{ phase: 'build' }],
      tools: { components: [{ type: 'application', name: 'slipway' }] },
      component: {
        type: 'container',
        'bom-ref': ref,
        name: formatReference(image.reference),
        version: image.digest,
        hashes: hashesOf(image.digest),
        purl: ref,
      },
      properties: [
        { name: 'slipway:sbom:covers', value: 'base images, Node, npm packages' },
        { name: 'slipway:sbom:whole', value: String(isWhole && packages.length <= MOST_PACKAGES) },
      ],
    },
    components,
    dependencies: [{ ref, dependsOn: components.map(component => component['bom-ref']) }],
    // Packages of the operating system and of other languages are not looked for.
    compositions: [{ aggregate: 'incomplete', assemblies: [ref] }],
  };
}

function baseComponent({ reference, digest, isStandIn, isBelow }: UsedBase): Component {
  // A stand-in is not what its name promises: it must not be found under the digest of the real image.
  const purl = imageUrl(reference, isStandIn ? undefined : digest);
  return {
    type: 'container',
    'bom-ref': purl,
    name: formatReference(reference),
    version: digest,
    hashes: hashesOf(digest),
    ...(isStandIn ? {} : { purl }),
    properties: [
      { name: 'slipway:base:use', value: isBelow ? 'below' : 'stage' },
      { name: 'slipway:base:made-of', value: isStandIn ? 'host' : 'image' },
    ],
  };
}

function nodeComponent({ nodeVersion, isBelow }: UsedBase): Component[] {
  if (nodeVersion === undefined || !isBelow) return [];
  const purl = `pkg:generic/node@${encodeURIComponent(nodeVersion)}`;
  return [{ type: 'platform', 'bom-ref': purl, name: 'node', version: nodeVersion, purl }];
}

/** One for each name and version, with the folders it lies in. */
function npmComponents(packages: InstalledPackage[]): Component[] {
  const places = Map.groupBy(packages, ({ name, version }) => npmUrl(name, version));
  return [...places]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([purl, found]) => {
      const [first] = found;
      return first ? [npmComponent(purl, first, found)] : [];
    });
}

function npmComponent(
  purl: string,
  { name, version, licence }: InstalledPackage,
  found: InstalledPackage[],
): Component {
  const slash = name.startsWith('@') ? name.indexOf('/') : -1;
  const licenses = licenceOf(licence);
  const paths = found.map(({ path }) => path).sort();
  return {
    type: 'library',
    'bom-ref': purl,
    ...(slash > 0 ? { group: name.slice(0, slash) } : {}),
    name: name.slice(slash + 1),
    ...(version === undefined ? {} : { version }),
    ...(licenses.length > 0 ? { licenses } : {}),
    purl,
    evidence: { occurrences: paths.slice(0, MOST_PLACES).map(path => ({ location: `/${path}` })) },
  };
}

/** `bom-ref` must be unique. */
function unique(components: Component[]): Component[] {
  return [...new Map(components.map(component => [component['bom-ref'], component])).values()];
}

function hashesOf(digest: Digest): { alg: string; content: string }[] {
  const [algorithm, content = ''] = digest.split(':');
  return [{ alg: algorithm === 'sha512' ? 'SHA-512' : 'SHA-256', content }];
}

/** RFC 9562, version 8: bits of our own choice, here a hash. */
function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
