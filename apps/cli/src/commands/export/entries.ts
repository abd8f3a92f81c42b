import { Option } from 'commander';
import type { Entry } from '../../entry.ts';

/** What carries a team to another platform. */
export const teamArchiveEntries: Entry[] = [
  {
    path: ['export', 'team'],
    summary:
      'write what a team has into one file: repositories, services, history, images, which Secrets it uses (not their values)',
    arguments: '<team> [file]',
    examples: ['slipway export team payments', 'slipway export team payments payments.team -o json'],
    load: () => import('./team.ts'),
  },
  {
    path: ['import', 'team'],
    summary:
      'bring such a file into this platform; what stands in the way is said before anything is written',
    arguments: '<file>',
    options: [
      new Option('--dry-run', 'only say what would be done'),
      new Option('--kubeconfig <file>', 'into the platform on this cluster, instead of one on this machine'),
      new Option('--context <name>', 'context of the kubeconfig; default: its current one'),
    ],
    examples: [
      'slipway import team payments.team --dry-run',
      'slipway import team payments.team --kubeconfig ~/.kube/config',
      'slipway import team payments.team --platform second',
    ],
    load: () => import('../import/team.ts'),
  },
];
