import { Option } from 'commander';
import { type Entry, positive } from '../../entry.ts';

/** Platforms for sites without a network. */
export const bundleEntries: Entry[] = [
  {
    path: ['bundle', 'create'],
    summary: 'write everything a platform on a cluster is made of into one file, by digest',
    arguments: '[file]',
    options: [
      new Option('-f, --file <file>', 'the platform definition, with slipway.lock beside it').default(
        'platform.yaml',
      ),
      new Option('--without-images', 'leave container images out; the site has a registry with them'),
      new Option(
        '--images-from <url>',
        'take every image from this registry (http://… or https://…), under its own repository',
      ),
      new Option('--nodes <os/architecture>', "what the cluster's nodes run").default('linux/amd64'),
      new Option('--kubernetes <version>', 'of the cluster, when it cannot be asked from here'),
    ],
    examples: [
      'slipway bundle create acme.bundle -f platform.yaml',
      'slipway bundle create --without-images --kubernetes v1.36.0',
      'slipway bundle create --images-from https://mirror.acme.example',
    ],
    load: () => import('./create.ts'),
  },
  {
    path: ['bundle', 'apply'],
    summary: 'check a bundle and apply its platform to the cluster; nothing is fetched from elsewhere',
    arguments: '<file>',
    options: [
      new Option(
        '--into <folder>',
        'where its definition and lock are written; default: the name of the platform',
      ),
      new Option('--push-images <url>', 'send its images to this registry (http://… or https://…) first'),
      new Option('--unpack', 'only check it, and write its definition, lock and files'),
      new Option('--until <state>', 'when a component counts as applied')
        .choices(['synced', 'healthy', 'probed'])
        .default('probed'),
      new Option('--timeout <seconds>', 'how long every component may take').default(300).argParser(positive),
    ],
    examples: [
      'slipway bundle apply acme.bundle',
      'slipway bundle apply acme.bundle --push-images https://registry.site.example',
    ],
    load: () => import('./apply.ts'),
  },
];
