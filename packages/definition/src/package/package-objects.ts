import { type AnyObject, SlipwayError } from '@slipway/api';
import {
  buildKustomization,
  folderReader,
  type GoValue,
  helmFunctions,
  loadChart,
  manifestsOfText,
  parseTemplates,
  plainManifests,
  plainObjects,
  RenderError,
  renderChart,
  type SourceReader,
} from '@slipway/render';
import type { SourceFile } from '../source-digest.ts';
import type { PackageDefinition, PackageForm } from './package-file.ts';
import { goValue, noChance } from './template-values.ts';

/** What a package is rendered with besides its files. */
export interface PackageSettings {
  parameters: Record<string, unknown>;
  environment?: string;
  namespace: string;
  platform: { name: string; domain: string; appsDomain: string };
  /** Kubernetes' version as charts see it; default: what `helm template` assumes. */
  kubeVersion?: string;
}

const MANIFEST = /\.(ya?ml|json)$/;

/**
 * The objects of a package, in the order they are applied: the same files and settings give the same objects. Nothing
 * is fetched, and nothing asks the time or chance.
 * @throws RenderError, ChartError, TemplateError with the file; SlipwayError HooksUnsupported, PackageEmpty
 */
export async function packageObjects(
  definition: PackageDefinition,
  files: SourceFile[],
  settings: PackageSettings,
): Promise<AnyObject[]> {
  const { name } = definition.metadata;
  const objects = await objectsOf(definition, files, settings);
  if (objects.length === 0)
    throw new SlipwayError('PackageEmpty', `package ${name}: it comes to no objects with these parameters`);
  const seen = new Set<string>();
  for (const { apiVersion, kind, metadata } of objects) {
    const id = [apiVersion.replace(/\/.*$/, ''), kind, metadata.namespace ?? '', metadata.name].join('/');
    if (!metadata.name) throw new SlipwayError('PackageInvalid', `package ${name}: a ${kind} without a name`);
    if (seen.has(id))
      throw new SlipwayError(
        'PackageInvalid',
        `package ${name}: ${kind} ${metadata.name} stands there twice`,
      );
    seen.add(id);
  }
  return inOrder(objects);
}

function objectsOf(definition: PackageDefinition, files: SourceFile[], settings: PackageSettings) {
  const { source } = definition.spec;
  const reader = folderReader(files.map(({ path, data }) => ({ name: path, data })));
  if ('manifests' in source) return plain(definition, reader, source.manifests);
  if ('templates' in source) return templated(definition, files, source.templates, settings);
  if ('kustomization' in source) return kustomized(source, reader, settings);
  if ('applications' in source) return applications(definition, reader, source.applications);
  return charted(definition, source, { reader, files, settings });
}

async function plain({ metadata }: PackageDefinition, reader: SourceReader, path: string) {
  const found = await plainManifests({ reader, path, recurse: true });
  if (!found)
    throw new SlipwayError('PackageInvalid', `package ${metadata.name}: there is no folder ${path}`);
  return found.filter(({ file }) => file !== 'package.yaml').map(({ object }) => object);
}

