import { isIP } from 'node:net';
import { subdomain, wildcardHost } from '../names.ts';
import { invalid, type Problem, required, unsupported } from '../problem.ts';
import { isSet, items, text, type Values, values } from '../value.ts';

const PATH_TYPES = ['Exact', 'ImplementationSpecific', 'Prefix'];

export function checkIngress(object: Values): Problem[] {
  const spec = values(object, 'spec');
  const rules = items(spec.rules);
  if (rules.length === 0 && !isSet(spec.defaultBackend)) {
    return [invalid('spec', null, 'either `defaultBackend` or `rules` must be specified')];
  }
  const fallback = isSet(spec.defaultBackend)
    ? checkBackend(values(spec, 'defaultBackend'), 'spec.defaultBackend')
    : [];
  return [...fallback, ...rules.flatMap((rule, index) => checkRule(rule, `spec.rules[${index}]`))];
}

function checkRule(rule: Values, field: string): Problem[] {
  const http = isSet(rule.http) ? checkPaths(values(rule, 'http'), `${field}.http.paths`) : [];
  return [...checkHost(text(rule.host), `${field}.host`), ...http];
}

function checkHost(host: string, field: string): Problem[] {
  if (host === '') return [];
  if (isIP(host) > 0) return [invalid(field, host, 'must be a DNS name, not an IP address')];
  const rule = host.includes('*') ? wildcardHost : subdomain;
  return rule(host).map(detail => invalid(field, host, detail));
}

function checkPaths(http: Values, field: string): Problem[] {
  const paths = items(http.paths);
  if (paths.length === 0) return [required(field)];
  return paths.flatMap((path, index) => checkPath(path, `${field}[${index}]`));
}

function checkPath(path: Values, field: string): Problem[] {
  const type = text(path.pathType);
  const value = text(path.path);
  const needsPath = type === 'Exact' || type === 'Prefix';
  const problems: Problem[] = [];
  if (!isSet(path.pathType)) problems.push(required(`${field}.pathType`, 'pathType must be specified'));
  if (isSet(path.pathType) && !PATH_TYPES.includes(type)) {
    problems.push(unsupported(`${field}.pathType`, type, PATH_TYPES));
  }
  if (needsPath && !value.startsWith('/'))
    problems.push(invalid(`${field}.path`, value, 'must be an absolute path'));
  return [...problems, ...checkBackend(values(path, 'backend'), `${field}.backend`)];
}

function checkBackend(backend: Values, field: string): Problem[] {
  if (isSet(backend.resource)) return [];
  if (!isSet(backend.service)) return [invalid(field, '', 'resource or service backend is required')];
  const service = values(backend, 'service');
  const port = values(service, 'port');
  const named = text(service.name) === '' ? [required(`${field}.service.name`)] : [];
  const numbered = port.name || port.number ? [] : [required(field, 'port name or number is required')];
  return [...named, ...numbered];
}

const POLICY_TYPES = ['Ingress', 'Egress'];

export function checkNetworkPolicy(object: Values): Problem[] {
  const spec = values(object, 'spec');
  const types = Array.isArray(spec.policyTypes) ? spec.policyTypes.map(text) : [];
  return [
    ...items(spec.ingress).flatMap((rule, index) =>
      checkPeers(items(rule.from), `spec.ingress[${index}].from`),
    ),
    ...items(spec.egress).flatMap((rule, index) => checkPeers(items(rule.to), `spec.egress[${index}].to`)),
    ...types.flatMap((type, index) =>
      POLICY_TYPES.includes(type) ? [] : [unsupported(`spec.policyTypes[${index}]`, type, POLICY_TYPES)],
    ),
  ];
}

function checkPeers(peers: Values[], field: string): Problem[] {
  return peers.flatMap((peer, index) => {
    if (!isSet(peer.ipBlock)) return [];
    const cidr = text(values(peer, 'ipBlock').cidr);
    const [address = '', bits = ''] = cidr.split('/');
    if (isIP(address) > 0 && /^\d+$/.test(bits)) return [];
    const detail = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';
    return [invalid(`${field}[${index}].ipBlock.cidr`, cidr, detail)];
  });
}

const ADDRESS_TYPES = ['FQDN', 'IPv4', 'IPv6'];

export function checkEndpointSlice(object: Values): Problem[] {
  const type = text(object.addressType);
  if (type === '') return [required('addressType')];
  return ADDRESS_TYPES.includes(type) ? [] : [unsupported('addressType', type, ADDRESS_TYPES)];
}
