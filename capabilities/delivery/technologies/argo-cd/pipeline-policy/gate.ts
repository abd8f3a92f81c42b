import { type AnyObject, hasReason, type Kind, type KubeObject, type Stored } from '@slipway/api';
import {
  ClusterWorkflowTemplate,
  CommitStatus,
  PipelinePolicy,
  PolicyException,
  type PolicyVerdict,
  SPEC_BY,
  TemplateRun,
} from '@slipway/kinds';
import type { SourceReader } from '@slipway/render';
import { type Look, pathOf } from '../workload/look.ts';
import { PIPELINE_FILE } from '../workload/own-files.ts';
import type { PipelineSpec } from './pipeline-steps.ts';
import { type Evidence, type Governed, isGoverned, judge, languagesOf, type PipelineNode } from './plan.ts';

/** As who delivery starts pipelines. */
const DELIVERY = 'system:serviceaccount:slipway-system:argo-cd';

/** What the pipeline of a revision is, before it runs, or the run itself; `none`: there is no pipeline. */
export type Subject = { own: AnyObject | undefined } | { workflow: AnyObject } | 'none';

/** How the service stands to every policy that governs it; empty when none does. */
export async function verdictsOn(look: Look, subjectOf: () => Promise<Subject>): Promise<PolicyVerdict[]> {
  const { context } = look;
  const policies = context.cache(PipelinePolicy).list();
  if (policies.length === 0) return [];
  const service = await governedBy(look, policies);
  const governing = policies
    .filter(policy => isGoverned(policy, service))
    .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  if (governing.length === 0) return [];
  const evidence = await evidenceOf(look, await subjectOf());
  const exceptions = context.cache(PolicyException).list();
  const at = { exceptions, now: context.clock.now() };
  return governing.map(policy => judge(policy, service, evidence, at));
}

/** For a status: nothing where nothing governs the service and nothing did. */
export function policiesIn(look: Look, policies: PolicyVerdict[]): { policies?: PolicyVerdict[] } {
  return policies.length > 0 || look.workload.status?.policies ? { policies } : {};
}

/** How long what was judged holds: until the first exception ends. */
export function holdsFor(verdicts: PolicyVerdict[], now: number): number | undefined {
  const ends = verdicts.flatMap(({ until }) => (until ? [Date.parse(until) - now] : []));
  return ends.length > 0 ? Math.max(1_000, Math.min(...ends, 24 * 3_600_000)) : undefined;
}

/** Reads only what some policy selects by. */
async function governedBy(look: Look, policies: PipelinePolicy[]): Promise<Governed> {
  const { workload, team, git, revision } = look;
  const asks = (field: 'templates' | 'languages') => policies.some(({ spec }) => spec.selects?.[field]);
  return {
    team,
    service: workload.metadata.name,
    labels: workload.metadata.labels ?? {},
    templates: asks('templates') ? await templatesOf(look) : [],
    languages: asks('languages') ? languagesOf(await rootOf(git.reader(pathOf(look), revision))) : [],
  };
}

async function rootOf(reader: SourceReader): Promise<string[]> {
  return ((await reader.list('')) ?? []).map(({ name }) => name);
}

async function templatesOf({ workload, context }: Look): Promise<string[]> {
  const { name, namespace = '' } = workload.metadata;
  const { items } = await context.client.list(TemplateRun, { namespace }).catch(noSuchKind<TemplateRun>);
  return items
    .filter(({ status }) => status?.inventory?.some(made => made.kind === 'Workload' && made.name === name))
    .map(({ spec }) => spec.template.replace(/^.*\//, ''));
}

async function evidenceOf(look: Look, subject: Subject): Promise<Evidence> {
  const checks = await checksOf(look);
  if (subject === 'none') return { spec: undefined, where: PIPELINE_FILE, checks };
  if ('own' in subject) {
    const spec = subject.own?.spec as PipelineSpec | undefined;
    return { spec: await withTemplate(look, spec), where: PIPELINE_FILE, checks };
  }
  const { workflow } = subject;
  const status = (workflow.status ?? {}) as { phase?: string; nodes?: Record<string, PipelineNode> };
  const foreign = foreignBecause(look, workflow);
  return {
    spec: await withTemplate(look, workflow.spec as PipelineSpec),
    where: PIPELINE_FILE,
    ...(status.phase === 'Succeeded' ? { nodes: Object.values(status.nodes ?? {}) } : {}),
    ...(foreign ? { foreign } : {}),
    checks,
  };
}

/** A pipeline that only names a template is that template; without a file it is the platform's own. */
async function withTemplate(
  { context, workload }: Look,
  spec: PipelineSpec | undefined,
): Promise<PipelineSpec> {
  const ref = spec ? spec.workflowTemplateRef : { name: 'slipway-build', clusterScope: true };
  if (!ref?.name) return spec ?? {};
  const kind: Kind<AnyObject> = ref.clusterScope ? ClusterWorkflowTemplate : NAMESPACED_TEMPLATE;
  const namespace = ref.clusterScope ? {} : { namespace: workload.metadata.namespace ?? '' };
  const found = await context.client.find(kind, { name: ref.name, ...namespace });
  return { ...(found?.spec as PipelineSpec | undefined), ...spec };
}

const NAMESPACED_TEMPLATE: Kind<AnyObject> = {
  group: 'argoproj.io',
  version: 'v1alpha1',
  kind: 'WorkflowTemplate',
  plural: 'workflowtemplates',
  namespaced: true,
};

/** A run that somebody else wrote, or of another commit, says nothing about this one. */
function foreignBecause({ revision }: Look, { metadata, spec }: AnyObject): string | undefined {
  const by = metadata.annotations?.[SPEC_BY];
  const author = by ? (JSON.parse(by) as { username?: string }).username : undefined;
  if (author !== undefined && author !== DELIVERY)
    return `pipeline ${metadata.name} was written by ${author}, not by the platform from ${PIPELINE_FILE}; delete it, and it is started again`;
  const parameters = (spec?.arguments as { parameters?: { name: string; value?: unknown }[] } | undefined)
    ?.parameters;
  const ran = parameters?.find(({ name }) => name === 'revision')?.value;
  return ran === revision
    ? undefined
    : `pipeline ${metadata.name} ran for ${String(ran)}, not for ${revision}`;
}

async function checksOf({ repository, revision, context }: Look): Promise<Record<string, string>> {
  const wanted = context
    .cache(PipelinePolicy)
    .list()
    .some(({ spec }) => (spec.checks ?? []).length > 0);
  if (!wanted) return {};
  const { namespace = '', name } = repository.metadata;
  const { items } = await context.client.list(CommitStatus, { namespace }).catch(noSuchKind<CommitStatus>);
  const own = items.find(({ spec }) => spec.repository === name && spec.revision === revision);
  return Object.fromEntries(
    (own?.spec.checks ?? []).map(({ context: about, state }) => [about, String(state)]),
  );
}

/** A platform without a Git server that knows checks, or without templates, has none of them. */
function noSuchKind<T extends KubeObject>(error: unknown): { items: Stored<T>[] } {
  if (!hasReason(error, 'NotFound')) throw error;
  return { items: [] };
}
