import { writeFile } from 'node:fs/promises';
import { Workload } from '@slipway/kinds';
import { type Connection, connect } from '../../connection.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { CommandError, columns, EXIT, print, say } from '../../output.ts';

interface Options extends GlobalOptions {
  environment?: string;
  team: string;
  file?: string;
}

interface Bill {
  components?: { type?: string; name?: string; version?: string; purl?: string; licenses?: Licence[] }[];
  metadata?: { component?: { name?: string; version?: string } };
}
type Licence = { license?: { id?: string; name?: string }; expression?: string };

const CYCLONEDX = 'application/vnd.cyclonedx+json';

/** The bill of materials of what runs: CycloneDX as it hangs on the image, or as a table. */
export async function run(options: Options, [name = '']: string[]): Promise<number> {
  const connection = await connect(options);
  const image = await runningImage(connection, options, name);
  const bill = await billOf(connection, image);
  if (options.file !== undefined) {
    await writeFile(options.file, `${JSON.stringify(bill, undefined, 2)}\n`);
    say(`${options.file}: CycloneDX of ${image}`);
    return EXIT.done;
  }
  print(options.output, bill, () =>
    columns([
      ['TYPE', 'NAME', 'VERSION', 'LICENCE'],
      ...(bill.components ?? []).map(({ type = '', name = '', version = '', licenses = [] }) => [
        type,
        name,
        version,
        licenses.map(licenceText).join(', '),
      ]),
    ]),
  );
  return EXIT.done;
}

async function runningImage({ client }: Connection, options: Options, name: string): Promise<string> {
  const workload = await client.find(Workload, { namespace: `team-${options.team}`, name });
  if (!workload)
    throw new CommandError(`team ${options.team} has no service ${name}`, { next: 'slipway service list' });
  const live = (workload.status?.environments ?? []).filter(({ image }) => image !== undefined);
  const chosen = live.find(each => each.name === (options.environment ?? live[0]?.name));
  if (chosen?.image) return chosen.image;
  const where = options.environment === undefined ? 'anywhere' : `in ${options.environment}`;
  throw new CommandError(`${name} does not run ${where} yet`, { next: 'slipway service list' });
}

async function billOf({ platform, fetch }: Connection, image: string): Promise<Bill> {
  const [, repository = '', digest = ''] = /^[^/]+\/([^@]+)@(.+)$/.exec(image) ?? [];
  const read = async <T>(path: string): Promise<T> => {
    const answer = await fetch(`${platform.registry}/v2/${repository}/${path}`, { timeoutMs: 30_000 });
    if (answer.status === 200) return JSON.parse(answer.body) as T;
    throw new CommandError(`registry: ${repository}/${path} answered ${answer.status}`);
  };
  const type = encodeURIComponent(CYCLONEDX);
  const index = await read<{ manifests?: { digest: string; artifactType?: string }[] }>(
    `referrers/${digest}?artifactType=${type}`,
  );
  const carrier = index.manifests?.find(({ artifactType }) => artifactType === CYCLONEDX);
  if (!carrier) {
    throw new CommandError(`${image} has no bill of materials: it was not built here`, {
      next: 'push a change, so that it is built again',
    });
  }
  const { layers } = await read<{ layers: { digest: string }[] }>(`manifests/${carrier.digest}`);
  return read(`blobs/${layers[0]?.digest}`);
}

function licenceText({ license, expression }: Licence): string {
  return expression ?? license?.id ?? license?.name ?? '';
}
