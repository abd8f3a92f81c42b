import { SigningKey } from '@slipway/kinds';
import { connect } from '../../connection.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { EXIT, print } from '../../output.ts';

/** Makes the key that signs from now on; its name tells its age. */
export async function run(options: GlobalOptions): Promise<number> {
  const { client } = await connect(options);
  const name = `key-${new Date().toISOString().slice(0, 19).replace(/[-:]/g, '').toLowerCase()}`;
  const made = await client.create(SigningKey, {
    apiVersion: `${SigningKey.group}/${SigningKey.version}`,
    kind: SigningKey.kind,
    metadata: { name },
  });
  print(
    options.output,
    made,
    () => `images are signed with ${name} from now on; older signatures go on counting`,
  );
  return EXIT.done;
}
