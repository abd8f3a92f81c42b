import { connect } from '../../connection.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { duration, EXIT, print } from '../../output.ts';
import { awaitLive, requireName } from '../../service.ts';
import { awaitTemplateRun, startTemplateRun } from '../../template-run.ts';

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
  const { template, name, set } = options;
  const timeoutMs = options.timeout * 1000;
  const values = { name, owner: options.team };
  const { client } = connection;
  const made = await startTemplateRun(client, { template, namespace, generateName: `${name}-`, values, set });
  await awaitTemplateRun(client, made, { started, timeoutMs });
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
