import { execFile } from 'node:child_process';
import { createHash, hkdfSync } from 'node:crypto';
import { promisify } from 'node:util';
import { type KeyProvider, messageOf, type Random, SlipwayError } from '@slipway/api';
import { secretKeys } from './secret-keys.ts';

const run = promisify(execFile);

/**
 * Keys from a command (a password manager, a cloud's key service) that prints base64 texts of at least 32 bytes,
 * one on each line, oldest first: the last one wraps.
 * @throws SlipwayError KeyCommandFailed
 */
export async function commandKeys(options: { command: string[]; random: Random }): Promise<KeyProvider> {
  const [program = '', ...args] = options.command;
  const secrets = (await output(program, args))
    .split('\n')
    .filter(line => line.trim() !== '')
    .map(secretIn);
  const [first] = secrets;
  if (!first || secrets.some(secret => secret.length < 32)) {
    throw new SlipwayError(
      'KeyCommandFailed',
      `keys: "${program}" must print base64 of at least 32 bytes on each line`,
    );
  }
  const keys = secrets.map(secret => ({ id: idOf(secret), secret: derived(secret, 'wrap') }));
  return secretKeys({
    keys,
    root: derived(first, 'root'),
    origin: `the output of "${program}"`,
    random: options.random,
  });
}

async function output(program: string, args: string[]): Promise<string> {
  try {
    return (await run(program, args, { encoding: 'utf8', timeout: 30_000 })).stdout;
  } catch (cause) {
    const { stderr } = cause as { stderr?: string };
    throw new SlipwayError(
      'KeyCommandFailed',
      `keys: "${program}" failed: ${stderr?.trim() || messageOf(cause)}`,
      { cause },
    );
  }
}

function secretIn(line: string): Buffer {
  return Buffer.from(line.trim(), 'base64');
}

function idOf(secret: Uint8Array): string {
  return createHash('sha256').update('key id').update(secret).digest('hex').slice(0, 16);
}

function derived(secret: Uint8Array, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, '', purpose, 32));
}
