import type { Stored } from '@slipway/api';
import { CLASS } from '../../../contract.ts';
import { unsupportedProtocol } from '../http-route/app-protocol.ts';
import { withAlias } from '../http-route/attachment.ts';
import type { Backend, Entry } from '../table/entry.ts';
import { INGRESS_CONTROLLER, type Ingress, type IngressBackend } from '../table/upstream.ts';
import type { World } from '../table/world.ts';

/** Entries of an Ingress, or the field that is not supported. Pure. */
export interface IngressPlan {
  entries: Entry[];
  refused?: { reason: string; message: string };
  /** References that do not resolve; the other paths work. */
  problems: string[];
}

/** Ingresses without a class are ours too: there is no other controller in this engine. */
export function isOurs(ingress: Stored<Ingress>, world: World): boolean {
  const name =
    ingress.spec?.ingressClassName ?? ingress.metadata.annotations?.['kubernetes.io/ingress.class'];
  if (name === undefined || name === CLASS) return true;
  return world.ingressClass(name)?.spec?.controller === INGRESS_CONTROLLER;
}

export function planIngress(ingress: Stored<Ingress>, world: World): IngressPlan {
  const { namespace = '', name, creationTimestamp } = ingress.metadata;
  const source = `Ingress ${namespace}/${name}`;
  const { defaultBackend, rules = [] } = ingress.spec ?? {};
  const entries: Entry[] = [];
  const problems: string[] = [];
  const add = (host: string, path: Entry['path'], backend: IngressBackend, rule: number, match: number) => {
    const found = backendOf(backend, namespace, world);
    if (found.problem) problems.push(found.problem);
    for (const hostname of withAlias(host.toLowerCase(), world.appsDomain)) {
      const order = { created: creationTimestamp, name: `${namespace}/${name}`, rule, match };
      entries.push({ hostname, path, headers: [], query: [], order, source, action: { backends: [found] } });
    }
  };
  const foreign = [
    defaultBackend,
    ...rules.flatMap(rule => rule.http?.paths.map(path => path.backend) ?? []),
  ].find(backend => backend?.resource !== undefined);
  if (foreign) {
    const message = `backend.resource: kind "${foreign.resource?.kind}" is not supported; only services are`;
    return { entries: [], problems: [], refused: { reason: 'UnsupportedBackend', message } };
  }
  rules.forEach((rule, ruleIndex) => {
    const host = rule.host ?? '';
    (rule.http?.paths ?? []).forEach((path, pathIndex) => {
      add(host, pathOf(path), path.backend, ruleIndex, pathIndex);
    });
    // A rule without paths sends everything for its host to the default backend.
    if (!rule.http && defaultBackend) add(host, ROOT, defaultBackend, ruleIndex, 0);
  });
  if (defaultBackend) {
    const hosts = new Set(['', ...rules.map(rule => rule.host ?? '')]);
    for (const host of hosts) add(host, ROOT, defaultBackend, rules.length, 0);
  }
  return { entries, problems };
}

const ROOT = { type: 'PathPrefix', value: '/' } as const;

function pathOf({ path = '/', pathType }: { path?: string; pathType: string }): Entry['path'] {
  return { type: pathType === 'Exact' ? 'Exact' : 'PathPrefix', value: path };
}

function backendOf({ service }: IngressBackend, namespace: string, world: World): Backend {
  const name = service?.name ?? '';
  const port = service?.port?.number ?? service?.port?.name;
  const found = world.service({ namespace, name });
  const known = found?.spec?.ports?.find(each => each.port === port || each.name === port);
  const unsupported = known && unsupportedProtocol(known);
  const missing = found
    ? `Service "${namespace}/${name}" has no port ${JSON.stringify(port)}`
    : `Service "${namespace}/${name}" does not exist`;
  return {
    namespace,
    service: name,
    port,
    weight: 1,
    ...(known && !unsupported ? {} : { problem: unsupported ?? missing }),
  };
}
