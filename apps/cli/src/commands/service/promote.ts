import type { Stored } from '@slipway/api';
import { Environment, type Promotion, type Workload } from '@slipway/kinds';
import { actAs } from '../../actor.ts';
import { connect } from '../../connection.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { CommandError, EXIT } from '../../output.ts';
import { follow, reportPromotion, serviceNamed, startPromotion } from '../../promotion.ts';

interface Options extends GlobalOptions {
  to?: string;
  image?: string;
  reason?: string;
  team: string;
  wait?: boolean;
  timeout: number;
  tokenFile?: string;
}

/** Brings what runs in one environment, or an image that ran before, to the next one. */
export async function run(options: Options, [name = '']: string[]): Promise<number> {
  const connection = await connect(options);
  const client = await actAs(connection, options);
  const workload = await serviceNamed(client, options.team, name);
  const { items } = await client.list(Environment);
  const spec: Promotion['spec'] = {
    workload: name,
    to: options.to ?? nextOf(workload, items),
    ...(options.image ? { image: options.image } : {}),
    ...(options.reason ? { reason: options.reason } : {}),
  };
  const made = await startPromotion(client, options.team, spec);
  return reportPromotion(options.output, await follow(client, made, options));
}

/** Where one can promote to, when that is one environment. */
function nextOf(workload: Stored<Workload>, environments: Stored<Environment>[]): string {
  const own = (workload.status?.environments ?? []).map(({ name }) => name);
  const open = environments.filter(({ metadata, spec }) => own.includes(metadata.name) && spec.promotion);
  const [first, ...others] = open.map(({ metadata }) => metadata.name);
  if (first && others.length === 0) return first;
  throw new CommandError(
    first
      ? `--to: which environment? ${[first, ...others].join(', ')}`
      : `${workload.metadata.name}: no environment promotes from another`,
    { exitCode: EXIT.usage, next: `slipway service promote ${workload.metadata.name} --to <environment>` },
  );
}
