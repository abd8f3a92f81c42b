import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type AnyObject, hasReason, type Kind } from '@slipway/api';
import { createClient } from '@slipway/client';
import { loadKubeconfig, nodeTransport } from '@slipway/client/node';
import { parseYaml } from '@slipway/render';
import type { GlobalOptions } from '../../global-options.ts';
import { setupOfObjects } from '../../import-idpbuilder/cluster-objects.ts';
import { setupOfCommand } from '../../import-idpbuilder/command-line.ts';
import type { Setup } from '../../import-idpbuilder/setup.ts';
import { importOf, writeImport } from '../../import-idpbuilder/write-import.ts';
import { CommandError, columns, EXIT, print } from '../../output.ts';
import { readInput } from '../../standard-input.ts';

interface Options extends GlobalOptions {
  command?: string;
  from?: string;
  kubeconfig?: string;
  folder: string;
  dryRun?: boolean;
}

/** Turns a setup of idpbuilder into a definition, its packages, and a report of what became of each part. */
export async function run(options: Options): Promise<number> {
  const setup = await setupOf(options);
  const made = await importOf(setup);
  const folder = resolve(options.folder);
  if (!options.dryRun) await writeImport(made, folder);
  const { findings, packages, files } = made;
  const names = files.map(({ path }) => path);
  print(options.output, { folder, files: names, packages, findings, written: !options.dryRun }, () =>
    [
      columns([
        ['OUTCOME', 'WHAT', 'HOW'],
        ...findings.map(({ what, outcome, how }) => [outcome, what, how]),
      ]),
      '',
      options.dryRun
        ? `would write ${names.length} files`
        : `wrote ${names.length} files in ${folder}; import-report.md says the same\nnext: slipway up -f ${folder}/platform.yaml`,
    ].join('\n'),
  );
  return EXIT.done;
}

async function setupOf({ command, from, kubeconfig }: Options): Promise<Setup> {
  const given = [command, from, kubeconfig].filter(each => each !== undefined);
  if (given.length === 0)
    throw new CommandError('from where? name one of --command, --from, --kubeconfig', {
      exitCode: EXIT.usage,
    });
  const ofCommand = command === undefined ? undefined : setupOfCommand(command);
  if (from === undefined && kubeconfig === undefined) return ofCommand ?? setupOfCommand('');
  const objects = from === undefined ? await liveObjects(kubeconfig ?? '') : await dumpedObjects(from);
  const ofCluster = setupOfObjects(objects);
  return ofCommand ? both(ofCluster, ofCommand) : ofCluster;
}

/** The cluster says what is; the command line what was said beside: extra ports, the Kind configuration. */
function both(cluster: Setup, command: Setup): Setup {
  const places = new Set(cluster.packages.map(({ place }) => place));
  return {
    ...command,
    ...cluster,
    packages: [
      ...cluster.packages,
      ...command.packages.filter(({ place }) => !places.has(resolve(place)) && !places.has(place)),
    ],
    customizations: cluster.customizations.length > 0 ? cluster.customizations : command.customizations,
    findings: [...cluster.findings, ...command.findings],
  };
}

async function dumpedObjects(file: string): Promise<AnyObject[]> {
  const text = file === '-' ? await readInput() : await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) throw new CommandError(`${file}: cannot be read`, { exitCode: EXIT.usage });
  const documents = parseYaml(text, file).map(({ value }) => value as AnyObject & { items?: AnyObject[] });
  return documents.flatMap(each => (Array.isArray(each.items) ? each.items : [each]));
}

const KINDS: Kind[] = [
  ['Localbuild', 'localbuilds', false] as const,
  ['CustomPackage', 'custompackages', true] as const,
  ['GitRepository', 'gitrepositories', true] as const,
].map(([kind, plural, namespaced]) => ({
  group: 'idpbuilder.cnoe.io',
  version: 'v1alpha1',
  kind,
  plural,
  namespaced,
}));

async function liveObjects(kubeconfig: string): Promise<AnyObject[]> {
  const client = createClient(nodeTransport(await loadKubeconfig(kubeconfig)));
  const objects: AnyObject[] = [];
  for (const kind of KINDS) {
    const { items } = await client.list(kind).catch(error => {
      if (!hasReason(error, 'NotFound')) throw error;
      throw new CommandError(
        `the cluster of ${kubeconfig} has no ${kind.plural}.${kind.group}: idpbuilder did not make it`,
      );
    });
    const apiVersion = `${kind.group}/${kind.version}`;
    objects.push(...items.map(each => ({ ...each, apiVersion, kind: kind.kind }) as AnyObject));
  }
  return objects;
}
