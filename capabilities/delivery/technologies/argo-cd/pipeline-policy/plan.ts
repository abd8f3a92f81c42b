import type { PipelinePolicy, PolicyException, PolicyVerdict, RequiredStep, Workload } from '@slipway/kinds';
import { type PipelineSpec, type Reached, reachedSteps } from './pipeline-steps.ts';

/** What a policy may select a service by. */
export interface Governed {
  team: string;
  service: string;
  labels: Record<string, string>;
  /** Templates that made it, languages of its files. */
  templates: string[];
  languages: string[];
}

export interface PipelineNode {
  displayName?: string;
  type?: string;
  phase?: string;
  templateName?: string;
  templateRef?: { name?: string; template?: string; clusterScope?: boolean };
  children?: string[];
}

/** A service's pipeline as it is written, and as it ran once it is over. */
export interface Evidence {
  /** Undefined: there is none, what the repository holds would be delivered as it is. */
  spec: PipelineSpec | undefined;
  /** Where it is written, for whoever has to change it. */
  where: string;
  nodes?: PipelineNode[];
  /** Why what ran is not the pipeline that the platform started. */
  foreign?: string;
  /** Commit statuses of the revision: context → state. */
  checks: Record<string, string>;
}

/** Whether a policy is about a service. */
export function isGoverned({ spec: { selects = {} } }: PipelinePolicy, service: Governed): boolean {
  const { teams, labels, templates, languages } = selects;
  const any = (wanted: string[] | undefined, found: string[]) =>
    wanted === undefined || wanted.some(each => found.includes(each));
  const hasLabels = Object.entries(labels ?? {}).every(([key, value]) => service.labels[key] === value);
  return (
    hasLabels &&
    any(teams, [service.team]) &&
    any(templates, service.templates) &&
    any(languages, service.languages)
  );
}

/** How a service stands to one policy. */
export function judge(
  policy: PipelinePolicy,
  service: Governed,
  evidence: Evidence,
  { exceptions, now }: { exceptions: PolicyException[]; now: number },
): PolicyVerdict {
  const name = policy.metadata.name ?? '';
  const exception = exceptionFor(name, service, exceptions, now);
  if (exception) {
    const { owner, reason, until } = exception.spec;
    const message = `excepted until ${until}, by ${owner}: ${reason}`;
    return { policy: name, verdict: 'Excepted', message, exception: exception.metadata.name ?? '', until };
  }
  const missing = missingFrom(policy, evidence);
  if (missing.length > 0) return { policy: name, verdict: 'NotMet', message: missing.join('\n') };
  const open = openChecks(policy, evidence);
  const pending = evidence.spec && !evidence.nodes && (policy.spec.steps ?? []).length > 0;
  if (open.length > 0)
    return { policy: name, verdict: evidence.nodes ? 'NotMet' : 'Pending', message: open.join('\n') };
  return { policy: name, verdict: pending ? 'Pending' : 'Met' };
}

/** The exception that counts now: for this policy and service, before its end; of several the last to end. */
function exceptionFor(
  policy: string,
  { team, service }: Governed,
  exceptions: PolicyException[],
  now: number,
): PolicyException | undefined {
  return exceptions
    .filter(({ spec }) => spec.policy === policy && spec.service === `${team}/${service}`)
    .filter(({ spec }) => Date.parse(spec.until) > now)
    .sort((a, b) => Date.parse(b.spec.until) - Date.parse(a.spec.until))[0];
}

function missingFrom({ spec: { steps = [] } }: PipelinePolicy, evidence: Evidence): string[] {
  if (steps.length === 0) return [];
  const { spec, nodes, foreign, where } = evidence;
  if (!spec) return steps.map(step => `${asked(step)}: there is no pipeline; ${toAdd(step, where)}`);
  if (foreign) return [foreign];
  const reached = reachedSteps(spec);
  return steps.flatMap(step => {
    const fitting = reached.filter(each => fits(step, each));
    if (fitting.length === 0) return [`${asked(step)}, which ${where} does not have; ${toAdd(step, where)}`];
    const sure = fitting.filter(({ loopholes }) => loopholes.length === 0);
    if (sure.length === 0) return [`${asked(step)}, and in ${where} ${fitting[0]?.loopholes.join('; ')}`];
    if (nodes && !sure.some(each => ranToItsEnd(each, nodes)))
      return [`${asked(step)}, which did not run to its end in this pipeline`];
    return [];
  });
}

