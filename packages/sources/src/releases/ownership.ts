import { type AnyObject, SlipwayError } from '@slipway/api';
import type { Client } from '@slipway/client';
import { type Resource, resourceText } from './resources.ts';

const MANAGED_BY = 'app.kubernetes.io/managed-by';
const RELEASE_NAME = 'meta.helm.sh/release-name';
const RELEASE_NAMESPACE = 'meta.helm.sh/release-namespace';

export interface Owner {
  name: string;
  namespace: string;
}

/** Objects with the label and the annotations by which Helm knows its own. */
export function owned(resources: Resource[], { name, namespace }: Owner): Resource[] {
  return resources.map(resource => {
    const { metadata } = resource.object;
    const labels = { ...metadata.labels, [MANAGED_BY]: 'Helm' };
    const annotations = { ...metadata.annotations, [RELEASE_NAME]: name, [RELEASE_NAMESPACE]: namespace };
    return { ...resource, object: { ...resource.object, metadata: { ...metadata, labels, annotations } } };
  });
}

/**
 * Which of the objects exist already.
 * @throws SlipwayError OwnershipRefused in Helm's words when one belongs to somebody else, unless `take` is set
 */
export async function existing(
  client: Client,
  resources: Resource[],
  owner: Owner,
  { take, doing }: { take: boolean; doing: 'install' | 'update' },
): Promise<Resource[]> {
  const found: Resource[] = [];
  for (const resource of resources) {
    if (resource.key.name === '') continue;
    const live = await client.find(resource.kind, resource.key);
    if (!live) continue;
    const problems = take ? [] : ownershipProblems(live, owner);
    if (problems.length > 0)
      throw new SlipwayError(
        'OwnershipRefused',
        `unable to continue with ${doing}: ${resourceText(resource)} exists and cannot be imported into the current release: invalid ownership metadata; ${problems.join('; ')}`,
      );
    found.push(resource);
  }
  return found;
}

function ownershipProblems({ metadata }: AnyObject, { name, namespace }: Owner): string[] {
  const check = (what: string, values: Record<string, string> = {}, key: string, wanted: string) => {
    const actual = values[key];
    const quoted = JSON.stringify(key);
    if (actual === undefined)
      return [`${what} validation error: missing key ${quoted}: must be set to ${JSON.stringify(wanted)}`];
    if (actual === wanted) return [];
    return [
      `${what} validation error: key ${quoted} must equal ${JSON.stringify(wanted)}: current value is ${JSON.stringify(actual)}`,
    ];
  };
  return [
    ...check('label', metadata.labels, MANAGED_BY, 'Helm'),
    ...check('annotation', metadata.annotations, RELEASE_NAME, name),
    ...check('annotation', metadata.annotations, RELEASE_NAMESPACE, namespace),
  ];
}
