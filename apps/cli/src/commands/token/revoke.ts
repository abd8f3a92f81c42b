import { hasReason } from '@slipway/api';
import { Token } from '@slipway/kinds';
import { ownAccount } from '../../account.ts';
import { type Connection, connect } from '../../connection.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { CommandError, EXIT, print } from '../../output.ts';

/** Ends tokens, each at once. Nothing happens to any when one of them is not there. */
export async function run(options: GlobalOptions, names: string[]): Promise<number> {
  const connection = await connect(options);
  const account = await ownAccount(connection);
  const known = account
    ? (await account.ask<Token[]>('GET', 'tokens')).map(({ metadata }) => metadata.name)
    : (await connection.client.list(Token)).items.map(({ metadata }) => metadata.name);
  const missing = names.find(name => !known.includes(name));
  if (missing !== undefined) {
    const message = `token ${JSON.stringify(missing)}: there is none of this name`;
    throw new CommandError(message, { next: 'slipway token list' });
  }
  for (const name of names) {
    if (account) await account.ask('DELETE', `tokens/${name}`);
    if (!account) await remove(connection, name);
  }
  print(options.output, { revoked: names }, () => names.map(name => `${name}: revoked`).join('\n'));
  return EXIT.done;
}

async function remove({ client }: Connection, name: string): Promise<void> {
  await client.delete(Token, { name }).catch(error => {
    if (!hasReason(error, 'NotFound')) throw error;
  });
}
