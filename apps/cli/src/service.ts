import type { Stored } from '@slipway/api';
import { Workload } from '@slipway/kinds';
import type { RunningPlatform } from '@slipway/platform';
import type { Connection } from './connection.ts';
import { CommandError, duration, EXIT, say } from './output.ts';
import { podTrouble } from './pod-trouble.ts';

/** A service as `create`, `import` and `list` print it. */
export interface ServiceReport {
  service: string;
  team: string;
  repository: string;
  environments: { name: string; url: string; image?: string; healthy: boolean; health?: string }[];
  runs: { workflow: string; revision: string; phase: string; message?: string }[];
  message?: string;
}

export function serviceOf(workload: Stored<Workload>, platform: RunningPlatform): ServiceReport {
  const { status } = workload;
  const team = (workload.metadata.namespace ?? '').replace(/^team-/, '');
  const waiting = status?.conditions?.find(condition => condition.status === 'False');
  return {
    service: workload.metadata.name,
    team,
    repository: `${platform.git}/${team}/${workload.spec.repository}.git`,
    environments: (status?.environments ?? []).map(({ name, url, image, healthy, health }) => ({
      name,
      url,
      healthy,
      ...(image ? { image } : {}),
      ...(health ? { health } : {}),
    })),
    runs: status?.pipeline
      ? [
          {
            workflow: status.pipeline.workflow,
            revision: status.pipeline.revision,
            phase: status.pipeline.phase,
            ...(status.pipeline.message ? { message: status.pipeline.message } : {}),
          },
        ]
      : [],
    ...(waiting ? { message: waiting.message } : {}),
  };
}

const DNS_LABEL = /^[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?$/;

/** @throws CommandError when a name cannot be a host name's label */
export function requireName(name: string): void {
  if (DNS_LABEL.test(name)) return;
  throw new CommandError(
    `service name ${JSON.stringify(name)}: it becomes part of a host name; allowed are up to 40 lower-case letters, digits and "-", not at the ends`,
    { exitCode: EXIT.usage },
  );
}

/** Waits until the first environment answers at its URL, telling each change on the way. */
export async function awaitLive(
  connection: Connection,
  key: { namespace: string; name: string },
  options: { timeoutMs: number; started: number },
): Promise<ServiceReport> {
  const deadline = options.started + options.timeoutMs;
  let last = '';
  for (;;) {
    const workload = await connection.client.find(Workload, key);
    const step = workload ? stepOf(workload) : 'waiting for the service to appear';
    if (step !== last) say(`${duration(performance.now() - options.started).padStart(8)}  ${step}`);
    last = step;
    if (workload) {
      requireNotFailed(workload, key.name);
      const report = serviceOf(workload, connection.platform);
      const [first] = report.environments;
      if (first?.healthy && first.image && (await answers(connection, first.url))) return report;
    }
    if (performance.now() > deadline) {
      throw await notLive(connection, key, `after ${duration(options.timeoutMs)}: ${step}`);
    }
    await new Promise(resolve => setTimeout(resolve, 100));
  }
}

/** The cause lies with the pods, most of the time. */
async function notLive(
  { client }: Connection,
  { namespace, name }: { namespace: string; name: string },
  symptom: string,
): Promise<CommandError> {
  const [first] = (await client.find(Workload, { namespace, name }))?.status?.environments ?? [];
  const place = first && `${namespace.replace(/^team-/, '')}-${first.name}`;
  const cause = place && (await podTrouble(client, place, name).catch(() => undefined));
  return new CommandError(`${name} is not live ${symptom}${cause ? `; ${cause}` : ''}`, {
    exitCode: EXIT.unhealthy,
    next: cause
      ? `kubectl describe pods -n ${place}, or slipway service logs ${name}`
      : `kubectl describe workload ${name} -n ${namespace}`,
  });
}

function stepOf(workload: Workload): string {
  const { status } = workload;
  const waiting = status?.conditions?.find(condition => condition.status === 'False');
  if (!status?.pipeline) return waiting?.message ?? 'waiting for the first push';
  const { phase, workflow } = status.pipeline;
  if (phase !== 'Succeeded') return `pipeline ${workflow}: ${phase}`;
  const [first] = status.environments ?? [];
  if (!first?.image) return 'pipeline succeeded; delivering';
  return `${first.name}: ${first.health ?? 'Progressing'}${first.message ? ` (${first.message})` : ''}`;
}

/** Reasons that time does not mend: somebody has to change the service or push. */
const FINAL = ['NameTaken', 'WrongNamespace', 'EnvironmentUnknown', 'ManifestsInvalid', 'NoImage'];

function requireNotFailed(workload: Workload, name: string): void {
  const final = workload.status?.conditions?.find(({ reason }) => FINAL.includes(reason ?? ''));
  if (final) throw new CommandError(`${name}: ${final.message}`);
  const pipeline = workload.status?.pipeline;
  if (!pipeline || !['Failed', 'Error'].includes(pipeline.phase)) return;
  throw new CommandError(
    `${name}: pipeline ${pipeline.workflow} ${pipeline.phase.toLowerCase()}: ${pipeline.message ?? 'no message'}`,
    {
      next: `kubectl get workflow ${pipeline.workflow} -n ${workload.metadata.namespace} -o yaml`,
    },
  );
}

async function answers(connection: Connection, url: string): Promise<boolean> {
  const answer = await connection.fetch(url).catch(() => undefined);
  return answer !== undefined && answer.status < 500;
}
