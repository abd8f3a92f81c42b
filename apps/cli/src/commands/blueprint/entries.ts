import { Option } from 'commander';
import type { Entry } from '../../entry.ts';

const plainHttp = new Option('--plain-http', 'reach registries without TLS');

/** Commands on blueprints: what definitions start from. */
export const blueprintEntries: Entry[] = [
  {
    path: ['blueprint', 'list'],
    summary: 'the blueprints of this version, and what each is for',
    examples: ['slipway blueprint list'],
    load: () => import('./list.ts'),
  },
  {
    path: ['blueprint', 'show'],
    summary: 'what a blueprint chooses: one of this version by its name, any other by its address',
    arguments: '<name-or-address>',
    options: [plainHttp],
    examples: [
      'slipway blueprint show golden-path',
      'slipway blueprint show oci://registry.example.com/team/ours:1.0.0',
    ],
    load: () => import('./show.ts'),
  },
  {
    path: ['blueprint', 'init'],
    summary: 'write a blueprint.yaml of one’s own, or a technology.yaml',
    arguments: '[folder]',
    options: [
      new Option('--extends <name>', 'the blueprint of this version that it starts from').default(
        'golden-path',
      ),
      new Option('--technology <id>', 'write a technology that the catalogue does not have, instead'),
    ],
    examples: ['slipway blueprint init ./ours', 'slipway blueprint init ./valkey --technology valkey'],
    load: () => import('./init.ts'),
  },
  {
    path: ['blueprint', 'push'],
    summary: 'push a blueprint or a technology to a registry; its version is the tag, and stays what it is',
    arguments: '<folder> <registry>',
    options: [plainHttp],
    examples: ['slipway blueprint push ./ours oci://registry.slipway.localhost:8443/default'],
    load: () => import('./push.ts'),
  },
];
