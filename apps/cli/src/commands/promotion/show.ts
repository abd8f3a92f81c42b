import { actAs } from '../../actor.ts';
import { connect } from '../../connection.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { EXIT, print } from '../../output.ts';
import { promotionNamed, promotionText, reportOf } from '../../promotion.ts';

interface Options extends GlobalOptions {
  team: string;
  tokenFile?: string;
}

/** What a promotion changes, what it waits for, who decided what. */
export async function run(options: Options, [name = '']: string[]): Promise<number> {
  const client = await actAs(await connect(options), options);
  const promotion = await promotionNamed(client, options.team, name);
  print(options.output, reportOf(promotion), () => promotionText(promotion));
  return EXIT.done;
}