function fits({ name, action, from }: RequiredStep, { name: called, template, ref }: Reached): boolean {
  const isNamed = name === undefined || name === called || name === template?.name || name === ref?.template;
  const builds = /^\s*kind:\s*["']?Build["']?\s*$/m.test(template?.resource?.manifest ?? '');
  const isFrom =
    from === undefined ||
    (ref?.clusterScope === true &&
      ref.name === from.clusterWorkflowTemplate &&
      ref.template === from.template);
  return isNamed && (action === undefined || builds) && isFrom;
}

/** A retried or repeated step has a node of its own name, or one for each item. */
function ranToItsEnd({ name, ref }: Reached, nodes: PipelineNode[]): boolean {
  const own = nodes.filter(
    ({ displayName = '', templateRef }) =>
      (displayName === name || displayName.startsWith(`${name}(`)) &&
      (!ref || (templateRef?.name === ref.name && templateRef.template === ref.template)),
  );
  return own.some(({ phase, type }) => phase === 'Succeeded' && type !== 'Skipped');
}

function openChecks({ spec: { checks = [] } }: PipelinePolicy, { checks: found }: Evidence): string[] {
  return checks
    .filter(context => found[context] !== 'success')
    .map(context => {
      const state = found[context];
      const now = state ? `it is ${state}` : 'nobody reported it';
      return `check ${JSON.stringify(context)} has to be success for this revision; ${now}`;
    });
}

function asked({ name, action, from, because }: RequiredStep): string {
  const what = [
    ...(name ? [JSON.stringify(name)] : []),
    ...(action === 'image-build' ? ['that builds the image'] : []),
    ...(from
      ? [`from ClusterWorkflowTemplate ${from.clusterWorkflowTemplate}, template ${from.template}`]
      : []),
  ];
  return `a step ${what.join(' ')} is asked for${because ? ` (${because})` : ''}`;
}

function toAdd(step: RequiredStep, where: string): string {
  return `add to ${where}:\n${(step.snippet ?? exampleOf(step)).trimEnd()}`;
}

/** What adds the step, as far as it can be told without knowing the service. */
function exampleOf({ name, action, from }: RequiredStep): string {
  const called = name ?? (action === 'image-build' ? 'build' : (from?.template ?? 'step'));
  if (from)
    return [
      `- - name: ${called}`,
      '    templateRef:',
      `      name: ${from.clusterWorkflowTemplate}`,
      `      template: ${from.template}`,
      '      clusterScope: true',
    ].join('\n');
  const body =
    action === 'image-build'
      ? [
          '  resource:',
          '    action: create',
          '    manifest: …   # a Build; see ClusterWorkflowTemplate slipway-build',
        ]
      : ['  container:', '    image: node:24', `    command: [npm, run, ${called}]`];
  const lines = [
    `- - name: ${called}`,
    `    template: ${called}`,
    '# and below templates:',
    `- name: ${called}`,
  ];
  return [...lines, ...body].join('\n');
}

/** What people are told when policies keep a revision from being delivered; undefined: nothing does. */
export function refusalOf(verdicts: PolicyVerdict[]): string | undefined {
  const failed = verdicts.filter(({ verdict }) => verdict === 'NotMet');
  if (failed.length === 0) return undefined;
  return failed.map(({ policy, message }) => `policy ${policy}: ${message}`).join('\n');
}

/**
 * What keeps the newest revision from being promoted: a policy that came after it was delivered counts for the next
 * environment. Older revisions were judged when they came; a rollback brings back what ran there before.
 */
export function promotionRefusal(
  { status }: Workload,
  target: { revision: string; rollback?: boolean },
): string | undefined {
  if (target.rollback || status?.revision !== target.revision) return undefined;
  const refusal = refusalOf(status.policies ?? []);
  return refusal && `it is not promoted: ${refusal}`;
}

const LANGUAGES: [RegExp, string][] = [
  [/^package\.json$/, 'node'],
  [/^go\.mod$/, 'go'],
  [/^(pom\.xml|build\.gradle(\.kts)?)$/, 'java'],
  [/^(pyproject\.toml|requirements\.txt|setup\.py)$/, 'python'],
  [/^Cargo\.toml$/, 'rust'],
  [/^Gemfile$/, 'ruby'],
  [/\.(csproj|sln)$/, 'dotnet'],
];

/** Languages by the files in a repository's root. */
export function languagesOf(files: string[]): string[] {
  return LANGUAGES.filter(([pattern]) => files.some(file => pattern.test(file))).map(
    ([, language]) => language,
  );
}
