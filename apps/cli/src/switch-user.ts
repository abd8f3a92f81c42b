import { User } from '@slipway/kinds';
import { connect } from './connection.ts';
import type { GlobalOptions } from './global-options.ts';
import { EXIT, print } from './output.ts';
import { userNamed } from './user.ts';

/** Disables or enables a person. */
export function switchUser({ disabled, done }: { disabled: boolean; done: string }) {
  return async (options: GlobalOptions, [name = '']: string[]): Promise<number> => {
    const connection = await connect(options);
    await userNamed(connection, name);
    await connection.client.patch(User, { name }, { type: 'merge', body: { spec: { disabled } } });
    print(options.output, { user: name, disabled }, () => `${name} ${done}`);
    return EXIT.done;
  };
}
