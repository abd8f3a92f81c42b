import type { AnyObject } from '@slipway/api';
import type { Item } from './compare.ts';

export const LINK = 'link.argocd.argoproj.io/';

/** Addresses that objects of an Application have for people: Ingress hosts and link annotations, sorted. */
export function externalUrlsOf(items: Item[]): string[] {
  const urls = new Set<string>();
  for (const { live } of items) {
    if (!live) continue;
    for (const [key, value] of Object.entries(live.metadata.annotations ?? {}))
      if (key.startsWith(LINK)) urls.add(value.split('|').at(-1) ?? value);
    if (live.kind === 'Ingress') for (const url of ingressUrls(live)) urls.add(url);
  }
  return [...urls].sort();
}

interface Rule {
  host?: string;
  http?: { paths?: { path?: string }[] };
}

export function ingressUrls({ spec }: AnyObject): string[] {
  const { rules = [], tls = [] } = (spec ?? {}) as { rules?: Rule[]; tls?: { hosts?: string[] }[] };
  const secure = new Set(tls.flatMap(each => each.hosts ?? []));
  return rules.flatMap(({ host, http }) => {
    if (!host) return [];
    const scheme = secure.has(host) ? 'https' : 'http';
    return (http?.paths ?? [{}]).map(({ path = '/' }) => `${scheme}://${host}${path.replace(/\*$/, '')}`);
  });
}
