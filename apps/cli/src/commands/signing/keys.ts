import { hasReason, type Stored } from '@slipway/api';
import { SigningKey } from '@slipway/kinds';
import { connect } from '../../connection.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { CommandError, columns, EXIT, print } from '../../output.ts';

/** Names and public keys, for people and for whoever verifies elsewhere. */
export async function run(options: GlobalOptions): Promise<number> {
  const { client, platform } = await connect(options);
  const { items } = await client.list(SigningKey).catch(error => {
    if (!hasReason(error, 'NotFound')) throw error;
    throw new CommandError('this platform signs nothing', {
      next: 'choose "signing: sigstore" in the definition, and slipway apply -f it',
    });
  });
  const keys = items.toSorted(newestFirst).map(({ metadata, status }, index) => ({
    name: metadata.name,
    signs: index === 0,
    created: metadata.creationTimestamp,
    keyId: status?.keyId ?? '',
    publicKey: status?.publicKey ?? '',
    url: `https://signing.${new URL(platform.portal).host}/keys/${metadata.name}.pub`,
  }));
  print(options.output, { keys }, () =>
    columns([
      ['NAME', 'SIGNS', 'CREATED', 'PUBLIC KEY'],
      ...keys.map(({ name, signs, created, url }) => [name, signs ? 'yes' : 'no', created, url]),
    ]),
  );
  return EXIT.done;
}

/** As the builder chooses. */
function newestFirst(a: Stored<SigningKey>, b: Stored<SigningKey>): number {
  const age = ({ metadata }: Stored<SigningKey>) => `${metadata.creationTimestamp} ${metadata.name}`;
  return age(a) < age(b) ? 1 : -1;
}
