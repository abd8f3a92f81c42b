import { Option } from 'commander';
import { collect, type Entry } from '../../entry.ts';

/** Commands on a user. No password is ever an argument: a person chooses it behind a sign-in link. */
export const userEntries: Entry[] = [
  {
    path: ['user', 'list'],
    summary: 'who may sign in, their groups and teams',
    examples: ['slipway user list', 'slipway user list -o json'],
    load: () => import('./list.ts'),
  },
  {
    path: ['user', 'show'],
    summary: 'one person',
    arguments: '<name>',
    examples: ['slipway user show ann'],
    load: () => import('./show.ts'),
  },
  {
    path: ['user', 'create'],
    summary: 'make a person; prints a link by which they sign in once and choose a password',
    arguments: '<name>',
    options: [
      new Option('--display-name <text>', 'as people write it'),
      new Option('--email <address>', 'where they get mail'),
      new Option('--group <name>', 'group they are in; may be given often').argParser(collect).default([]),
    ],
    examples: ['slipway user create ann --display-name "Ann Example" --group payments'],
    load: () => import('./create.ts'),
  },
  {
    path: ['user', 'link'],
    summary: 'a sign-in link that works once, for ten minutes; whoever has it is that person',
    arguments: '<name>',
    examples: ['slipway user link ann'],
    load: () => import('./link.ts'),
  },
  {
    path: ['user', 'disable'],
    summary: 'a person is out everywhere within seconds',
    arguments: '<name>',
    examples: ['slipway user disable ann'],
    load: () => import('./disable.ts'),
  },
  {
    path: ['user', 'enable'],
    summary: 'let a person in again',
    arguments: '<name>',
    examples: ['slipway user enable ann'],
    load: () => import('./enable.ts'),
  },
];
