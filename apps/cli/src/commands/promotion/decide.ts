import type { Stored } from '@slipway/api';
import type { Client } from '@slipway/client';
import { Approval, approvalOn } from '@slipway/kinds';
import { actAs } from '../../actor.ts';
import { connect } from '../../connection.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { CommandError, EXIT, print } from '../../output.ts';
import { promotionNamed } from '../../promotion.ts';

export interface Options extends GlobalOptions {
  team: string;
  reason?: string;
  tokenFile?: string;
}

const DEADLINE_MS = 15_000;

/** Gives a decision on the promotion as it is now, and says whether it counts. */
export async function decideOn(
  name: string,
  decision: 'Approve' | 'Reject',
  options: Options,
): Promise<number> {
  const client = await actAs(await connect(options), options);
  const promotion = await promotionNamed(client, options.team, name);
  const approval = await judged(
    client,
    await client.create(
      Approval,
      approvalOn(promotion, { decision, ...(options.reason ? { reason: options.reason } : {}) }),
    ),
  );
  const { phase, message, by } = approval.status ?? {};
  if (phase !== 'Accepted')
    throw new CommandError(
      `${decision} of ${name} does not count: ${message ?? 'nothing judged it in time'}`,
      {
        next: `slipway promotion show ${name}`,
      },
    );
  print(options.output, { promotion: name, decision, by, message }, () => `${decision} by ${by}: ${message}`);
  return EXIT.done;
}

async function judged(client: Client, { metadata }: Stored<Approval>): Promise<Stored<Approval>> {
  const { namespace = '', name } = metadata;
  const deadline = performance.now() + DEADLINE_MS;
  for (;;) {
    const approval = await client.get(Approval, { namespace, name });
    if (approval.status?.phase || performance.now() > deadline) return approval;
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}
