import { connect } from '../../connection.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { duration, EXIT, print } from '../../output.ts';
import { awaitTemplateRun, startTemplateRun } from '../../template-run.ts';
import { readValues } from '../../template-values.ts';

interface Options extends GlobalOptions {
  values?: string;
  set: string[];
  secrets?: string;
  team: string;
  keep?: boolean;
  timeout: number;
}

/** Runs a template of the platform and prints what it made. */
export async function run(options: Options, [template = '']: string[]): Promise<number> {
  const started = performance.now();
  const values = await readValues(options.values);
  const secrets = (await readValues(options.secrets)) as Record<string, string>;
  const { client } = await connect(options);
  const generateName = `${template.split('/').at(-1)}-`;
  const { set, keep = false } = options;
  const start = { template, namespace: `team-${options.team}`, generateName, values, set, secrets, keep };
  const made = await startTemplateRun(client, start);
  const done = await awaitTemplateRun(client, made, { started, timeoutMs: options.timeout * 1000 });
  const { inventory = [], output = {} } = done.status ?? {};
  const ms = Math.round(performance.now() - started);
  print(options.output, { run: done.metadata.name, inventory, output, ms }, () =>
    [
      ...inventory.map(
        ({ kind, namespace, name }) => `made ${kind} ${namespace ? `${namespace}/` : ''}${name}`,
      ),
      ...(output.links ?? []).map(({ title, url, entityRef }) => `${title ?? ''}: ${url ?? entityRef ?? ''}`),
      `${done.metadata.name}: done after ${duration(ms)}`,
    ].join('\n'),
  );
  return EXIT.done;
}
