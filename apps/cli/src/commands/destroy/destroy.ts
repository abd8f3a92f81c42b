import { createInterface } from 'node:readline/promises';
import { systemClock } from '@slipway/api';
import { type ClusterPlan, destroyCluster, type Going, goingText, whatGoes } from '@slipway/cluster';
import { removePackage } from '@slipway/definition';
import { wireTools } from '@slipway/platform';
import type { Cluster } from '../../cluster/open-cluster.ts';
import { platformAuthority, trustingHttp } from '../../cluster/platform-authority.ts';
import { withCluster } from '../../cluster/with-cluster.ts';
import { selectFile } from '../../definition-source.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { CommandError, EXIT, print, say } from '../../output.ts';
import { packagesGoing } from '../../package/definition-packages.ts';

interface Options extends GlobalOptions {
  file: string;
  yes?: string;
  dryRun?: boolean;
  abandon?: boolean;
  timeout: number;
}

/** Takes a platform from its cluster, once its name has been typed. */
export async function run(options: Options): Promise<number> {
  const { file } = options;
  const selection = await selectFile(file);
  if (selection.ground !== 'kubernetes')
    throw new CommandError(`${file}: its target is this machine`, {
      exitCode: EXIT.usage,
      next: 'slipway down',
    });
  return withCluster(selection, file, cluster => destroyOn(cluster, options));
}

async function destroyOn(
  cluster: Cluster,
  { yes, dryRun, abandon, timeout, output }: Options,
): Promise<number> {
  const { client, selection } = cluster;
  const platform = selection.name;
  const plan = await planIfThere(cluster);
  const order = plan?.components.map(({ id }) => id) ?? selection.components.map(each => each.technology.id);
  const packages = await packagesGoing(client);
  const going = await whatGoes(client, platform, order);
  if (dryRun) {
    print(output, { packages, ...listOf(going) }, () => goingLines(platform, packages, going).join('\n'));
    return EXIT.done;
  }
  for (const line of goingLines(platform, packages, going)) say(line);
  await confirm(platform, yes);
  // While the kinds of their objects, and their own inventories, are still there.
  for (const name of packages) await removePackage(client, name, { deleteData: true });
  const destroyed = await destroyCluster({
    client,
    clock: systemClock,
    platform,
    order,
    timeoutMs: timeout * 1000,
    say,
    ...(abandon ? { abandon } : {}),
    ...(plan
      ? { beside: wireTools(client, selection, plan, trustingHttp(platformAuthority(client, selection))) }
      : {}),
  });
  print(output, destroyed, () =>
    [
      `platform ${platform}: ${destroyed.gone} objects are gone; nothing of it is left`,
      ...destroyed.kept.map(each => `kept: ${each}`),
      ...(destroyed.kept.length > 0
        ? ['what is kept is marked slipway.dev/keep, or holds something that is']
        : []),
    ].join('\n'),
  );
  return EXIT.done;
}

/** Without its releases' files, or with a lock that nobody knows any more, there is no plan, and still a platform. */
async function planIfThere(cluster: Cluster): Promise<ClusterPlan | undefined> {
  try {
    return await cluster.plan();
  } catch {
    say(
      'no plan can be made of the definition: components go in the order it names them, without their wiring',
    );
    return undefined;
  }
}

function listOf({ followers, resources, components, definitions, namespaces, base, kept }: Going) {
  const texts = (objects: Going['base']) => objects.map(goingText);
  return {
    followers: texts(followers),
    resources: texts(resources),
    components: components.map(({ id, objects }) => ({ id, objects: texts(objects) })),
    definitions: texts(definitions),
    namespaces: texts(namespaces),
    platform: texts(base),
    kept: texts(kept),
  };
}

function goingLines(
  platform: string,
  packages: string[],
  { followers, resources, components, definitions, namespaces, base, kept }: Going,
): string[] {
  const line = (what: string, objects: Going['base']) =>
    objects.length === 0 ? [] : [`  ${what}: ${objects.length} (${first(objects)})`];
  return [
    `of the platform ${platform} these go, in this order:`,
    ...(packages.length > 0 ? [`  packages with what they brought: ${packages.join(', ')}`] : []),
    ...line('what has the delivery tool follow the repository', followers),
    ...line("objects of the tools' own kinds, those people made among them", resources),
    ...components.flatMap(({ id, objects }) => line(id, objects)),
    ...line('kinds', definitions),
    ...line('namespaces with everything in them', namespaces),
    ...line('the platform itself', base),
    ...kept.map(each => `  stays: ${goingText(each)}`),
  ];
}

const NAMED = 4;

function first(objects: Going['base']): string {
  const names = objects.slice(0, NAMED).map(goingText);
  return objects.length > NAMED ? `${names.join(', ')}, …` : names.join(', ');
}

/** @throws CommandError when the name is not the platform's */
async function confirm(platform: string, given: string | undefined): Promise<void> {
  const name = given ?? (await typed(platform));
  if (name === platform) return;
  throw new CommandError(`nothing was changed: ${JSON.stringify(name)} is not the name of the platform`, {
    exitCode: EXIT.usage,
    next: `slipway destroy --yes ${platform}`,
  });
}

async function typed(platform: string): Promise<string> {
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new CommandError('nothing was changed: nobody is there to type the name of the platform', {
      exitCode: EXIT.usage,
      next: `slipway destroy --yes ${platform}`,
    });
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await lines.question('type the name of the platform to let all of it go: ')).trim();
  } finally {
    lines.close();
  }
}
