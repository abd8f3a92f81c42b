import { Option } from 'commander';
import { collect, type Entry, tokenFile } from '../../entry.ts';

/** Commands on a proposed change (Gitea's pull request). */
export const changeEntries: Entry[] = [
  {
    path: ['change', 'create'],
    summary: 'propose a branch that was pushed',
    arguments: '<repository>',
    options: [
      new Option('--head <branch>', 'the branch with the change').makeOptionMandatory(),
      new Option('--base <branch>', 'where it is to go').default('main'),
      new Option('--title <text>', 'what it does').makeOptionMandatory(),
      new Option('--body <text>', 'why').default(''),
      new Option('--reviewer <name>', 'who is asked; may be given often').argParser(collect).default([]),
      tokenFile,
    ],
    examples: ['slipway change create default/shop --head faster --title "Answer faster"'],
    load: () => import('./create.ts'),
  },
  {
    path: ['change', 'list'],
    summary: 'what is proposed in a repository, newest first',
    arguments: '<repository>',
    options: [
      new Option('--state <state>', 'which').choices(['open', 'merged', 'closed', 'all']).default('open'),
      tokenFile,
    ],
    examples: ['slipway change list default/shop', 'slipway change list shop --state all -o json'],
    load: () => import('./list.ts'),
  },
  {
    path: ['change', 'show'],
    summary: 'one change: what was said, what was checked, what stands in the way',
    arguments: '<repository> <number>',
    options: [tokenFile],
    examples: ['slipway change show default/shop 3'],
    load: () => import('./show.ts'),
  },
  {
    path: ['change', 'approve'],
    summary: 'approve a change as it is now',
    arguments: '<repository> <number>',
    options: [new Option('--body <text>', 'what there is to say').default(''), tokenFile],
    examples: ['slipway change approve default/shop 3 --body "tried it"'],
    load: () => import('./approve.ts'),
  },
  {
    path: ['change', 'comment'],
    summary: 'say something of a change, or of one line of it',
    arguments: '<repository> <number>',
    options: [
      new Option('--body <text>', 'what there is to say; Markdown').makeOptionMandatory(),
      new Option('--file <path>', 'of this file, with --line'),
      new Option('--line <number>', 'of this line'),
      new Option('--before', 'of the file as it was before the change'),
      tokenFile,
    ],
    examples: ['slipway change comment shop 3 --file src/main.js --line 12 --body "Why twice?"'],
    load: () => import('./comment.ts'),
  },
  {
    path: ['change', 'run'],
    summary: 'run the pipelines for a change as it is now: again, or for an author who may not push',
    arguments: '<repository> <number>',
    options: [tokenFile],
    examples: ['slipway change run default/shop 3'],
    load: () => import('./run.ts'),
  },
  {
    path: ['change', 'merge'],
    summary: 'merge a change as it is now',
    arguments: '<repository> <number>',
    options: [
      new Option('--style <style>', 'how')
        .choices(['merge', 'squash', 'rebase', 'rebase-merge', 'fast-forward-only'])
        .default('merge'),
      new Option('--delete-branch', 'remove its branch afterwards'),
      tokenFile,
    ],
    examples: [
      'slipway change merge default/shop 3',
      'slipway change merge shop 3 --style squash --delete-branch',
    ],
    load: () => import('./merge.ts'),
  },
];
