import { TemplateRun } from '@slipway/kinds';
import { type Connection, connect } from '../../connection.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { CommandError, duration, EXIT, print, say } from '../../output.ts';
import { awaitLive, requireName } from '../../service.ts';

interface Options extends GlobalOptions {
  template: string;
  name: string;
  set: string[];
  team: string;
  wait?: boolean;
  timeout: number;
}

/** Runs a golden-path template and, with `--wait`, waits for the live service. */
export async function run(options: Options): Promise<number> {
  requireName(options.name);
  const started = performance.now();
  const connection = await connect(options);
  const namespace = `team-${options.team}`;
  const made = await connection.client.create(TemplateRun, {
    apiVersion: 'slipway.dev/v1alpha1',
    kind: 'TemplateRun',
    metadata: { generateName: `${options.name}-`, namespace },
    spec: {
      template: options.template,
      values: { name: options.name, owner: options.team, ...valuesOf(options.set) },
    },
  });
  const timeoutMs = options.timeout * 1000;
  await awaitRun(connection, { namespace, name: made.metadata.name }, { started, timeoutMs });
  if (!options.wait) {
    print(
      options.output,
      { service: options.name, run: made.metadata.name },
      () => `${options.name}: made; slipway service list shows when it is live`,
    );
    return EXIT.done;
  }
  const report = await awaitLive(connection, { namespace, name: options.name }, { started, timeoutMs });
  const ms = Math.round(performance.now() - started);
  print(
    options.output,
    { ...report, ms },
    () =>
      `${options.name} is live after ${duration(ms)}: ${report.environments[0]?.url}\nclone it: git clone ${report.repository}`,
  );
  return EXIT.done;
}

function valuesOf(pairs: string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map(pair => {
      const at = pair.indexOf('=');
      if (at < 1)
        throw new CommandError(`--set ${JSON.stringify(pair)}: key=value is allowed`, {
          exitCode: EXIT.usage,
        });
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

async function awaitRun(
  { client }: Connection,
  key: { namespace: string; name: string },
  { started, timeoutMs }: { started: number; timeoutMs: number },
): Promise<void> {
  const told = new Set<string>();
  for (;;) {
    const { status } = await client.get(TemplateRun, key);
    for (const step of status?.steps ?? []) {
      const line = `${step.name || step.id}: ${step.phase}`;
      if (step.phase === 'Pending' || told.has(line)) continue;
      told.add(line);
      say(`${duration(performance.now() - started).padStart(8)}  ${line}`);
    }
    if (status?.phase === 'Succeeded') return;
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
