import { Failure } from '../registry/failure.ts';
import { type Exchange, sendJson, type Target } from './exchange.ts';
import { demand } from './rights.ts';

const LARGEST_PAGE = 1000;

/** Tags in lexical order, case ignored (distribution-spec, "Listing Tags"). */
export async function listTags(exchange: Exchange, { repository }: Target): Promise<void> {
  await demand(exchange.rights, exchange.user, 'get', repository);
  const all = exchange.registry.tags(repository).sort(lexical);
  const size = pageSize(exchange);
  const last = exchange.query.get('last');
  const rest = last === null ? all : all.filter(tag => lexical(tag, last) > 0);
  const tags = rest.slice(0, size);
  sendJson(exchange, { name: repository, tags }, nextPage(`/v2/${repository}/tags/list`, tags, rest.length));
}

/** Repositories the caller may read, and no others. */
export async function listRepositories(exchange: Exchange): Promise<void> {
  const size = pageSize(exchange);
  const last = exchange.query.get('last');
  const readable: string[] = [];
  for (const repository of exchange.registry.repositories().sort(lexical)) {
    if (readable.length > size) break;
    if (last !== null && lexical(repository, last) <= 0) continue;
    if (await exchange.rights.allows(exchange.user, 'get', repository)) readable.push(repository);
  }
  const repositories = readable.slice(0, size);
  sendJson(exchange, { repositories }, nextPage('/v2/_catalog', repositories, readable.length));
}

function lexical(a: string, b: string): number {
  const [left, right] = [a.toLowerCase(), b.toLowerCase()];
  if (left !== right) return left < right ? -1 : 1;
  return a < b ? -1 : Number(a > b);
}

function pageSize({ query }: Exchange): number {
  const text = query.get('n');
  if (text === null) return LARGEST_PAGE;
  if (!/^\d+$/.test(text)) throw new Failure('SIZE_INVALID', `n=${text} is not a number`, { status: 400 });
  return Math.min(Number(text), LARGEST_PAGE);
}

function nextPage(path: string, page: string[], found: number): Record<string, string> {
  const last = page.at(-1);
  if (last === undefined || found <= page.length) return {};
  return { link: `<${path}?n=${page.length}&last=${encodeURIComponent(last)}>; rel="next"` };
}
