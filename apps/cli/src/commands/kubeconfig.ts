import { readFile } from 'node:fs/promises';
import { connect } from '../connection.ts';
import type { GlobalOptions } from '../global-options.ts';
import { EXIT } from '../output.ts';

/** Prints the kubeconfig whose user is local-admin, or, with `--person`, one that asks who is signed in. */
export async function run(options: GlobalOptions & { person?: boolean }): Promise<number> {
  const { platform } = await connect(options);
  const text = await readFile(platform.kubeconfig, 'utf8');
  process.stdout.write(options.person ? forPerson(text, platform.data) : text);
  return EXIT.done;
}

function forPerson(text: string, data: string): string {
  const config = JSON.parse(text);
  const exec = {
    apiVersion: 'client.authentication.k8s.io/v1',
    command: 'slipway',
    args: ['kubectl-credential', '--data', data],
    interactiveMode: 'Never',
    installHint: 'slipway has to be on PATH',
  };
  config.users = [{ name: 'person', user: { exec } }];
  for (const { context } of config.contexts) context.user = 'person';
  return `${JSON.stringify(config, undefined, 2)}\n`;
}
