import type { AnyObject } from '@slipway/api';
import { parseYaml, plainManifests, RenderError, type SourceReader, sourceTypeOf } from '@slipway/render';

export const PIPELINE_FILE = '.slipway/pipeline.yaml';
/** Where the manifests of a service stand that is built. */
const DEPLOY_FOLDER = 'deploy';
/** Where those of one stand that is not; the first folder that has any. */
const MANIFEST_FOLDERS = [DEPLOY_FOLDER, 'manifests', 'k8s', 'kubernetes', '.'];
/** One of these in the root is made into an image (the builder knows what to do with it). */
const BUILT = ['Dockerfile', 'package.json', 'index.html', 'public'];
/** In the root for others to read. */
const NO_MANIFESTS = '{catalog-info,docker-compose,compose}.{yaml,yml}';

/** The repository's own pipeline, if it has one. @throws RenderError */
export async function ownPipeline(reader: SourceReader): Promise<AnyObject | undefined> {
  const data = await reader.read(PIPELINE_FILE);
  if (!data) return undefined;
  const documents = parseYaml(new TextDecoder().decode(data), PIPELINE_FILE);
  const objects = documents.map(({ value }) => value as Partial<AnyObject>);
  const workflow = objects.find(object => object.kind === 'Workflow');
  if (workflow) return workflow as AnyObject;
  const found = objects.map(({ kind }) => kind ?? 'something without a kind').join(', ') || 'nothing';
  throw new RenderError('ManifestInvalid', PIPELINE_FILE, `holds ${found}; a Workflow is expected`);
}

/** Objects of a built service's `deploy/` folder; none when it has no such folder. @throws RenderError */
export async function deployObjects(reader: SourceReader): Promise<AnyObject[]> {
  return objectsIn(reader, DEPLOY_FOLDER);
}

/**
 * Objects of a repository that holds manifests and nothing to build: they are delivered as they are.
 * Undefined: it has to be built. @throws RenderError
 */
export async function unbuiltObjects(reader: SourceReader): Promise<AnyObject[] | undefined> {
  const root = (await reader.list('')) ?? [];
  if (root.some(({ name }) => BUILT.includes(name) || name === '.slipway')) return undefined;
  for (const path of MANIFEST_FOLDERS) {
    const objects = await objectsIn(reader, path);
    if (objects.length > 0) return objects;
  }
  return undefined;
}

async function objectsIn(reader: SourceReader, path: string): Promise<AnyObject[]> {
  const { type, marker } = await sourceTypeOf(reader, path === '.' ? '' : path);
  if (type !== 'Directory')
    throw new RenderError(
      'SourceUnsupported',
      path === '.' ? `${marker}` : `${path}/${marker}`,
      `makes the folder a ${type} source, which is not supported yet; put plain manifests there`,
    );
  const manifests = (await plainManifests({ reader, path, exclude: NO_MANIFESTS })) ?? [];
  return manifests.map(({ object }) => object);
}

/** The first container's image that objects name: what people see of a service that was not built here. */
export function firstImage(objects: AnyObject[]): string | undefined {
  for (const object of objects) {
    const spec = object.spec as { template?: { spec?: PodSpec } } & PodSpec;
    const [container] = spec?.template?.spec?.containers ?? spec?.containers ?? [];
    if (container?.image) return container.image;
  }
  return undefined;
}

interface PodSpec {
  containers?: { image?: string }[];
}
