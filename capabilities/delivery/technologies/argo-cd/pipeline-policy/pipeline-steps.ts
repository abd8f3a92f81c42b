/** A Workflow's spec as far as policies look at it. */
export interface PipelineSpec {
  entrypoint?: string;
  templates?: PipelineTemplate[];
  workflowTemplateRef?: { name?: string; clusterScope?: boolean };
}

export interface PipelineTemplate {
  name?: string;
  steps?: (PipelineCall[] | { steps?: PipelineCall[] })[];
  dag?: { tasks?: PipelineCall[] };
  resource?: { manifest?: string };
}

export interface PipelineCall {
  name?: string;
  template?: string;
  templateRef?: { name?: string; template?: string; clusterScope?: boolean };
  inline?: PipelineTemplate;
  when?: string;
  continueOn?: { error?: boolean; failed?: boolean };
  withItems?: unknown;
  withParam?: unknown;
  withSequence?: unknown;
}

/** A step that the pipeline comes to, with what would let the pipeline succeed without it. */
export interface Reached {
  name: string;
  /** The template in the same pipeline that it runs. */
  template?: PipelineTemplate;
  ref?: { name: string; template: string; clusterScope: boolean };
  loopholes: string[];
}

const MOST_STEPS = 1_000;
const MOST_DEPTH = 30;

/** Every step that is reached from the entry point, through steps and graphs, each way to it once. */
export function reachedSteps(spec: PipelineSpec): Reached[] {
  const templates = new Map((spec.templates ?? []).map(each => [each.name ?? '', each]));
  const reached: Reached[] = [];
  const walk = (template: PipelineTemplate | undefined, inherited: string[], depth: number): void => {
    if (!template || depth > MOST_DEPTH) return;
    for (const call of callsOf(template)) {
      if (reached.length >= MOST_STEPS) return;
      const next = call.inline ?? templates.get(call.template ?? '');
      const loopholes = [...inherited, ...loopholesOf(call)];
      const { name = '', template: named = '', clusterScope = false } = call.templateRef ?? {};
      reached.push({
        name: call.name ?? '',
        ...(next ? { template: next } : {}),
        ...(call.templateRef ? { ref: { name, template: named, clusterScope } } : {}),
        loopholes,
      });
      walk(next, loopholes, depth + 1);
    }
  };
  const entry = templates.get(spec.entrypoint ?? '');
  if (entry) reached.push({ name: spec.entrypoint ?? '', template: entry, loopholes: [] });
  walk(entry, [], 0);
  return reached;
}

function callsOf({ steps = [], dag }: PipelineTemplate): PipelineCall[] {
  return [
    ...steps.flatMap(group => (Array.isArray(group) ? group : (group.steps ?? []))),
    ...(dag?.tasks ?? []),
  ];
}

function loopholesOf(call: PipelineCall): string[] {
  const { name, when, continueOn, withItems, withParam, withSequence } = call;
  const isLoop = withParam !== undefined || withSequence !== undefined;
  const isEmpty = Array.isArray(withItems) && withItems.length === 0;
  return [
    ...(when === undefined ? [] : [`step ${name} runs only when ${JSON.stringify(when)}; take "when" away`]),
    ...(continueOn?.failed || continueOn?.error
      ? [`step ${name} may fail (continueOn); take "continueOn" away`]
      : []),
    ...(isLoop || isEmpty ? [`step ${name} is repeated over a list that may be empty`] : []),
  ];
}
