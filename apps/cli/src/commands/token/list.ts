import { Token } from '@slipway/kinds';
import { ownAccount } from '../../account.ts';
import { connect } from '../../connection.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { columns, EXIT, print } from '../../output.ts';

interface Options extends GlobalOptions {
  user?: string;
}

type Shown = Pick<Token, 'spec' | 'status'> & { metadata: { name: string; creationTimestamp?: string } };

/** Tokens for scripts: one's own, or everybody's for local-admin. Never the tokens themselves: nobody has them. */
export async function run(options: Options): Promise<number> {
  const connection = await connect(options);
  const account = options.user === undefined ? await ownAccount(connection) : undefined;
  const all: Shown[] = account
    ? await account.ask<Shown[]>('GET', 'tokens')
    : (await connection.client.list(Token)).items;
  const rows = all
    .filter(({ spec }) => options.user === undefined || spec.user === options.user)
    .map(({ metadata, spec, status }) => ({
      name: metadata.name,
      user: spec.user,
      description: spec.description ?? '',
      scopes: spec.scopes ?? [],
      created: metadata.creationTimestamp ?? '',
      lastUsed: status?.lastUsed ?? null,
      expiresAt: spec.expiresAt,
    }));
  print(options.output, rows, () =>
    rows.length === 0
      ? 'no tokens; make one: slipway token create --description "what it is for"'
      : columns([
          ['TOKEN', 'USER', 'FOR', 'MAY', 'LAST USED', 'ENDS'],
          ...rows.map(row => [
            row.name,
            row.user,
            row.description,
            row.scopes.join(',') || 'everything',
            row.lastUsed ?? 'never',
            row.expiresAt,
          ]),
        ]),
  );
  return EXIT.done;
}
