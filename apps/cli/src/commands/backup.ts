import { join, resolve } from 'node:path';
import { systemClock, systemRandom } from '@slipway/api';
import { Backup } from '@slipway/kinds';
import { type Lock, packBackup, readConfig } from '@slipway/platform';
import { connect } from '../connection.ts';
import type { GlobalOptions } from '../global-options.ts';
import { CommandError, duration, EXIT, print, say } from '../output.ts';
import { passphraseFrom } from '../passphrase.ts';
import { sizeText } from '../size-text.ts';

interface Options extends GlobalOptions {
  passphraseFile?: string;
  recipient: string[];
  withoutKeys?: boolean;
}

/** Writes everything the running platform holds into one file, while it goes on working. */
export async function run(options: Options, [name]: string[]): Promise<number> {
  const begun = performance.now();
  const lock = await lockOf(options);
  const { client, platform } = await connect(options);
  const file = resolve(name ?? defaultName(new URL(platform.portal).hostname));
  const asked: Backup = {
    apiVersion: 'slipway.dev/v1alpha1',
    kind: 'Backup',
    metadata: {},
    spec: { holder: process.pid },
  };
  const { status } = await client.create(Backup, asked);
  if (!status) throw new CommandError('the platform did not say where its backup is');
  const packed = await packBackup({
    folder: status.folder,
    file,
    keysFolder: readConfig(options.data).keysFolder,
    lock,
    clock: systemClock,
    random: systemRandom,
    progress: say,
  });
  const result = { ...packed, heldMs: status.heldMs, ms: Math.round(performance.now() - begun) };
  print(options.output, result, () =>
    [
      `${file}  ${sizeText(packed.size)}, ${packed.repositories} repositories, ${packed.blobs} blobs, in ${duration(result.ms)}`,
      `nothing was written for ${status.heldMs} ms; everything is of ${packed.about.at}`,
      lock ? 'the key is in it, locked' : 'the key is not in it: keep the key file elsewhere',
      `restore     slipway restore ${file} --data FOLDER`,
    ].join('\n'),
  );
  return EXIT.done;
}

/** Ways to lock the key exclude each other: a file of age has recipients or a passphrase. */
async function lockOf({ passphraseFile, recipient, withoutKeys }: Options): Promise<Lock | undefined> {
  const ways = [passphraseFile !== undefined, recipient.length > 0, withoutKeys].filter(Boolean).length;
  if (ways > 1) {
    throw new CommandError('give one of --passphrase-file, --recipient and --without-keys', {
      exitCode: EXIT.usage,
    });
  }
  if (withoutKeys) return undefined;
  if (recipient.length > 0) return { recipients: recipient };
  const passphrase = await passphraseFrom(passphraseFile, { twice: true });
  if (passphrase !== undefined) return { passphrase };
  throw new CommandError('a backup holds the key of the platform, locked: with what is not said', {
    exitCode: EXIT.usage,
    next: 'slipway backup --passphrase-file FILE, --recipient age1…, or --without-keys',
  });
}

/** `slipway.localhost-2026-11-21T08-30-00Z.backup` */
function defaultName(domain: string): string {
  const time = new Date(systemClock.now())
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(':', '-');
  return join('.', `${domain}-${time}.backup`);
}
