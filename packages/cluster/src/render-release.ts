import { type AnyObject, keyOf, keyText, SlipwayError } from '@slipway/api';
import type { ObjectPatch, Release, SourceFile } from '@slipway/definition';
import {
  buildKustomization,
  folderReader,
  loadChart,
  manifestsOfText,
  plainObjects,
  renderChart,
} from '@slipway/render';
import { patchObjects } from './patch-objects.ts';

/** What a chart's templates see of the cluster. */
export interface ClusterFacts {
  /** `v1.36.3` */
  version: string;
  /** Every `version` and `version/Kind` it serves; absent: what `helm template` assumes. */
  apiVersions?: string[];
}

export interface RenderInput {
  release: Pick<Release, 'form' | 'version'>;
  files: SourceFile[];
  /** Also the name of a chart's release. */
  component: string;
  namespace: string;
  values: Record<string, unknown>;
  patches: ObjectPatch[];
  cluster: ClusterFacts;
}

/** A tool's objects. `before` and `after` are a chart's hooks, in the order of their weights. */
export interface RenderedRelease {
  objects: AnyObject[];
  before: AnyObject[];
  after: AnyObject[];
}

/**
 * Objects of a release: the same input gives the same output, and nothing is read.
 * @throws ChartError, RenderError of what its files say; SlipwayError PatchUnused
 */
export async function renderRelease(input: RenderInput): Promise<RenderedRelease> {
  const rendered = await renderForm(input);
  const patched = patchObjects([...rendered.objects, ...rendered.before, ...rendered.after], input.patches);
  const count = rendered.objects.length;
  return {
    objects: patched.slice(0, count),
    before: patched.slice(count, count + rendered.before.length),
    after: patched.slice(count + rendered.before.length),
  };
}

function renderForm(input: RenderInput): Promise<RenderedRelease> | RenderedRelease {
  if (input.release.form === 'chart') return chartObjects(input);
  return input.release.form === 'manifests' ? manifestObjects(input) : kustomizedObjects(input);
}

async function chartObjects(input: RenderInput): Promise<RenderedRelease> {
  const { files, component, namespace, values, cluster } = input;
  const { apiVersions } = cluster;
  // As a folder: what its `.helmignore` names is none of it.
  const reader = folderReader(files.map(({ path, data }) => ({ name: path, data })));
  const rendered = renderChart({
    chart: await loadChart(reader, '.'),
    values: { files: [{ name: `values of ${component}`, text: JSON.stringify(values) }] },
    release: { name: component, namespace },
    capabilities: {
      kubeVersion: cluster.version,
      ...(apiVersions ? { apiVersions, onlyApiVersions: true } : {}),
    },
    skipTests: true,
  });
  const objectsIn = ({ content, source }: { content: string; source: string }) =>
    manifestsOfText(content, source).map(({ object }) => object);
  const hooks = rendered.hooks.toSorted((a, b) => a.weight - b.weight || (a.name < b.name ? -1 : 1));
  const having = (...events: string[]) =>
    hooks.filter(hook => hook.events.some(event => events.includes(event))).flatMap(objectsIn);
  return {
    objects: [...rendered.crds, ...rendered.manifests].flatMap(objectsIn),
    before: having('pre-install', 'pre-upgrade'),
    after: having('post-install', 'post-upgrade'),
  };
}

function manifestObjects({ files }: RenderInput): RenderedRelease {
  const texts = files
    .filter(({ path }) => /\.(ya?ml|json)$/.test(path))
    .map(({ path, data }) => ({ path, text: new TextDecoder().decode(data) }));
  const objects = plainObjects(texts).map(({ object }) => object);
  return { objects, before: [], after: [] };
}

async function kustomizedObjects({ files }: RenderInput): Promise<RenderedRelease> {
  const reader = folderReader(files.map(({ path, data }) => ({ name: path, data })));
  const built = await buildKustomization({ reader, path: '.' });
  return { objects: built.objects as AnyObject[], before: [], after: [] };
}

/** Two objects of one name would overwrite each other for ever. @throws SlipwayError ObjectTwice */
export function refuseTwice(objects: AnyObject[], component: string): void {
  const seen = new Set<string>();
  for (const object of objects) {
    const name = `${object.apiVersion.split('/')[0]} ${object.kind} ${keyText(keyOf(object))}`;
    if (seen.has(name))
      throw new SlipwayError(
        'ObjectTwice',
        `component ${component}: ${object.kind} ${keyText(keyOf(object))}: stands there twice; its release or the platform's patches have to say it once`,
      );
    seen.add(name);
  }
}
