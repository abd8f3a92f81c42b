import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { messageOf } from '@slipway/api';
import { CommandError, EXIT, say } from './output.ts';
import { readInput } from './standard-input.ts';

/**
 * A passphrase from a file (`-`: standard input), else from a person at the terminal, who is not shown what they type;
 * undefined when there is neither.
 */
export async function passphraseFrom(
  file: string | undefined,
  { twice }: { twice: boolean },
): Promise<string | undefined> {
  if (file !== undefined) return fromFile(file);
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  const first = await asked('passphrase: ');
  if (twice && (await asked('the same again: ')) !== first) {
    throw new CommandError('the two passphrases differ', { exitCode: EXIT.usage });
  }
  return first;
}

async function fromFile(file: string): Promise<string> {
  const text =
    file === '-'
      ? await readInput()
      : await readFile(file, 'utf8').catch(error => {
          throw new CommandError(`passphrase file: ${messageOf(error)}`, { exitCode: EXIT.usage });
        });
  return text.replace(/\r?\n$/, '');
}

async function asked(question: string): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: silent, terminal: true });
  process.stderr.write(question);
  try {
    return await lines.question('');
  } finally {
    lines.close();
    say('');
  }
}
