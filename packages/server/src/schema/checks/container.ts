import { compareQuantities, isQuantity } from '../../defaults/quantity.ts';

import { label, portName, variableName } from '../names.ts';
import { invalid, notFound, type Problem, required, unsupported } from '../problem.ts';
import { isSet, items, text, type Values, values } from '../value.ts';
import { checkUnique } from './metadata.ts';
import { isPort } from './number.ts';
import { checkHandler, checkProbe } from './probe.ts';
import { checkUsers } from './users.ts';

export interface ContainerPlace {
  field: string;
  /** Names of the pod's volumes. */
  volumes: Set<string>;
}

const PULL = ['Always', 'IfNotPresent', 'Never'];
const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];

/** What is wrong with a container. */
export function checkContainer(container: Values, { field, volumes }: ContainerPlace): Problem[] {
  return [
    ...checkIdentity(container, field),
    ...checkPorts(items(container.ports), `${field}.ports`),
    ...items(container.env).flatMap((each, index) => checkVariable(each, `${field}.env[${index}]`)),
    ...checkMounts(items(container.volumeMounts), `${field}.volumeMounts`, volumes),
    ...checkProbe(container.livenessProbe, `${field}.livenessProbe`, true),
    ...checkProbe(container.readinessProbe, `${field}.readinessProbe`, false),
    ...checkProbe(container.startupProbe, `${field}.startupProbe`, true),
    ...checkHooks(container, field),
    ...checkResources(values(container, 'resources'), `${field}.resources`),
    ...checkSecurity(container.securityContext, `${field}.securityContext`),
  ];
}

function checkIdentity(container: Values, field: string): Problem[] {
  const name = text(container.name);
  const image = text(container.image);
  const policy = container.imagePullPolicy;
  const names =
    name === '' ? [required(`${field}.name`)] : label(name).map(each => invalid(`${field}.name`, name, each));
  const images =
    image === ''
      ? [required(`${field}.image`)]
      : image.trim() === image
        ? []
        : [invalid(`${field}.image`, image, 'must not have leading or trailing whitespace')];
  const known = policy === undefined || PULL.includes(text(policy));
  return [...names, ...images, ...(known ? [] : [unsupported(`${field}.imagePullPolicy`, policy, PULL)])];
}

function checkPorts(ports: Values[], field: string): Problem[] {
  return [
    ...ports.flatMap((port, index) => checkPort(port, `${field}[${index}]`)),
    ...checkUnique(ports, field),
  ];
}

function checkPort(port: Values, field: string): Problem[] {
  const name = text(port.name);
  const protocol = text(port.protocol);
  return [
    ...(name === '' ? [] : portName(name).map(each => invalid(`${field}.name`, name, each))),
    ...(port.containerPort
      ? isPort(port.containerPort, `${field}.containerPort`)
      : [required(`${field}.containerPort`)]),
    ...(port.hostPort ? isPort(port.hostPort, `${field}.hostPort`) : []),
    ...(protocol === '' || PROTOCOLS.includes(protocol)
      ? []
      : [unsupported(`${field}.protocol`, protocol, PROTOCOLS)]),
  ];
}

