import { type BuildEnvironment, substitute } from './build-environment.ts';
import type { KustomizeOptions } from './spec.ts';

type Kustomization = Record<string, unknown>;

interface Image {
  name: string;
  newName?: string;
  newTag?: string;
  digest?: string;
}

interface Label {
  pairs: Record<string, string>;
  includeSelectors?: boolean;
  includeTemplates?: boolean;
}

/**
 * A kustomization with the options of `spec.source.kustomize` in it, as Argo CD puts them there by `kustomize edit`.
 * `components` are those that exist.
 * @throws Error worded as `kustomize edit` words it
 */
export function editKustomization(
  kustomization: Kustomization,
  options: KustomizeOptions,
  environment: BuildEnvironment,
): Kustomization {
  const { namePrefix, nameSuffix, namespace } = options;
  const edited: Kustomization = {
    ...kustomization,
    ...(namePrefix ? { namePrefix } : {}),
    ...(nameSuffix ? { nameSuffix } : {}),
    ...(namespace ? { namespace } : {}),
  };
  const images = options.images.map(image => substitute(image, environment));
  if (images.length > 0) edited.images = setImages(listOf(edited.images) as Image[], images);
  if (options.replicas.length > 0) edited.replicas = setReplicas(listOf(edited.replicas), options.replicas);
  if (Object.keys(options.commonLabels).length > 0) addLabels(edited, options, environment);
  if (Object.keys(options.commonAnnotations).length > 0) addAnnotations(edited, options, environment);
  if (options.patches.length > 0) edited.patches = [...listOf(edited.patches), ...options.patches];
  const components = listOf(edited.components);
  const added = options.components.filter(each => !components.includes(each));
  if (added.length > 0) edited.components = [...components, ...added];
  return edited;
}

/** True when there is anything to put into a kustomization. */
export function hasEdits(options: KustomizeOptions): boolean {
  const { images, replicas, patches, components, commonLabels, commonAnnotations } = options;
  const texts = [options.namePrefix, options.nameSuffix, options.namespace];
  const lists = [
    images,
    replicas,
    patches,
    components,
    Object.keys(commonLabels),
    Object.keys(commonAnnotations),
  ];
  return texts.some(text => text !== '') || lists.some(list => list.length > 0);
}

/** `kustomize edit set image`: by name, sorted; `*` keeps what was there. */
function setImages(existing: Image[], given: string[]): Image[] {
  const images = new Map(given.map(text => [parseImage(text).name, parseImage(text)]));
  for (const before of existing) {
    const set = images.get(before.name);
    images.set(before.name, set ? kept(set, before) : before);
  }
  return [...images.values()]
    .map(image => kept(image, { name: image.name }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function kept(image: Image, before: Image): Image {
  const value = (field: 'newName' | 'newTag' | 'digest') =>
    image[field] === '*' ? before[field] : image[field];
  const [newName, newTag, digest] = [value('newName'), value('newTag'), value('digest')];
  return {
    name: image.name,
    ...(newName ? { newName } : {}),
    ...(newTag ? { newTag } : {}),
    ...(digest ? { digest } : {}),
  };
}

/** `name:tag`, `name=new:tag`, `name@digest`. */
function parseImage(text: string): Image {
  const equals = text.indexOf('=');
  const [key, value] = equals < 0 ? ['', text] : [text.slice(0, equals), text.slice(equals + 1)];
  const at = value.indexOf('@');
  const [named, digest] = at < 0 ? [value, ''] : [value.slice(0, at), value.slice(at + 1)];
  const colon = named.indexOf(':', Math.max(0, named.lastIndexOf('/')));
  const [name, tag] = colon < 0 ? [named, ''] : [named.slice(0, colon), named.slice(colon + 1)];
  if (name === text)
    throw new Error(
      `invalid format of image, use one of the following options:\n- <image>=<newimage>:<newtag>\n- <image>=<newimage>@<digest>\n- <image>=<newimage>\n- <image>:<newtag>\n- <image>@<digest>`,
    );
  const image = { ...(tag ? { newTag: tag } : {}), ...(digest ? { digest } : {}) };
  return key === '' ? { name, ...image } : { name: key, newName: name, ...image };
}

function setReplicas(existing: unknown[], given: { name: string; count: number }[]): unknown[] {
  const replicas = new Map(given.map(each => [each.name, each]));
  for (const each of existing as { name: string; count: number }[])
    if (!replicas.has(each.name)) replicas.set(each.name, each);
  return [...replicas.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function addLabels(edited: Kustomization, options: KustomizeOptions, environment: BuildEnvironment): void {
  const { commonLabels, forceCommonLabels, labelWithoutSelector, labelIncludeTemplates } = options;
  if (labelIncludeTemplates && !labelWithoutSelector)
    throw new Error('--without-selector flag must be specified for --include-templates to work');
  const wanted = Object.entries(commonLabels).map(
    ([key, value]) => [key, substitute(value, environment)] as const,
  );
  if (!labelWithoutSelector) {
    edited.commonLabels = withPairs(mapOf(edited.commonLabels), wanted, 'label', forceCommonLabels);
    return;
  }
  const labels = (listOf(edited.labels) as Label[]).map(each => ({ ...each, pairs: mapOf(each.pairs) }));
  const same = (each: Label) =>
    (each.includeSelectors ?? false) === false && (each.includeTemplates ?? false) === labelIncludeTemplates;
  const found = labels.find(same);
  const target = found ?? { pairs: {}, ...(labelIncludeTemplates ? { includeTemplates: true } : {}) };
  target.pairs = withPairs(target.pairs, wanted, 'label', forceCommonLabels);
  edited.labels = found ? labels : [...labels, target];
}

function addAnnotations(
  edited: Kustomization,
  options: KustomizeOptions,
  environment: BuildEnvironment,
): void {
  const { commonAnnotations, commonAnnotationsEnvsubst, forceCommonAnnotations } = options;
  const wanted = Object.entries(commonAnnotations).map(
    ([key, value]) => [key, commonAnnotationsEnvsubst ? substitute(value, environment) : value] as const,
  );
  const before = mapOf(edited.commonAnnotations);
  edited.commonAnnotations = withPairs(before, wanted, 'annotation', forceCommonAnnotations);
}

function withPairs(
  before: Record<string, string>,
  wanted: (readonly [string, string])[],
  kind: string,
  force: boolean,
): Record<string, string> {
  const taken = force ? undefined : wanted.find(([key]) => Object.hasOwn(before, key));
  if (taken) throw new Error(`${kind} ${taken[0]} already in kustomization file. Use --force to override.`);
  return { ...before, ...Object.fromEntries(wanted) };
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function mapOf(value: unknown): Record<string, string> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, string>)
    : {};
}
