import type { Workload } from '@slipway/kinds';
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