/** As idpbuilder: of a folder's own files only the Applications; whatever else stands there serves something else. */
async function applications({ metadata }: PackageDefinition, reader: SourceReader, path: string) {
  const found = await plainManifests({ reader, path });
  if (!found)
    throw new SlipwayError('PackageInvalid', `package ${metadata.name}: there is no folder ${path}`);
  return found
    .map(({ object }) => object)
    .filter(({ apiVersion, kind }) => /^argoproj\.io\//.test(apiVersion) && /^Application(Set)?$/.test(kind));
}

async function templated(
  definition: PackageDefinition,
  files: SourceFile[],
  folder: string,
  settings: PackageSettings,
): Promise<AnyObject[]> {
  const prefix = folder === '.' ? '' : `${folder.replace(/\/$/, '')}/`;
  const own = files.filter(({ path }) => path.startsWith(prefix) && /\.(ya?ml|json|tpl)$/.test(path));
  const texts = own.map(({ path, data }) => ({ name: path, text: new TextDecoder().decode(data) }));
  const set = parseTemplates(texts, { functions: templateFunctions(), missingKey: 'error' });
  const data = templateData(definition, settings);
  const written = texts
    .filter(({ name }) => MANIFEST.test(name))
    .map(({ name }) => ({
      path: name,
      text: set.execute(name, data),
    }));
  return plainObjects(written).map(({ object }) => object);
}

async function kustomized(
  source: Extract<PackageForm, { kustomization: string }>,
  reader: SourceReader,
  { environment }: PackageSettings,
): Promise<AnyObject[]> {
  const overlay = environment === undefined ? undefined : source.environments?.[environment];
  const options = { loadRestrictor: 'none' as const };
  return (await buildKustomization({ reader, path: overlay ?? source.kustomization, options })).objects;
}

async function charted(
  definition: PackageDefinition,
  source: Extract<PackageForm, { chart: string }>,
  { reader, files, settings }: { reader: SourceReader; files: SourceFile[]; settings: PackageSettings },
): Promise<AnyObject[]> {
  const { name } = definition.metadata;
  const rendered = renderChart({
    chart: await loadChart(reader, source.chart),
    values: { files: [{ name: 'parameters', text: valuesText(definition, source, files, settings) }] },
    release: { name, namespace: settings.namespace },
    ...(settings.kubeVersion ? { capabilities: { kubeVersion: settings.kubeVersion } } : {}),
    skipTests: true,
    ...noChance(`package ${name}`),
  });
  const hook = rendered.hooks.find(({ events }) => events.some(event => event !== 'test'));
  if (hook)
    throw new SlipwayError(
      'HooksUnsupported',
      `package ${name}: ${hook.source}: ${hook.kind} ${hook.name} is a hook (${hook.events.join(', ')}), and a package has none; turn it off by a parameter, or install the chart with slipway release install`,
    );
  const texts = [...rendered.crds, ...rendered.manifests];
  return texts.flatMap(each => manifestsOfText(each.content, each.source)).map(({ object }) => object);
}

/** JSON is YAML: parameters as they are, or what the package's own file makes of them. */
function valuesText(
  definition: PackageDefinition,
  { values }: Extract<PackageForm, { chart: string }>,
  files: SourceFile[],
  settings: PackageSettings,
): string {
  if (values === undefined) return JSON.stringify(settings.parameters);
  const file = files.find(({ path }) => path === values);
  if (!file) throw new RenderError('ManifestInvalid', values, 'there is no such file in the package');
  const text = new TextDecoder().decode(file.data);
  const options = { functions: templateFunctions(), missingKey: 'error' } as const;
  return parseTemplates([{ name: values, text }], options).execute(
    values,
    templateData(definition, settings),
  );
}

function templateFunctions() {
  return helmFunctions(noChance('package'));
}

function templateData(
  { metadata, spec }: PackageDefinition,
  { parameters, environment = '', namespace, platform }: PackageSettings,
): GoValue {
  const { name } = metadata;
  const { version } = spec;
  return goValue({ parameters, environment, namespace, platform, package: { name, version } });
}

/** What others of a package stand on comes first; everything else stays as the package has it. */
const FIRST = [
  'Namespace',
  'CustomResourceDefinition',
  'PriorityClass',
  'StorageClass',
  'ServiceAccount',
  'ClusterRole',
  'ClusterRoleBinding',
  'Role',
  'RoleBinding',
  'Secret',
  'ConfigMap',
  'PersistentVolume',
  'PersistentVolumeClaim',
];
/** These judge what comes after them, by Services that have to be there. */
const LAST = ['APIService', 'MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'];

function inOrder(objects: AnyObject[]): AnyObject[] {
  const rank = ({ kind }: AnyObject) => {
    if (LAST.includes(kind)) return FIRST.length + 1;
    const first = FIRST.indexOf(kind);
    return first < 0 ? FIRST.length : first;
  };
  return objects.toSorted((a, b) => rank(a) - rank(b));
}
