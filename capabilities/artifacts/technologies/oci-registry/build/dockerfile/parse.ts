import { SlipwayError } from '@slipway/api';

/** One instruction as it stands in the file: continuations joined, comments gone, variables not yet expanded. */
export interface Instruction {
  /** Upper case. */
  keyword: string;
  /** First line, counted from 1. */
  line: number;
  /** `--from=build` is `['from', 'build']`; in order, for some may repeat. */
  flags: [string, string][];
  /** What follows the flags. */
  text: string;
  /** The JSON (exec) form's strings, when the text is one. */
  json?: string[];
  /** Texts of `<<NAME` in order of appearance. */
  heredocs: Heredoc[];
}

export interface Heredoc {
  name: string;
  content: string;
  /** `<<'EOF'`: no variables are expanded. */
  isLiteral: boolean;
}

const KEYWORDS = [
  'ADD',
  'ARG',
  'CMD',
  'COPY',
  'ENTRYPOINT',
  'ENV',
  'EXPOSE',
  'FROM',
  'HEALTHCHECK',
  'LABEL',
  'MAINTAINER',
  'ONBUILD',
  'RUN',
  'SHELL',
  'STOPSIGNAL',
  'USER',
  'VOLUME',
  'WORKDIR',
];
const WITH_HEREDOC = ['ADD', 'COPY', 'RUN'];
const WITH_JSON = ['ADD', 'CMD', 'COPY', 'ENTRYPOINT', 'RUN', 'SHELL', 'VOLUME'];

/** A refusal that names the line. */
export function refuse(line: number, message: string): SlipwayError {
  return new SlipwayError('DockerfileInvalid', `Dockerfile: line ${line}: ${message}`);
}

/** Reads a Dockerfile (Docker's reference, "Format", "Parser directives", "Here-documents"). */
export function parseDockerfile(text: string): Instruction[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const continuation = continuationIn(lines);
  const instructions: Instruction[] = [];
  for (let at = 0; at < lines.length; ) {
    if (isSkipped(lines[at] ?? '')) {
      at++;
      continue;
    }
    const line = at + 1;
    const joined = joinLines(lines, at, continuation);
    const parsed = parseInstruction(joined.text, line);
    const documents = takeHeredocs(parsed, lines, joined.next);
    instructions.push({ ...parsed, heredocs: documents.heredocs });
    at = documents.next;
  }
  return instructions;
}

/** `# escape=`` ` before anything else changes the continuation character; `syntax` and `check` say nothing to us. */
function continuationIn(lines: string[]): string {
  for (const line of lines) {
    const directive = /^\s*#\s*([a-zA-Z]+)\s*=\s*(.+?)\s*$/.exec(line);
    if (!directive) return '\\';
    if (directive[1]?.toLowerCase() !== 'escape') continue;
    if (directive[2] !== '\\' && directive[2] !== '`')
      throw refuse(1, `escape=${directive[2]} must be \\ or \``);
    return directive[2];
  }
  return '\\';
}

function isSkipped(line: string): boolean {
  return /^\s*(#.*)?$/.test(line);
}

function joinLines(lines: string[], start: number, continuation: string): { text: string; next: number } {
  const continued = continuation === '`' ? /`[ \t]*$/ : /\\[ \t]*$/;
  let text = '';
  let at = start;
  for (; at < lines.length; at++) {
    const line = lines[at] ?? '';
    // Comments and empty lines inside an instruction are dropped.
    if (at > start && isSkipped(line)) continue;
    if (!continued.test(line)) return { text: text + line, next: at + 1 };
    text += line.replace(continued, '');
  }
  return { text, next: at };
}

function parseInstruction(source: string, line: number): Omit<Instruction, 'heredocs'> {
  const match = /^\s*([A-Za-z]+)(?:\s+([\s\S]*))?$/.exec(source);
  const keyword = match?.[1]?.toUpperCase() ?? '';
  if (!match || !KEYWORDS.includes(keyword)) {
    throw refuse(line, `unknown instruction ${JSON.stringify(source.trim().split(/\s/)[0])}`);
  }
  const { flags, text } = splitFlags((match[2] ?? '').trim());
  if (text === '' && keyword !== 'CMD' && keyword !== 'ENTRYPOINT')
    throw refuse(line, `${keyword} needs an argument`);
  const json = WITH_JSON.includes(keyword) ? jsonForm(text) : undefined;
  return json ? { keyword, line, flags, text, json } : { keyword, line, flags, text };
}

function splitFlags(rest: string): { flags: [string, string][]; text: string } {
  const flags: [string, string][] = [];
  let text = rest;
  for (
    let match = /^--([a-z][a-z-]*)(?:=(\S*))?(?:\s+|$)/.exec(text);
    match;
    match = /^--([a-z][a-z-]*)(?:=(\S*))?(?:\s+|$)/.exec(text)
  ) {
    flags.push([match[1] ?? '', match[2] ?? 'true']);
    text = text.slice(match[0].length);
  }
  return { flags, text };
}

/** A JSON list of strings; anything else is the shell form, as upstream falls back. */
function jsonForm(text: string): string[] | undefined {
  if (!text.startsWith('[')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value) && value.every(entry => typeof entry === 'string')) return value;
  } catch {
    // The shell form may well begin with a bracket: `[ -f x ] && …`.
  }
  return undefined;
}

function takeHeredocs(
  { keyword, text, line }: Omit<Instruction, 'heredocs'>,
  lines: string[],
  start: number,
): { heredocs: Heredoc[]; next: number } {
  if (!WITH_HEREDOC.includes(keyword)) return { heredocs: [], next: start };
  const heredocs: Heredoc[] = [];
  let at = start;
  for (const match of text.matchAll(/(?<![<\w])\d*<<(-?)\s*(["']?)([A-Za-z_][\w.]*)\2/g)) {
    const [, dash, quote, name = ''] = match;
    const content: string[] = [];
    const strip = (candidate: string) => (dash ? candidate.replace(/^\t+/, '') : candidate);
    while (at < lines.length && strip(lines[at] ?? '') !== name) content.push(strip(lines[at++] ?? ''));
    if (at >= lines.length) throw refuse(line, `the here-document ${name} is never ended`);
    at++;
    heredocs.push({ name, content: content.map(entry => `${entry}\n`).join(''), isLiteral: quote !== '' });
  }
  return { heredocs, next: at };
}
