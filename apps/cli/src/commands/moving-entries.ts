import { Option } from 'commander';
import { collect, type Entry } from '../entry.ts';

const passphraseFile = new Option(
  '--passphrase-file <file>',
  'file that holds the passphrase (-: standard input); in a terminal you are asked otherwise',
);

/** What carries a platform, or a part of it, to another place. */
export const movingEntries: Entry[] = [
  {
    path: ['backup'],
    summary: 'write everything the running platform holds into one file, while it goes on working',
    arguments: '[file]',
    options: [
      passphraseFile,
      new Option(
        '--recipient <key>',
        'public key of age ("age1…") that may open the platform’s key; repeatable',
      )
        .default([])
        .argParser(collect),
      new Option('--without-keys', 'leave the platform’s key out: you keep the key file elsewhere'),
    ],
    examples: [
      'slipway backup --passphrase-file ~/.slipway-passphrase',
      'slipway backup monday.backup --recipient age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p',
    ],
    load: () => import('./backup.ts'),
  },
  {
    path: ['restore'],
    makesPlatform: true,
    summary: 'make the data folder of a platform from a backup',
    arguments: '<file>',
    options: [
      passphraseFile,
      new Option(
        '--identity-file <file>',
        'file with the secret key of a recipient, as age-keygen writes it',
      ),
    ],
    examples: [
      'slipway restore monday.backup --passphrase-file ~/.slipway-passphrase',
      'slipway restore monday.backup --data /srv/slipway --identity-file key.txt',
    ],
    load: () => import('./restore.ts'),
  },
];
