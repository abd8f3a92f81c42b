import type { Command } from 'commander';
import type { CommandLine } from '../entry.ts';
import { CommandError, EXIT } from '../output.ts';

/** Prints a completion script made of the commands themselves. */
export async function run(_options: unknown, [shell = '']: string[], { root }: CommandLine): Promise<number> {
  const words = new Map<string, string[]>();
  collect(root, '', words);
  const script = {
    bash: bash(words),
    zsh: `autoload -U +X bashcompinit && bashcompinit\n${bash(words)}`,
    fish: fish(words),
  }[shell];
  if (!script)
    throw new CommandError(`shell ${JSON.stringify(shell)}: allowed: bash, zsh, fish`, {
      exitCode: EXIT.usage,
    });
  process.stdout.write(script);
  return EXIT.done;
}

function collect(command: Command, path: string, words: Map<string, string[]>): void {
  const names = command.commands.map(each => each.name());
  const options = command.options.map(option => option.long ?? '').filter(option => option !== '');
  words.set(path, [...names, ...options, '--help']);
  for (const child of command.commands) collect(child, `${path} ${child.name()}`.trim(), words);
}

function bash(words: Map<string, string[]>): string {
  const cases = [...words].map(([path, list]) => `    "${path}") words="${list.join(' ')}" ;;`);
  return `_slipway() {
  local path="" word words
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do case $word in -*) ;; *) path="\${path:+$path }$word" ;; esac; done
  case $path in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -F _slipway slipway
`;
}

function fish(words: Map<string, string[]>): string {
  const lines = [...words].flatMap(([path, list]) =>
    list.map(word => {
      const seen =
        path === '' ? '__fish_use_subcommand' : `__fish_seen_subcommand_from ${path.split(' ').pop()}`;
      const entry = word.startsWith('--') ? `-l ${word.slice(2)}` : `-a ${word}`;
      return `complete -c slipway -f -n '${seen}' ${entry}`;
    }),
  );
  return `${lines.join('\n')}\n`;
}
