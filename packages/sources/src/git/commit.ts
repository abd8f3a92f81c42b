import { timestamp } from '@slipway/api';

/** Who wrote or made a commit, and when. */
export interface CommitPerson {
  name: string;
  email: string;
  /** RFC 3339 */
  date: string;
}

export interface ParsedCommit {
  id: string;
  tree: string;
  parents: string[];
  author: CommitPerson;
  committer: CommitPerson;
  message: string;
}

/** A raw commit object: headers, an empty line, the message. Continued headers (signatures) are left out. */
export function parseCommit(id: string, data: Buffer): ParsedCommit {
  const text = data.toString();
  const gap = text.indexOf('\n\n');
  const headers = text.slice(0, gap < 0 ? text.length : gap).split('\n');
  const all = (name: string) =>
    headers.filter(line => line.startsWith(`${name} `)).map(line => line.slice(name.length + 1));
  return {
    id,
    tree: all('tree')[0] ?? '',
    parents: all('parent'),
    author: parsePerson(all('author')[0] ?? ''),
    committer: parsePerson(all('committer')[0] ?? ''),
    message: gap < 0 ? '' : text.slice(gap + 2),
  };
}

function parsePerson(line: string): CommitPerson {
  const [, name = '', email = '', seconds = '0'] = /^(.*?) ?<([^>]*)> (\d+)/.exec(line) ?? [];
  return { name, email, date: timestamp(Number(seconds) * 1000) };
}
