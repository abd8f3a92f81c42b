import { isIP } from 'node:net';
import { label, subdomain } from '../names.ts';
import { duplicate, forbidden, invalid, type Problem, required, unsupported } from '../problem.ts';
import { items, text, type Values, values } from '../value.ts';
import { checkLabels, checkUnique } from './metadata.ts';
import { isPort } from './number.ts';
import { checkPort } from './probe.ts';

const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];
const AFFINITIES = ['ClientIP', 'None'];
const BAD_IP = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';

export function checkService(object: Values): Problem[] {
  const spec = values(object, 'spec');
  const type = text(spec.type);
  const affinity = text(spec.sessionAffinity);
  return [
    ...checkPorts(spec, type),
    ...checkLabels(values(spec, 'selector'), 'spec.selector'),
    ...(AFFINITIES.includes(affinity) ? [] : [unsupported('spec.sessionAffinity', affinity, AFFINITIES)]),
    ...(TYPES.includes(type) ? [] : [unsupported('spec.type', type, TYPES)]),
    ...checkAddresses(spec),
    ...checkExternalName(spec, type),
  ];
}

function checkPorts(spec: Values, type: string): Problem[] {
  const ports = items(spec.ports);
  const headless = spec.clusterIP === 'None';
  if (ports.length === 0 && !headless && type !== 'ExternalName') return [required('spec.ports')];
  const several = ports.length > 1;
  return [
    ...ports.flatMap((port, index) =>
      checkServicePort(port, { field: `spec.ports[${index}]`, several, type }),
    ),
    ...checkUnique(ports, 'spec.ports'),
    ...checkPairs(ports),
  ];
}

function checkServicePort(
  port: Values,
  { field, several, type }: { field: string; several: boolean; type: string },
): Problem[] {
  const name = text(port.name);
  const protocol = text(port.protocol);
  const names = name === '' ? [] : label(name).map(each => invalid(`${field}.name`, name, each));
  const inside = type === 'ClusterIP' && port.nodePort;
  return [
    ...(several && name === '' ? [required(`${field}.name`)] : names),
    ...isPort(port.port ?? 0, `${field}.port`),
    ...(PROTOCOLS.includes(protocol) ? [] : [unsupported(`${field}.protocol`, protocol, PROTOCOLS)]),
    ...checkPort(port.targetPort, `${field}.targetPort`),
    ...(inside ? [forbidden(`${field}.nodePort`, "may not be used when `type` is 'ClusterIP'")] : []),
  ];
}

function checkPairs(ports: Values[]): Problem[] {
  const seen = new Set<string>();
  return ports.flatMap((port, index) => {
    const key = `${port.protocol}/${port.port}`;
    if (!seen.has(key)) {
      seen.add(key);
      return [];
    }
    const shown = {
      Name: '',
      Protocol: port.protocol,
      AppProtocol: null,
      Port: port.port,
      TargetPort: 0,
      NodePort: 0,
    };
    return [duplicate(`spec.ports[${index}]`, shown)];
  });
}

function checkAddresses(spec: Values): Problem[] {
  const given = Array.isArray(spec.clusterIPs) ? spec.clusterIPs.map(text) : [text(spec.clusterIP)];
  const cluster = given.flatMap((address, index) =>
    address === '' || address === 'None' || isIP(address) > 0
      ? []
      : [invalid(`spec.clusterIPs[${index}]`, address, BAD_IP)],
  );
  const external = Array.isArray(spec.externalIPs) ? spec.externalIPs.map(text) : [];
  const wrong = external.flatMap((address, index) =>
    isIP(address) > 0 ? [] : [invalid(`spec.externalIPs[${index}]`, address, BAD_IP)],
  );
  return [...cluster, ...wrong];
}

function checkExternalName(spec: Values, type: string): Problem[] {
  if (type !== 'ExternalName') return [];
  const name = text(spec.externalName);
  if (name === '') return [required('spec.externalName')];
  return subdomain(name.replace(/\.$/, '')).map(detail => invalid('spec.externalName', name, detail));
}
