import type { Promotion } from '@slipway/kinds';
import { actAs } from '../../actor.ts';
import { connect } from '../../connection.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { CommandError } from '../../output.ts';
import { follow, reportPromotion, serviceNamed, startPromotion } from '../../promotion.ts';

interface Options extends GlobalOptions {
  environment: string;
  to?: string;
  reason?: string;
  team: string;
  wait?: boolean;
  timeout: number;
  tokenFile?: string;
}

/** Puts back what ran in an environment before. */
export async function run(options: Options, [name = '']: string[]): Promise<number> {
  const client = await actAs(await connect(options), options);
  const workload = await serviceNamed(client, options.team, name);
  const now = workload.status?.environments?.find(each => each.name === options.environment);
  if (!now?.image)
    throw new CommandError(`${name}: nothing runs in environment ${JSON.stringify(options.environment)}`, {
      next: 'slipway service list',
    });
  const spec: Promotion['spec'] = {
    workload: name,
    to: options.environment,
    rollbackOf: now.image,
    ...(options.to ? { image: options.to } : {}),
    ...(options.reason ? { reason: options.reason } : {}),
  };
  const made = await startPromotion(client, options.team, spec);
  return reportPromotion(options.output, await follow(client, made, options));
}
