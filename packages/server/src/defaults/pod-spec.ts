import { at, each, type Fields, fill } from './fields.ts';
import { pullPolicy } from './image.ts';
import { defaultVolume } from './volume.ts';

/** Defaults of a pod's spec, wherever it stands (pkg/apis/core/v1/defaults.go). */
export function defaultPodSpec(spec: Fields | undefined): void {
  if (!spec) return;
  fill(spec, {
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    schedulerName: 'default-scheduler',
    securityContext: {},
  });
  const account = spec.serviceAccountName ?? spec.serviceAccount;
  if (account) fill(spec, { serviceAccountName: account, serviceAccount: account });
  // Plain booleans that are false are not written.
  for (const name of ['hostNetwork', 'hostPID', 'hostIPC']) if (spec[name] === false) delete spec[name];
  for (const volume of each(spec.volumes)) defaultVolume(volume);
  for (const container of containersOf(spec)) defaultContainer(container);
}

/** What only pods themselves get, not templates. */
export function defaultPodOnly(spec: Fields | undefined): void {
  if (!spec) return;
  fill(spec, { enableServiceLinks: true });
  for (const container of containersOf(spec)) {
    defaultRequests(container);
    if (spec.hostNetwork === true) useHostPorts(container);
  }
}

function containersOf(spec: Fields): Fields[] {
  return [spec.initContainers, spec.containers, spec.ephemeralContainers].flatMap(each);
}

/** What is limited and not requested is requested as it is limited. */
function defaultRequests(container: Fields): void {
  const limits = at(container, 'resources', 'limits');
  const resources = at(container, 'resources');
  if (!limits || !resources) return;
  resources.requests ??= {};
  fill(at(resources, 'requests'), limits);
}

function useHostPorts(container: Fields): void {
  for (const port of each(container.ports)) {
    if (!port.hostPort && port.containerPort) port.hostPort = port.containerPort;
  }
}

function defaultContainer(container: Fields): void {
  fill(container, {
    imagePullPolicy: pullPolicy(container.image),
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
  });
  for (const port of each(container.ports)) fill(port, { protocol: 'TCP' });
  for (const variable of each(container.env)) defaultVariable(variable);
  for (const probe of ['livenessProbe', 'readinessProbe', 'startupProbe']) defaultProbe(at(container, probe));
  for (const hook of ['postStart', 'preStop']) {
    fill(at(container, 'lifecycle', hook, 'httpGet'), { path: '/', scheme: 'HTTP' });
  }
}

function defaultVariable(variable: Fields): void {
  if (variable.value === '') delete variable.value;
  fill(at(variable, 'valueFrom', 'fieldRef'), { apiVersion: 'v1' });
  fill(at(variable, 'valueFrom', 'resourceFieldRef'), { divisor: '0' });
}

function defaultProbe(probe: Fields | undefined): void {
  fill(probe, { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 });
  fill(at(probe, 'httpGet'), { path: '/', scheme: 'HTTP' });
  fill(at(probe, 'grpc'), { service: '' });
}
