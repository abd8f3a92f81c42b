import { Option } from 'commander';
import type { Entry } from '../../entry.ts';

/** Bringing what other tools made. */
export const importEntries: Entry[] = [
  {
    path: ['import', 'idpbuilder'],
    summary:
      'turn a setup of idpbuilder into platform.yaml, packages/ and a report; nothing is left out unsaid',
    options: [
      new Option('--command <line>', 'the command line it was created with: "idpbuilder create …"'),
      new Option(
        '--from <file>',
        'its objects as YAML: Localbuild, CustomPackages, GitRepositories; - is standard input',
      ),
      new Option('--kubeconfig <file>', 'its cluster, where it still runs'),
      new Option('--folder <folder>', 'where to write').default('.'),
      new Option('--dry-run', 'only say what would become of it'),
    ],
    examples: [
      'slipway import idpbuilder --command "idpbuilder create --use-path-routing -p ./ref-implementation"',
      'kubectl get localbuilds,custompackages,gitrepositories -A -o yaml | slipway import idpbuilder --from - --folder acme',
    ],
    load: () => import('./idpbuilder.ts'),
  },
];
