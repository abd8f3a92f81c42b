import type { AnyObject } from '@slipway/api';
import { conditionsOf } from './by-conditions.ts';
import { byField } from './by-field.ts';
import type { Health, HealthRule } from './types.ts';
import { progressing } from './waiting.ts';

/** Zalando's operator. */
const postgresql = byField(
  'status.PostgresClusterStatus',
  [
    ['Running', 'Healthy', 'Running'],
    ['Creating', 'Progressing', 'Creating'],
    ['Updating', 'Progressing', 'Updating'],
  ],
  { status: 'Degraded', message: '{status.PostgresClusterStatus}' },
  progressing('Waiting for postgres cluster status...'),
);

const MONGO: Record<string, Health['status']> = {
  initializing: 'Progressing',
  ready: 'Healthy',
  error: 'Degraded',
  stopping: 'Progressing',
  paused: 'Suspended',
};

function percona(object: AnyObject): Health {
  if (!object.status) return { status: 'Unknown', message: 'Cluster status is unknown' };
  const { state, ready, size } = object.status as { state?: string; ready?: number; size?: number };
  return { status: MONGO[state ?? ''] ?? 'Unknown', message: `${ready}/${size} node(s) are ready` };
}

/** One condition that is False makes it wait; a failed one is the end. */
function mariadb(object: AnyObject): Health {
  const conditions = conditionsOf(object);
  if (!conditions) return progressing('No status info available');
  const bad = conditions.find(each => each.status === 'False');
  if (!bad) return { status: 'Healthy', message: conditions.at(-1)?.message ?? '' };
  return { status: bad.reason === 'Failed' ? 'Degraded' : 'Progressing', message: bad.message ?? '' };
}

/** Until it is ready, what its last condition says is said of it. */
function mariadbPart(object: AnyObject): Health {
  const conditions = conditionsOf(object) ?? [];
  const ready = conditions.find(each => each.type === 'Ready');
  if (!ready) return progressing(conditions.at(-1)?.message ?? 'No status info available');
  return { status: ready.status === 'True' ? 'Healthy' : 'Degraded', message: ready.message ?? '' };
}

function sqlJob(object: AnyObject): Health {
  const conditions = conditionsOf(object) ?? [];
  const done = conditions.find(
    each => ['JobComplete', 'JobFailed'].includes(each.reason ?? '') && each.status === 'True',
  );
  const told = done ?? conditions.at(-1);
  const message = told ? `${told.reason ?? ''} ${told.message ?? ''}` : 'No status info available';
  if (!done) return progressing(message);
  return { status: done.reason === 'JobComplete' ? 'Healthy' : 'Degraded', message };
}

const ELASTIC_PHASES: Record<string, Health['status']> = {
  ApplyingChanges: 'Progressing',
  MigratingData: 'Progressing',
  Invalid: 'Degraded',
};
const ELASTIC_COLOURS: Record<string, [Health['status'], string]> = {
  green: ['Healthy', 'Green'],
  yellow: ['Progressing', 'Yellow. Check the status of indices, replicas and shards'],
  red: ['Degraded', 'Red. Check the status of indices, replicas and shards'],
};
/** The words are upstream's. */
const ELASTIC_UNKNOWN: Health = {
  status: 'Unknown',
  message:
    'Elasticsearch Cluster status is unknown. Ensure your ArgoCD is current and then check for/file a bug report: https://github.com/argoproj/argo-cd/issues',
};

function elasticsearch(object: AnyObject): Health {
  const {
    availableNodes,
    phase = '',
    health = '',
  } = (object.status ?? {}) as {
    availableNodes?: number;
    phase?: string;
    health?: string;
  };
  const { nodeSets = [] } = (object.spec ?? {}) as { nodeSets?: { count: number }[] };
  const wanted = nodeSets.reduce((sum, { count }) => sum + count, 0);
  if (availableNodes === undefined || availableNodes > wanted || !health) return ELASTIC_UNKNOWN;
  if (availableNodes < wanted)
    return progressing(
      `The desired amount of availableNodes is ${wanted} but the current amount is ${availableNodes}`,
    );
  const inPhase = ELASTIC_PHASES[phase];
  if (inPhase) return { status: inPhase, message: `Elasticsearch phase is ${phase}` };
  const [status, text] = (phase === 'Ready' ? ELASTIC_COLOURS[health] : undefined) ?? [];
  return status ? { status, message: `Elasticsearch Cluster status is ${text}` } : ELASTIC_UNKNOWN;
}

export const DATABASES: Record<string, HealthRule> = {
  'acid.zalan.do/postgresql': postgresql,
  'psmdb.percona.com/PerconaServerMongoDB': percona,
  'mariadb.mmontes.io/MariaDB': mariadb,
  'k8s.mariadb.com/Grant': mariadbPart,
  'k8s.mariadb.com/User': mariadbPart,
  'k8s.mariadb.com/SqlJob': sqlJob,
  'elasticsearch.k8s.elastic.co/Elasticsearch': elasticsearch,
};