const SOURCES = ['fieldRef', 'resourceFieldRef', 'configMapKeyRef', 'secretKeyRef', 'fileKeyRef'];
const FIELDS =
  /^(metadata\.(name|namespace|uid)|metadata\.(labels|annotations)\['[^']+'\]|spec\.(nodeName|serviceAccountName)|status\.(hostIPs?|podIPs?))$/;

function checkVariable(variable: Values, field: string): Problem[] {
  const name = text(variable.name);
  const names =
    name === ''
      ? [required(`${field}.name`)]
      : variableName(name).map(each => invalid(`${field}.name`, name, each));
  if (!isSet(variable.valueFrom)) return names;
  const place = `${field}.valueFrom`;
  const from = values(variable, 'valueFrom');
  const found = SOURCES.filter(source => isSet(from[source]));
  const problems = [...names];
  if (found.length === 0) {
    const detail =
      'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`';
    problems.push(invalid(place, '', detail));
  }
  if (found.length > 0 && text(variable.value) !== '') {
    problems.push(invalid(place, '', 'may not be specified when `value` is not empty'));
  }
  if (found.length > 1)
    problems.push(invalid(place, '', 'may not have more than one field specified at a time'));
  return [
    ...problems,
    ...found.flatMap(source => checkSource(source, values(from, source), `${place}.${source}`)),
  ];
}

function checkSource(source: string, reference: Values, field: string): Problem[] {
  if (source === 'fieldRef') return checkFieldPath(reference, field);
  if (source === 'resourceFieldRef')
    return text(reference.resource) === '' ? [required(`${field}.resource`)] : [];
  return text(reference.key) === '' ? [required(`${field}.key`)] : [];
}

function checkFieldPath(reference: Values, field: string): Problem[] {
  const path = text(reference.fieldPath);
  if (path === '') return [required(`${field}.fieldPath`)];
  if (FIELDS.test(path)) return [];
  const detail = `error converting fieldPath: field label not supported: ${path}`;
  return [invalid(`${field}.fieldPath`, path, detail)];
}

function checkMounts(mounts: Values[], field: string, volumes: Set<string>): Problem[] {
  const paths = new Set<string>();
  return mounts.flatMap((mount, index) => {
    const place = `${field}[${index}]`;
    const name = text(mount.name);
    const path = text(mount.mountPath);
    const problems: Problem[] = [];
    if (name === '') problems.push(required(`${place}.name`));
    if (name !== '' && !volumes.has(name)) problems.push(notFound(`${place}.name`, name));
    if (path === '') problems.push(required(`${place}.mountPath`));
    if (path !== '' && paths.has(path)) problems.push(invalid(`${place}.mountPath`, path, 'must be unique'));
    paths.add(path);
    const outside = text(mount.subPath).split('/').includes('..');
    if (outside) problems.push(invalid(`${place}.subPath`, mount.subPath, "must not contain '..'"));
    return problems;
  });
}

function checkHooks(container: Values, field: string): Problem[] {
  return ['postStart', 'preStop'].flatMap(hook => {
    const found = values(container, 'lifecycle')[hook];
    return isSet(found)
      ? checkHandler(values(container, 'lifecycle', hook), `${field}.lifecycle.${hook}`)
      : [];
  });
}

const STANDARD = /^(cpu|memory|ephemeral-storage|hugepages-.+)$/;

function checkResources(resources: Values, field: string): Problem[] {
  const limits = values(resources, 'limits');
  const requests = values(resources, 'requests');
  const both = Object.entries(requests).flatMap(([name, amount]): Problem[] => {
    const most = limits[name];
    if (!isSet(most) || compareQuantities(String(amount), String(most)) <= 0) return [];
    return [
      invalid(`${field}.requests`, String(amount), `must be less than or equal to ${name} limit of ${most}`),
    ];
  });
  return [
    ...checkAmounts(limits, `${field}.limits`),
    ...checkAmounts(requests, `${field}.requests`),
    ...both,
  ];
}

function checkAmounts(amounts: Values, field: string): Problem[] {
  return Object.entries(amounts).flatMap(([name, amount]) => {
    const place = `${field}[${name}]`;
    const value = String(amount);
    const problems: Problem[] = [];
    if (!name.includes('/') && !STANDARD.test(name)) {
      problems.push(invalid(place, name, 'must be a standard resource type or fully qualified'));
      problems.push(invalid(place, name, 'must be a standard resource for containers'));
    }
    if (isQuantity(value) && value.startsWith('-')) {
      problems.push(invalid(place, value, 'must be greater than or equal to 0'));
    }
    return problems;
  });
}

function checkSecurity(context: unknown, field: string): Problem[] {
  if (!isSet(context)) return [];
  const found = values({ context }, 'context');
  const problems = checkUsers(found, field);
  if (found.allowPrivilegeEscalation !== false) return problems;
  const detail = 'cannot set `allowPrivilegeEscalation` to false and `privileged` to true';
  return found.privileged === true ? [...problems, invalid(field, found, detail)] : problems;
}
