import type { ChangeRequest, TemplateRun, Workload } from '@slipway/kinds';
import { paths } from '../paths.ts';

/** Something about a service that wants a person. */
export interface Trouble {
  id: string;
  /** Of the vocabulary of health. */
  word: string;
  label: string;
  message: string | undefined;
  to: string;
}

const FAILED = ['Failed', 'Error'];
const UNWELL = ['Degraded'];

/** The newest pipeline that failed, and each environment where the service is degraded. */
export function troublesOf({ metadata, status }: Workload): Trouble[] {
  const { name = '', namespace = '' } = metadata;
  const { pipeline, environments = [] } = status ?? {};
  const failed =
    pipeline && FAILED.includes(pipeline.phase)
      ? [
          {
            id: `pipeline ${namespace}/${name}`,
            word: pipeline.phase,
            label: `Pipeline of ${name}`,
            message: pipeline.message,
            to: paths.workflow(namespace, pipeline.workflow),
          },
        ]
      : [];
  const unwell = environments
    .filter(({ health }) => health !== undefined && UNWELL.includes(health))
    .map(each => ({
      id: `environment ${namespace}/${name} ${each.name}`,
      word: each.health ?? 'Degraded',
      label: `${name} in ${each.name}`,
      message: each.message,
      to: paths.delivery(namespace, each.application),
    }));
  return [...failed, ...unwell];
}

/** Runs of templates that failed within these days are still told. */
const TOLD_MS = 3 * 24 * 3600 * 1000;

/** A run that failed lately, unless it was made good since. */
export function failedRun({ metadata, spec, status }: TemplateRun, now: number): Trouble[] {
  const { name = '', namespace = '' } = metadata;
  const ended = Date.parse(status?.finishedAt ?? '');
  if (status?.phase !== 'Failed' || !(now - ended < TOLD_MS)) return [];
  return [
    {
      id: `run ${namespace}/${name}`,
      word: 'Failed',
      label: `Run of ${spec.template}`,
      message: status.message,
      to: paths.run(namespace, name),
    },
  ];
}

/** A change that is open: somebody has to review it. */
export function openChange({ metadata, spec, status }: ChangeRequest): Trouble[] {
  if (status?.state !== 'open') return [];
  const { namespace = '' } = metadata;
  return [
    {
      id: `change ${namespace}/${metadata.name}`,
      word: 'Waiting',
      label: `${spec.title} (${spec.repository} #${spec.number})`,
      message: undefined,
      to: paths.change(namespace, spec.repository, spec.number),
    },
  ];
}
