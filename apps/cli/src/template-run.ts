import type { Stored } from '@slipway/api';
import type { Client } from '@slipway/client';
import { Secret, Template, TemplateRun } from '@slipway/kinds';
import { CommandError, duration, EXIT, say } from './output.ts';
import { withPairs } from './template-values.ts';

interface Start {
  /** Name, or `namespace/name` of a team's own. */
  template: string;
  namespace: string;
  generateName: string;
  values: Record<string, unknown>;
  /** `--set`, read as the template's form says. */
  set: string[];
  secrets?: Record<string, string>;
  keep?: boolean;
}

/** Creates a run; its secrets first, in a Secret that only the run reads. @throws CommandError, StatusError */
export async function startTemplateRun(client: Client, start: Start): Promise<Stored<TemplateRun>> {
  const { template, namespace, generateName, secrets = {} } = start;
  const [first = '', second] = template.split('/');
  const place =
    second === undefined ? { namespace: 'default', name: first } : { namespace: first, name: second };
  const found = await client.find(Template, place);
  if (!found)
    throw new CommandError(`template ${JSON.stringify(template)}: no such template`, {
      next: 'kubectl get templates.scaffolder.backstage.io -A',
    });
  const values = withPairs(start.values, start.set, found.spec.parameters);
  const kept = await keepSecrets(client, { namespace, generateName, secrets });
  try {
    return await client.create(TemplateRun, {
      apiVersion: 'slipway.dev/v1alpha1',
      kind: 'TemplateRun',
      metadata: { generateName, namespace },
      spec: {
        template,
        values,
        ...(kept ? { secrets: kept } : {}),
        ...(start.keep ? { onFailure: 'keep' as const } : {}),
      },
    });
  } catch (error) {
    if (kept) await client.delete(Secret, { namespace, name: kept }).catch(() => {});
    throw error;
  }
}

async function keepSecrets(
  client: Client,
  { namespace, generateName, secrets }: Required<Pick<Start, 'namespace' | 'generateName' | 'secrets'>>,
): Promise<string | undefined> {
  if (Object.keys(secrets).length === 0) return undefined;
  const metadata = { generateName, namespace };
  const made = await client.create(Secret, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata,
    stringData: secrets,
  });
  return made.metadata.name;
}

/** Tells each step on the way and gives the run at its end. @throws CommandError when it failed, or not in time */
export async function awaitTemplateRun(
  client: Client,
  { metadata }: Stored<TemplateRun>,
  { started, timeoutMs }: { started: number; timeoutMs: number },
): Promise<Stored<TemplateRun>> {
  const key = { namespace: metadata.namespace ?? '', name: metadata.name };
  const told = new Set<string>();
  for (;;) {
    const run = await client.get(TemplateRun, key);
    const { status } = run;
    for (const step of status?.steps ?? []) {
      const line = `${step.name || step.id}: ${step.phase}`;
      if (step.phase === 'Pending' || told.has(line)) continue;
      told.add(line);
      say(`${duration(performance.now() - started).padStart(8)}  ${line}`);
    }
    if (status?.phase === 'Succeeded') return run;
    if (status?.phase === 'Failed' || status?.phase === 'Cancelled' || status?.phase === 'Undone') {
      throw new CommandError(
        `template run ${key.name} ${status.phase.toLowerCase()}: ${status.message ?? 'no message'}`,
        {
          next: `kubectl get templaterun ${key.name} -n ${key.namespace} -o yaml`,
        },
      );
    }
    if (performance.now() - started > timeoutMs)
      throw new CommandError(`template run ${key.name}: not done after ${duration(timeoutMs)}`, {
        exitCode: EXIT.unhealthy,
      });
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}
