import { posix } from 'node:path';
import type { RunConfig } from '@slipway/oci';
import { type Instruction, refuse } from '../dockerfile/parse.ts';
import { argument } from '../dockerfile/stages.ts';
import { expand, expandWords, pairs, type Variables } from '../dockerfile/words.ts';
import { environmentOf, type StageState, variablesOf } from './state.ts';

export const DEFAULT_SHELL = ['/bin/sh', '-c'];

export interface ApplyContext {
  buildArgs: Record<string, string>;
  globals: Variables;
  /** `TARGETARCH` and its like. */
  platformArgs: Variables;
}

type Apply = (state: StageState, instruction: Instruction, context: ApplyContext) => void;

/** Proxy settings that upstream knows without a declaration. */
const PREDEFINED = ['HTTP_PROXY', 'HTTPS_PROXY', 'FTP_PROXY', 'NO_PROXY', 'ALL_PROXY'];

const APPLY: Record<string, Apply> = {
  ARG: applyArg,
  ENV: (state, { text, line }) => {
    const environment = environmentOf(state.config);
    for (const [name, value] of pairs(text, variablesOf(state), line)) environment.set(name, value);
    state.config.Env = [...environment].map(([name, value]) => `${name}=${value}`);
  },
  LABEL: (state, { text, line }) => {
    const labels = Object.fromEntries(pairs(text, variablesOf(state), line));
    state.config.Labels = { ...state.config.Labels, ...labels };
  },
  MAINTAINER: (state, { text }) => {
    state.config.Labels = { ...state.config.Labels, maintainer: text };
  },
  WORKDIR: (state, { text, line }) => {
    const folder = posix.resolve(state.config.WorkingDir || '/', expand(text, variablesOf(state), line));
    state.config.WorkingDir = folder;
    if (folder !== '/') state.pendingFolders.push(folder);
  },
  USER: (state, { text, line }) => {
    state.config.User = expand(text, variablesOf(state), line);
  },
  EXPOSE: (state, { text, line }) => {
    const ports = expandWords(text, variablesOf(state), line).map(word => portOf(word, line));
    state.config.ExposedPorts = {
      ...state.config.ExposedPorts,
      ...Object.fromEntries(ports.map(port => [port, {}])),
    };
  },
  VOLUME: (state, { text, json, line }) => {
    const folders = json ?? expandWords(text, variablesOf(state), line);
    state.config.Volumes = {
      ...state.config.Volumes,
      ...Object.fromEntries(folders.map(folder => [folder, {}])),
    };
  },
  STOPSIGNAL: (state, { text, line }) => {
    state.config.StopSignal = expand(text, variablesOf(state), line);
  },
  SHELL: (state, { json, line }) => {
    if (!json || json.length === 0) throw refuse(line, 'SHELL must be a JSON list, as ["/bin/sh", "-c"]');
    state.config.Shell = json;
  },
  CMD: (state, instruction) => {
    state.config.Cmd = commandOf(state.config, instruction);
    state.ownsCommand = true;
  },
  ENTRYPOINT: (state, instruction) => {
    state.config.Entrypoint = commandOf(state.config, instruction);
    // The base's default arguments were meant for the base's entry point.
    if (!state.ownsCommand) delete state.config.Cmd;
  },
  HEALTHCHECK: (state, instruction) => {
    state.config.Healthcheck = healthcheckOf(state.config, instruction);
  },
  ONBUILD: (state, { text, line }) => {
    if (/^(ONBUILD|FROM|MAINTAINER)\b/i.test(text))
      throw refuse(line, `ONBUILD may not hold ${text.split(/\s/)[0]}`);
    state.config.OnBuild = [...(state.config.OnBuild ?? []), text];
  },
};

/** Carries out an instruction that changes only what is written about the image; false when it is of another kind. */
export function applyInstruction(
  state: StageState,
  instruction: Instruction,
  context: ApplyContext,
): boolean {
  const apply = APPLY[instruction.keyword];
  if (!apply) return false;
  apply(state, instruction, context);
  state.history.push({ created_by: `${instruction.keyword} ${instruction.text}`, empty_layer: true });
  return true;
}

function applyArg(state: StageState, instruction: Instruction, context: ApplyContext): void {
  for (const word of expandable(instruction)) {
    const [name, value] = argument({ ...instruction, text: word }, variablesOf(state), context.buildArgs);
    const inherited = context.globals.get(name) ?? context.platformArgs.get(name);
    const isGiven = context.buildArgs[name] !== undefined || word.includes('=');
    const found = isGiven ? value : inherited;
    if (found !== undefined) state.args.set(name, found);
  }
}

/** One ARG may declare several names; values with blanks are quoted. */
function expandable({ text }: Instruction): string[] {
  return text.match(/(?:"[^"]*"|'[^']*'|\\.|\S)+/g) ?? [];
}

/** `ARG`s without a declaration that RUN sees all the same. */
export function predefinedArgs(buildArgs: Record<string, string>): [string, string][] {
  return Object.entries(buildArgs).filter(([name]) => PREDEFINED.includes(name.toUpperCase()));
}

/** The exec form as it is, the shell form behind the shell. */
export function commandOf(config: RunConfig, { text, json }: Pick<Instruction, 'text' | 'json'>): string[] {
  if (json) return json;
  return text === '' ? [] : [...(config.Shell ?? DEFAULT_SHELL), text];
}

function portOf(word: string, line: number): string {
  const match = /^(\d+)(?:-\d+)?(?:\/(tcp|udp|sctp))?$/i.exec(word);
  if (!match || Number(match[1]) > 65_535)
    throw refuse(line, `EXPOSE ${word}: must be <port> or <port>/<tcp|udp>`);
  return word.includes('/') ? word.toLowerCase() : `${word}/tcp`;
}

function healthcheckOf(
  config: RunConfig,
  { text, flags, line }: Instruction,
): NonNullable<RunConfig['Healthcheck']> {
  if (/^NONE$/i.test(text.trim())) return { Test: ['NONE'] };
  const match = /^CMD\s+([\s\S]+)$/i.exec(text);
  if (!match) throw refuse(line, 'HEALTHCHECK must be NONE or [options] CMD <command>');
  const command = match[1] ?? '';
  const json = command.startsWith('[') ? (JSON.parse(command) as string[]) : undefined;
  const shell = config.Shell ? ['CMD', ...config.Shell, command] : ['CMD-SHELL', command];
  const nanoseconds = (name: string) => durationOf(flags.find(([flag]) => flag === name)?.[1], line);
  const retries = flags.find(([flag]) => flag === 'retries')?.[1];
  return {
    Test: json ? ['CMD', ...json] : shell,
    ...defined('Interval', nanoseconds('interval')),
    ...defined('Timeout', nanoseconds('timeout')),
    ...defined('StartPeriod', nanoseconds('start-period')),
    ...defined('Retries', retries === undefined ? undefined : Number(retries)),
  };
}

function defined<K extends string>(key: K, value: number | undefined): { [P in K]?: number } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: number });
}

const UNITS: Record<string, number> = { ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 };

function durationOf(text: string | undefined, line: number): number | undefined {
  if (text === undefined) return undefined;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  if (parts.map(([part]) => part).join('') !== text) throw refuse(line, `${text} is no duration (as 1m30s)`);
  return parts.reduce((sum, [, value, unit]) => sum + Number(value) * (UNITS[unit ?? ''] ?? 0), 0);
}
