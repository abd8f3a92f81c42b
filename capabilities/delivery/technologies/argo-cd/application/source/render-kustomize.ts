import { SlipwayError } from '@slipway/api';
import type { KustomizeInput, Manifest } from '@slipway/render';
import { fetchHttp, type HttpAnswer } from '@slipway/sources';
import { bringChart } from './bring-chart.ts';
import { hasEdits } from './kustomize-edits.ts';
import { RENDER_MS, type RenderContext } from './render-context.ts';
import { plainVersion } from './render-helm.ts';
import { type KustomizeTask, type KustomizeTaskResult, type Need, needKey } from './render-kustomize-task.ts';
import { chartRepositoryOf, refuseForeign } from './source-access.ts';

const module = new URL('./render-source-worker.ts', import.meta.url);
const MOST_ROUNDS = 50;
const FILE_BYTES = 16 * 1024 * 1024;

/**
 * Objects of a kustomization, and the paths they came from. What it names elsewhere is fetched between two builds: a
 * thread has no credentials.
 * @throws Error in kustomize's words
 */
export async function renderKustomize(
  tree: KustomizeTask['tree'],
  context: RenderContext,
): Promise<{ manifests: Manifest[]; reads: string[] }> {
  const { source, environment, ports } = context;
  const task: KustomizeTask = {
    tree,
    path: source.path,
    ...(source.kustomize && hasEdits(source.kustomize) ? { edits: source.kustomize } : {}),
    environment,
    options: await buildOptions(context),
    repositories: new Map(),
    files: new Map(),
    charts: new Map(),
  };
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const result = await ports.pool.run<KustomizeTaskResult>({
      module,
      task: 'renderKustomizeTask',
      input: task,
      timeoutMs: RENDER_MS,
    });
    if (result.needs.length === 0) return result;
    for (const need of result.needs) await bring(need, task, context);
  }
  throw new SlipwayError(
    'KustomizeTooLarge',
    `${source.path}: names more than ${MOST_ROUNDS} things that are elsewhere`,
  );
}

async function bring(need: Need, task: KustomizeTask, context: RenderContext): Promise<void> {
  const key = needKey(need);
  if (need.kind === 'repository') {
    const { url, ref } = need.remote;
    refuseForeign(url, context.source.repoURL);
    const request = { ...context.request, repoURL: url, targetRevision: ref ?? 'HEAD' };
    const revision = await context.git.resolve(request);
    task.repositories.set(key, (await context.git.open(request, revision)).tree);
  }
  if (need.kind === 'file') task.files.set(key, await fileOf(need.url, context));
  if (need.kind === 'chart') task.charts.set(key, await bringChart({ ...need, url: need.repo }, context));
}

async function fileOf(url: string, { access, source, request }: RenderContext): Promise<HttpAnswer> {
  refuseForeign(url, source.repoURL);
  const repository = await chartRepositoryOf(url, false, access);
  return fetchHttp(url, { access: repository.access, maxBytes: FILE_BYTES, signal: request.signal });
}

/** `kustomize.buildOptions` of argocd-cm. @throws SlipwayError KustomizeUnsupported naming the flag */
async function buildOptions({
  settings,
  capabilities,
  source,
}: RenderContext): Promise<NonNullable<KustomizeInput['options']>> {
  const options: NonNullable<KustomizeInput['options']> = {};
  const words = settings.kustomizeBuildOptions.split(/[\s=]+/).filter(word => word !== '');
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (word === '--enable-helm') options.enableHelm = true;
    else if (word === '--load-restrictor') options.loadRestrictor = restrictor(words[++at] ?? '');
    else if (word === '--enable-managedby-label') options.managedByLabel = true;
    else if (word === '--reorder') options.reorder = words[++at] === 'none' ? 'none' : 'legacy';
    else
      throw new SlipwayError(
        'KustomizeUnsupported',
        `ConfigMap argocd-cm: kustomize.buildOptions: ${JSON.stringify(word)} is not supported; allowed: --enable-helm, --load-restrictor, --enable-managedby-label, --reorder`,
      );
  }
  if (!options.enableHelm) return options;
  const { kubeVersion, apiVersions } = await capabilities();
  const { kustomize } = source;
  const given = kustomize?.apiVersions ?? [];
  return {
    ...options,
    helm: {
      kubeVersion: kustomize?.kubeVersion || plainVersion(kubeVersion),
      apiVersions: given.length > 0 ? given : apiVersions,
    },
  };
}

function restrictor(value: string): 'rootOnly' | 'none' {
  if (value === 'LoadRestrictionsNone') return 'none';
  if (value === 'LoadRestrictionsRootOnly' || value === 'rootOnly') return 'rootOnly';
  if (value === 'none') return 'none';
  throw new SlipwayError(
    'KustomizeUnsupported',
    `--load-restrictor ${JSON.stringify(value)}: allowed: LoadRestrictionsNone, LoadRestrictionsRootOnly`,
  );
}
