import { decideOn, type Options } from './decide.ts';

/** Says no to a promotion. */
export function run(options: Options, [name = '']: string[]): Promise<number> {
  return decideOn(name, 'Reject', options);
}
