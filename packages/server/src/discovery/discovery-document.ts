import { createHash } from 'node:crypto';
import { type Registry, serverVersion } from '../schema/index.ts';
import { AGGREGATED, aggregatedDocument, wantsAggregated } from './aggregated.ts';
import { groupsOf } from './groups.ts';
import { coreVersions, groupDocument, groupList, resourceList } from './legacy.ts';

export interface DiscoveryAnswer {
  contentType: string;
  /** JSON text. */
  body: string;
  /** Quoted; aggregated documents have one, and a request with it in If-None-Match gets 304. */
  etag?: string;
}

/**
 * `/version`, `/api`, `/apis`, `/apis/<group>`, `/api/v1`, `/apis/<group>/<version>`; undefined for other paths.
 * Answers are kept until the registry changes.
 */
export function discoveryDocument(
  path: string,
  accept: string,
  registry: Registry,
  address = '127.0.0.1',
): DiscoveryAnswer | undefined {
  const plain = path.length > 1 ? path.replace(/\/$/, '') : path;
  const aggregated = (plain === '/api' || plain === '/apis') && wantsAggregated(accept);
  const key = `${plain} ${aggregated} ${address}`;
  const answers = answersOf(registry);
  const kept = answers.get(key);
  if (kept) return kept;
  const document = aggregated ? aggregatedOf(plain, registry) : legacyOf(plain, registry, address);
  if (document === undefined) return undefined;
  const answer = answerOf(document, aggregated);
  answers.set(key, answer);
  return answer;
}

const kept = new WeakMap<Registry, { revision: number; answers: Map<string, DiscoveryAnswer> }>();

function answersOf(registry: Registry): Map<string, DiscoveryAnswer> {
  const found = kept.get(registry);
  if (found?.revision === registry.revision) return found.answers;
  const answers = new Map<string, DiscoveryAnswer>();
  kept.set(registry, { revision: registry.revision, answers });
  return answers;
}

function answerOf(document: unknown, aggregated: boolean): DiscoveryAnswer {
  const body = JSON.stringify(document);
  if (!aggregated) return { contentType: 'application/json', body };
  const hash = createHash('sha512').update(body).digest('hex').toUpperCase();
  return { contentType: AGGREGATED, body, etag: `"${hash}"` };
}

function aggregatedOf(path: string, registry: Registry): unknown {
  return aggregatedDocument(groupsOf(registry).filter(({ group }) => (group === '') === (path === '/api')));
}

function legacyOf(path: string, registry: Registry, address: string): unknown {
  if (path === '/version') return serverVersion();
  if (path === '/api') return coreVersions(address);
  const groups = groupsOf(registry);
  if (path === '/apis') return groupList(groups.filter(({ group }) => group !== ''));
  const match = /^\/(?:api|apis\/([^/]+))(?:\/([^/]+))?$/.exec(path);
  const group = match && groups.find(found => found.group === (match[1] ?? ''));
  if (!match || !group) return undefined;
  if (match[2] === undefined) return groupDocument(group);
  const version = group.versions.find(found => found.version === match[2]);
  return version && resourceList(group.group, version.version, version.resources);
}
