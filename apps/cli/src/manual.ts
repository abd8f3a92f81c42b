import type { Option } from 'commander';
import type { CommandLine, Entry } from './entry.ts';
import { EXIT } from './output.ts';

/**
 * The manual page, in the macros of man(7).
 * @example
 * slipway man | man -l -
 */
export function manualPage({ root, entries }: CommandLine): string {
  const version = root.version() ?? '';
  return [
    `.TH SLIPWAY 1 "" "Slipway ${version}" "User commands"`,
    '.SH NAME',
    'slipway \\- one definition makes the chosen tools one internal developer platform',
    '.SH SYNOPSIS',
    '.B slipway',
    '.I command',
    '[\\fIoptions\\fR] [\\fIarguments\\fR]',
    '.SH DESCRIPTION',
    plain(root.description()),
    '.SH COMMANDS',
    ...entries.flatMap(entry => section(entry)),
    '.SH OPTIONS OF EVERY COMMAND',
    ...commonOptions(root).flatMap(item => described(item)),
    '.SH EXIT STATUS',
    ...EXIT_CODES.flatMap(([code, meaning]) => ['.TP', `.B ${code}`, plain(meaning)]),
    '.SH ENVIRONMENT',
    '.TP',
    '.B SLIPWAY_DATA',
    'Data folder of the platform, where no \\fB\\-\\-data\\fR is given.',
    '',
  ].join('\n');
}

const EXIT_CODES: [number, string][] = [
  [EXIT.done, 'Done.'],
  [EXIT.failed, 'It failed; the message says what, why and what to do next.'],
  [EXIT.usage, 'The command was used in a wrong way.'],
  [EXIT.unhealthy, 'Done, but something is unhealthy, or differs.'],
];

function section({ path, summary, arguments: words, options = [], examples }: Entry): string[] {
  return [
    `.SS slipway ${plain([...path, ...(words ? [words] : [])].join(' '))}`,
    plain(sentence(summary)),
    ...options.flatMap(option => described(option)),
    '.PP',
    examples.length === 1 ? 'Example:' : 'Examples:',
    '.PP',
    '.nf',
    ...examples.map(example => `    ${plain(example)}`),
    '.fi',
  ];
}

function described({ flags, description, argChoices, defaultValue }: Option): string[] {
  const notes = [
    ...(argChoices ? [`One of ${argChoices.join(', ')}.`] : []),
    ...(isWorthSaying(defaultValue) ? [`Default: ${defaultValue}.`] : []),
  ];
  return ['.TP', `.B ${plain(flags)}`, plain([sentence(description), ...notes].join(' '))];
}

function isWorthSaying(value: unknown): boolean {
  return typeof value === 'number' || (typeof value === 'string' && value !== '');
}

/** What each has beside its own: taken from the first, which has them as all do. */
function commonOptions(root: CommandLine['root']): Option[] {
  const names = ['--output', '--data'];
  return root.commands[0]?.options.filter(({ long }) => names.includes(long ?? '')) ?? [];
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** Text that roff reads as it is, in ASCII: no requests at a line's start, no escapes, hyphens that can be copied. */
function plain(text: string): string {
  const escaped = text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/[^ -~]/gu, character => `\\[u${hexadecimal(character)}]`);
  return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped;
}

/** At least four digits in upper case, as groff wants them. */
function hexadecimal(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
}
