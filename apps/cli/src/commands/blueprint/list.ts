import { groundOf } from '@slipway/definition';
import { catalogue } from '@slipway/platform';
import type { GlobalOptions } from '../../global-options.ts';
import { columns, EXIT, print } from '../../output.ts';

/** The blueprints of this version. */
export async function run({ output }: GlobalOptions): Promise<number> {
  const rows = catalogue().blueprints.map(({ id, purpose, document }) => ({
    id,
    ground: groundOf(document),
    purpose,
  }));
  print(output, rows, () =>
    columns([['NAME', 'STANDS', 'PURPOSE'], ...rows.map(each => [each.id, each.ground, each.purpose])]),
  );
  return EXIT.done;
}
