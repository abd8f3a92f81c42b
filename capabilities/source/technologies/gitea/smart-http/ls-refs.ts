import { readHead, readRefs } from '@slipway/sources';
import { FLUSH, packet } from './pkt-line.ts';

/** A request for references is short: one line for each prefix. */
export const MOST_LS_REFS = 16 * 1024;
const DELIMITER = '0001';

interface LsRefs {
  symrefs: boolean;
  peel: boolean;
  unborn: boolean;
  prefixes: string[];
}

/**
 * The answer to `command=ls-refs` of protocol version 2 (gitprotocol-v2), read from the repository's files: every
 * fetch asks it first, and a process costs ten times as much. Undefined for any other request, and where only git
 * knows the answer (tags that have to be peeled): git answers those.
 */
export async function answerLsRefs(repository: string, body: Buffer): Promise<Buffer | undefined> {
  const wanted = parseLsRefs(body);
  if (!wanted) return undefined;
  const { prefixes, peel, symrefs, unborn } = wanted;
  const isWanted = (name: string) =>
    prefixes.length === 0 || prefixes.some(prefix => name.startsWith(prefix));
  const [refs, head] = await Promise.all([readRefs(repository, 'refs/'), readHead(repository)]);
  // Ours, which no client sees (transfer.hideRefs).
  const named = [...refs].map(([name, id]) => ({ name: `refs/${name}`, id }));
  const shown = named.filter(({ name }) => isWanted(name) && !name.startsWith('refs/slipway/'));
  if (peel && shown.some(({ name }) => !name.startsWith('refs/heads/'))) return undefined;
  if (head === undefined) return undefined;
  const target = symrefs ? ` symref-target:refs/heads/${head}` : '';
  const id = refs.get(`heads/${head}`);
  const lines = shown.map(each => `${each.id} ${each.name}`);
  if (isWanted('HEAD') && id) lines.unshift(`${id} HEAD${target}`);
  if (isWanted('HEAD') && !id && unborn) lines.unshift(`unborn HEAD${target}`);
  return Buffer.concat([...lines.map(line => packet(`${line}\n`)), Buffer.from(FLUSH)]);
}

/** Undefined for what is not exactly such a request. */
function parseLsRefs(body: Buffer): LsRefs | undefined {
  const lines = linesOf(body);
  if (lines?.[0] !== 'command=ls-refs' || lines.at(-1) !== FLUSH) return undefined;
  const delimiter = lines.indexOf(DELIMITER);
  const capabilities = lines.slice(1, delimiter < 0 ? -1 : delimiter);
  if (capabilities.some(each => !/^(agent=|session-id=|object-format=sha1$)/.test(each))) return undefined;
  const wanted: LsRefs = { symrefs: false, peel: false, unborn: false, prefixes: [] };
  for (const argument of delimiter < 0 ? [] : lines.slice(delimiter + 1, -1)) {
    const prefix = /^ref-prefix (.+)$/.exec(argument)?.[1];
    if (prefix !== undefined) wanted.prefixes.push(prefix);
    else if (argument === 'symrefs' || argument === 'peel' || argument === 'unborn') wanted[argument] = true;
    else return undefined;
  }
  return wanted;
}

/** Texts of the packets without their line ends; the special ones as they are. Undefined when it is not whole. */
function linesOf(body: Buffer): string[] | undefined {
  const lines: string[] = [];
  for (let at = 0; at < body.length; ) {
    const digits = body.toString('latin1', at, at + 4);
    const length = /^[0-9a-f]{4}$/i.test(digits) ? Number.parseInt(digits, 16) : -1;
    if (digits === FLUSH || digits === DELIMITER) {
      lines.push(digits);
      at += 4;
      continue;
    }
    if (length <= 4 || at + length > body.length) return undefined;
    lines.push(body.toString('utf8', at + 4, at + length).replace(/\n$/, ''));
    at += length;
  }
  return lines;
}
