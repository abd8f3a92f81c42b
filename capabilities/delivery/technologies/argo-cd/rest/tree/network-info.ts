import { type AnyObject, parseApiVersion } from '@slipway/api';
import { ingressUrls, LINK } from '../../application/external-urls.ts';
import type { NetworkingInfo, ResourceRef } from './node.ts';

/** Where an object leads traffic to; undefined for kinds that lead none. */
export function networkingInfo(object: AnyObject): NetworkingInfo | undefined {
  const links = Object.entries(object.metadata.annotations ?? {})
    .filter(([key, value]) => key.startsWith(LINK) && isWebAddress(value))
    .map(([, value]) => value);
  const own = infoOf(object);
  if (!own && links.length === 0) return undefined;
  const urls = [...links, ...(own?.externalURLs ?? [])];
  return { ...own, ...(urls.length > 0 ? { externalURLs: urls } : {}) };
}

/** `https://…` or `title|https://…`: nothing that a page could run. */
function isWebAddress(value: string): boolean {
  return /^https?:\/\//i.test(value.slice(value.indexOf('|') + 1));
}

function infoOf(object: AnyObject): NetworkingInfo | undefined {
  const { group } = parseApiVersion(object.apiVersion);
  if (group === '' && object.kind === 'Pod') return { labels: object.metadata.labels ?? {} };
  if (group === '' && object.kind === 'Service') return serviceInfo(object);
  if (object.kind === 'Ingress') return ingressInfo(object);
  if (group === 'gateway.networking.k8s.io' && object.kind.endsWith('Route')) return routeInfo(object);
  return undefined;
}

interface Ingressed {
  loadBalancer?: { ingress?: { hostname?: string; ip?: string }[] };
}

function addressesOf({ status }: AnyObject): { hostname?: string; ip?: string }[] {
  const { loadBalancer } = (status ?? {}) as Ingressed;
  return (loadBalancer?.ingress ?? []).map(({ hostname, ip }) =>
    hostname ? { hostname } : { ip: ip ?? '' },
  );
}

function serviceInfo(service: AnyObject): NetworkingInfo {
  const { selector = {}, type } = (service.spec ?? {}) as {
    selector?: Record<string, string>;
    type?: string;
  };
  const ingress = type === 'LoadBalancer' ? addressesOf(service) : [];
  return { targetLabels: selector, ...(ingress.length > 0 ? { ingress } : {}) };
}

interface IngressSpec {
  defaultBackend?: { service?: { name?: string } };
  rules?: { http?: { paths?: { backend?: { service?: { name?: string } } }[] } }[];
}

function ingressInfo(object: AnyObject): NetworkingInfo {
  const { defaultBackend, rules = [] } = (object.spec ?? {}) as IngressSpec;
  const backends = [
    defaultBackend,
    ...rules.flatMap(({ http }) => http?.paths?.map(each => each.backend) ?? []),
  ];
  const names = new Set(backends.flatMap(backend => backend?.service?.name ?? []));
  const ingress = addressesOf(object);
  return {
    targetRefs: [...names].map(name => serviceRef(object, name)),
    ...(ingress.length > 0 ? { ingress } : {}),
    externalURLs: ingressUrls(object),
  };
}

interface RouteSpec {
  hostnames?: string[];
  rules?: { backendRefs?: { kind?: string; name: string; namespace?: string }[] }[];
}

function routeInfo(object: AnyObject): NetworkingInfo {
  const { rules = [], hostnames = [] } = (object.spec ?? {}) as RouteSpec;
  const services = rules
    .flatMap(({ backendRefs = [] }) => backendRefs)
    .filter(({ kind = 'Service' }) => kind === 'Service');
  const refs = new Map(
    services.map(each => [`${each.namespace}/${each.name}`, serviceRef(object, each.name, each.namespace)]),
  );
  return { targetRefs: [...refs.values()], externalURLs: hostnames.map(host => `https://${host}`) };
}

function serviceRef({ metadata }: AnyObject, name: string, namespace = metadata.namespace): ResourceRef {
  return { kind: 'Service', name, ...(namespace ? { namespace } : {}) };
}
