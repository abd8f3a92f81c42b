import { label, qualifiedName, subdomain } from '../names.ts';
import { duplicate, forbidden, invalid, type Problem, required, unsupported } from '../problem.ts';
import { isSet, items, text, type Values, values } from '../value.ts';
import { checkContainer } from './container.ts';
import { checkLabels, checkUnique } from './metadata.ts';
import { inRange, MOST_INT32 } from './number.ts';
import { checkUsers } from './users.ts';
import { checkVolumes } from './volume.ts';

const RESTART = ['Always', 'OnFailure', 'Never'];
const DNS = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];
const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

/** What is wrong with a pod's spec (pkg/apis/core/validation); `field` is where it stands. */
export function checkPodSpec(spec: Values, field: string): Problem[] {
  const volumes = items(spec.volumes);
  const names = new Set(volumes.map(volume => text(volume.name)));
  return [
    ...checkVolumes(volumes, `${field}.volumes`),
    ...checkContainers(spec, field, names),
    ...oneOf(spec.restartPolicy, RESTART, `${field}.restartPolicy`),
    ...oneOf(spec.dnsPolicy, DNS, `${field}.dnsPolicy`),
    ...checkDeadline(spec, field),
    ...checkLabels(values(spec, 'nodeSelector'), `${field}.nodeSelector`),
    ...checkNames(spec, field),
    ...items(spec.tolerations).flatMap((each, index) =>
      checkToleration(each, `${field}.tolerations[${index}]`),
    ),
    ...checkUsers(values(spec, 'securityContext'), `${field}.securityContext`),
    ...checkHostPorts(spec, field),
  ];
}

function oneOf(value: unknown, allowed: string[], field: string): Problem[] {
  return typeof value !== 'string' || allowed.includes(value) ? [] : [unsupported(field, value, allowed)];
}

function checkContainers(spec: Values, field: string, volumes: Set<string>): Problem[] {
  const containers = items(spec.containers);
  const place = `${field}.containers`;
  const none = containers.length === 0 ? [required(place)] : [];
  const init = items(spec.initContainers);
  const all = [...containers, ...init];
  return [
    ...none,
    ...containers.flatMap((each, index) => checkContainer(each, { field: `${place}[${index}]`, volumes })),
    ...checkUnique(containers, place),
    ...init.flatMap((each, index) => checkInit(each, `${field}.initContainers[${index}]`, volumes)),
    ...sharedNames(all, containers.length, field),
  ];
}

function sharedNames(all: Values[], count: number, field: string): Problem[] {
  const seen = new Set(all.slice(0, count).map(each => text(each.name)));
  return all.slice(count).flatMap((each, index) => {
    const name = text(each.name);
    const problem = duplicate(`${field}.initContainers[${index}].name`, name);
    const twice = seen.has(name) && name !== '';
    seen.add(name);
    return twice ? [problem] : [];
  });
}

function checkInit(container: Values, field: string, volumes: Set<string>): Problem[] {
  const sidecar = container.restartPolicy === 'Always';
  const probes = ['livenessProbe', 'readinessProbe', 'startupProbe'].filter(name => isSet(container[name]));
  return [
    ...checkContainer(container, { field, volumes }),
    ...oneOf(container.restartPolicy, ['Always', 'Never', 'OnFailure'], `${field}.restartPolicy`),
    ...(sidecar
      ? []
      : probes.map(name =>
          forbidden(`${field}.${name}`, 'may not be set for init containers without restartPolicy=Always'),
        )),
  ];
}

function checkDeadline(spec: Values, field: string): Problem[] {
  return inRange(spec.activeDeadlineSeconds, 1, MOST_INT32, `${field}.activeDeadlineSeconds`);
}

function checkNames(spec: Values, field: string): Problem[] {
  const named: [string, (name: string) => string[]][] = [
    ['hostname', label],
    ['subdomain', label],
    ['serviceAccountName', subdomain],
    ['nodeName', subdomain],
    ['priorityClassName', subdomain],
    ['runtimeClassName', subdomain],
  ];
  return named.flatMap(([name, rule]) => {
    const value = text(spec[name]);
    return value === '' ? [] : rule(value).map(detail => invalid(`${field}.${name}`, value, detail));
  });
}

function checkToleration(toleration: Values, field: string): Problem[] {
  const { key, operator, value, effect, tolerationSeconds } = toleration;
  const problems =
    text(key) === '' ? [] : qualifiedName(text(key)).map(each => invalid(`${field}.key`, key, each));
  const op = text(operator);
  if (text(key) === '' && op !== 'Exists') {
    const detail = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';
    problems.push(invalid(`${field}.operator`, op, detail));
  }
  if (op === 'Exists' && text(value) !== '') {
    problems.push(invalid(`${field}.operator`, value, "value must be empty when `operator` is 'Exists'"));
  }
  if (op !== '' && !['Exists', 'Equal'].includes(op)) {
    problems.push(unsupported(`${field}.operator`, op, ['Equal', 'Exists']));
  }
  if (isSet(tolerationSeconds) && effect !== 'NoExecute') {
    problems.push(
      invalid(`${field}.effect`, effect, "effect must be 'NoExecute' when `tolerationSeconds` is set"),
    );
  }
  return text(effect) === '' ? problems : [...problems, ...oneOf(effect, EFFECTS, `${field}.effect`)];
}

/** Two containers of a pod cannot have one port of its host. */
function checkHostPorts(spec: Values, field: string): Problem[] {
  const seen = new Set<string>();
  return items(spec.containers).flatMap((container, index) =>
    items(container.ports).flatMap((port, at) => {
      if (!port.hostPort) return [];
      const key = `${text(port.protocol)}/${text(port.hostIP)}/${port.hostPort}`;
      const twice = seen.has(key);
      seen.add(key);
      return twice ? [duplicate(`${field}.containers[${index}].ports[${at}].hostPort`, key)] : [];
    }),
  );
}

export function checkPod(object: Values): Problem[] {
  return checkPodSpec(values(object, 'spec'), 'spec');
}

/** A pod template; workloads allow only some restart policies. */
export function checkTemplate(template: Values, field: string): Problem[] {
  return [
    ...checkLabels(values(template, 'metadata', 'labels'), `${field}.labels`),
    ...checkPodSpec(values(template, 'spec'), `${field}.spec`),
  ];
}
