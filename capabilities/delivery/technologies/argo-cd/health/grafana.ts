import type { AnyObject } from '@slipway/api';
import { byConditions, conditionsOf } from './by-conditions.ts';
import type { Health, HealthRule } from './types.ts';
import { progressing } from './waiting.ts';

function grafana(object: AnyObject): Health {
  const { stage = '', stageStatus } = (object.status ?? {}) as { stage?: string; stageStatus?: string };
  if (stageStatus === undefined) return progressing('Waiting for Grafana status info');
  if (stageStatus === 'failed') return { status: 'Degraded', message: `Failed at stage ${stage}` };
  if (stage === 'complete' && stageStatus === 'success') return { status: 'Healthy', message: '' };
  return progressing(stage);
}

function datasource(object: AnyObject): Health {
  const { uid, NoMatchingInstances } = (object.status ?? {}) as {
    uid?: string;
    NoMatchingInstances?: boolean;
  };
  if (!object.status || uid === '') return progressing('');
  if (NoMatchingInstances) return { status: 'Degraded', message: "can't find matching grafana instance" };
  return { status: 'Healthy', message: '' };
}

/** All conditions are told, up to the first that is False. */
function told(object: AnyObject): Health {
  const conditions = conditionsOf(object) ?? [];
  const bad = conditions.findIndex(each => each.status === 'False');
  const counted = bad < 0 ? conditions : conditions.slice(0, bad + 1);
  const message = counted
    .map(
      ({ reason, type, message: why }) =>
        `${reason} for ${type}${why === undefined ? '' : ` because ${why}`}`,
    )
    .join(', ');
  if (bad >= 0) return { status: 'Degraded', message };
  const isGood = conditions.some(each => each.status === 'True');
  return { status: isGood ? 'Healthy' : 'Progressing', message };
}

export const GRAFANA: Record<string, HealthRule> = {
  'grafana.integreatly.org/Grafana': grafana,
  'grafana.integreatly.org/GrafanaDatasource': datasource,
  'grafana.integreatly.org/GrafanaDashboard': told,
  'grafana.integreatly.org/GrafanaFolder': told,
};

/** Every kind of the organizations' operator. */
export const grafanaOrganization = byConditions(
  [
    { type: 'Ready', status: 'True', health: 'Healthy' },
    { type: 'Ready', status: 'False', health: 'Degraded' },
    { type: 'Ready', health: 'Progressing' },
  ],
  progressing('Waiting ...'),
);
