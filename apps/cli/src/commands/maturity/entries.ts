import { Option } from 'commander';
import { type Entry, positive } from '../../entry.ts';

/** The command on maturity. */
export const maturityEntries: Entry[] = [
  {
    path: ['maturity'],
    summary: 'where the platform stands on the CNCF maturity model, with evidence, and what to do next',
    options: [
      new Option('--attest <line>', 'give your word on a line that nothing can measure'),
      new Option('--statement <text>', 'what is so'),
      new Option('--evidence <address>', 'where it can be seen'),
      new Option('--not', 'it is not so'),
      new Option('--days <days>', 'how long your word holds').default(180).argParser(positive),
    ],
    examples: [
      'slipway maturity',
      'slipway maturity -o json',
      'slipway maturity --attest team-with-budget --statement "three of us, paid for until 2027"',
    ],
    load: () => import('./maturity.ts'),
  },
];
