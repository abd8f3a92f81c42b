import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { messageOf, systemClock, systemRandom } from '@slipway/api';
import { type Opener, readConfig, restoreBackup } from '@slipway/platform';
import type { GlobalOptions } from '../global-options.ts';
import { CommandError, duration, EXIT, print, say } from '../output.ts';
import { passphraseFrom } from '../passphrase.ts';

interface Options extends GlobalOptions {
  passphraseFile?: string;
  identityFile?: string;
}

/** Makes the data folder of a platform from a backup; the platform is then started with `slipway up`. */
export async function run(options: Options, [name = '']: string[]): Promise<number> {
  const begun = performance.now();
  const { data, keysFolder } = readConfig(options.data);
  const restored = await restoreBackup({
    file: resolve(name),
    data,
    keysFolder,
    opener: await openerOf(options),
    clock: systemClock,
    random: systemRandom,
    progress: say,
  });
  const { about, audit } = restored;
  const result = { ...restored, ms: Math.round(performance.now() - begun) };
  print(options.output, result, () =>
    [
      `platform ${about.platform.name} (${about.platform.id}) as it was at ${about.at}, in ${duration(result.ms)}`,
      `audit       ${audit.records} records, the chain is whole`,
      `start       slipway up --data ${data}`,
    ].join('\n'),
  );
  return EXIT.done;
}

async function openerOf({ passphraseFile, identityFile }: Options): Promise<Opener | undefined> {
  if (passphraseFile !== undefined && identityFile !== undefined) {
    throw new CommandError('give one of --passphrase-file and --identity-file', { exitCode: EXIT.usage });
  }
  if (identityFile !== undefined) {
    const identity = await readFile(identityFile, 'utf8').catch(error => {
      throw new CommandError(`identity file: ${messageOf(error)}`, { exitCode: EXIT.usage });
    });
    return { identity };
  }
  const passphrase = passphraseFile && (await passphraseFrom(passphraseFile, { twice: false }));
  return passphrase ? { passphrase } : undefined;
}
