// How KWOK's nodes and pods come to life: everything is ready at once, a Job's pods end well, what is deleted is gone.

const GO_TIME = '{{ Now | Quote }}';

function stage(name: string, kind: 'Node' | 'Pod', matches: Match[], next: object): object {
  const matchExpressions = matches.map(([key, operator, ...values]) => ({
    key,
    operator,
    ...(values.length > 0 ? { values } : {}),
  }));
  return {
    apiVersion: 'kwok.x-k8s.io/v1alpha1',
    kind: 'Stage',
    metadata: { name },
    spec: { resourceRef: { apiGroup: 'v1', kind }, selector: { matchExpressions }, next },
  };
}

/** A jq expression, an operator and its values. */
type Match = [key: string, operator: 'Exists' | 'DoesNotExist' | 'In' | 'NotIn', ...values: string[]];

const READY = '.status.conditions.[] | select( .type == "Ready" ) | .status';
const ALIVE: Match = ['.metadata.deletionTimestamp', 'DoesNotExist'];

const nodeStatus = `
conditions:
{{ range NodeConditions }}
- type: {{ .type | Quote }}
  status: {{ .status | Quote }}
  reason: {{ .reason | Quote }}
  message: {{ .message | Quote }}
  lastHeartbeatTime: ${GO_TIME}
  lastTransitionTime: ${GO_TIME}
{{ end }}
addresses:
- type: InternalIP
  address: {{ NodeIP | Quote }}
- type: Hostname
  address: {{ NodeName | Quote }}
daemonEndpoints:
  kubeletEndpoint:
    Port: {{ NodePort }}
phase: Running
`;

/** Containers as a kubelet reports them; `state` is YAML of one line. */
function containers(key: string, field: string, ready: boolean, state: string): string {
  return `
${key}:
{{ range .spec.${field} }}
- name: {{ .name | Quote }}
  image: {{ .image | Quote }}
  imageID: {{ .image | Quote }}
  ready: ${ready}
  started: ${ready}
  restartCount: 0
  state: ${state}
{{ end }}
`;
}

const RUNNING = `{ running: { startedAt: ${GO_TIME} } }`;
const ENDED = `{ terminated: { exitCode: 0, reason: Completed, startedAt: ${GO_TIME}, finishedAt: ${GO_TIME} } }`;

const podRunning = `
conditions:
- { type: Initialized, status: "True", lastTransitionTime: ${GO_TIME} }
- { type: Ready, status: "True", lastTransitionTime: ${GO_TIME} }
- { type: ContainersReady, status: "True", lastTransitionTime: ${GO_TIME} }
{{ range .spec.readinessGates }}
- { type: {{ .conditionType | Quote }}, status: "True", lastTransitionTime: ${GO_TIME} }
{{ end }}
${containers('containerStatuses', 'containers', true, RUNNING)}
${containers('initContainerStatuses', 'initContainers', true, ENDED)}
{{ range NodeIPsWith .spec.nodeName }}
hostIP: {{ . | Quote }}
{{ end }}
{{ range PodIPsWith .spec.nodeName ( or .spec.hostNetwork false ) ( or .metadata.uid "" ) ( or .metadata.name "" ) ( or .metadata.namespace "" ) }}
podIP: {{ . | Quote }}
podIPs:
- ip: {{ . | Quote }}
{{ end }}
phase: Running
startTime: ${GO_TIME}
`;

const podEnded = `
conditions:
- { type: Ready, status: "False", reason: PodCompleted, lastTransitionTime: ${GO_TIME} }
- { type: ContainersReady, status: "False", reason: PodCompleted, lastTransitionTime: ${GO_TIME} }
${containers('containerStatuses', 'containers', false, ENDED)}
phase: Succeeded
`;

/** Documents of KWOK's `--config`. */
export const kwokStages: object[] = [
  stage('node-ready', 'Node', [[READY, 'NotIn', 'True']], { statusTemplate: nodeStatus }),
  stage('pod-runs', 'Pod', [ALIVE, ['.status.phase', 'In', 'Pending'], [READY, 'NotIn', 'True']], {
    statusTemplate: podRunning,
  }),
  stage(
    'pod-of-job-ends',
    'Pod',
    [ALIVE, ['.status.phase', 'In', 'Running'], ['.metadata.ownerReferences.[].kind', 'In', 'Job']],
    { statusTemplate: podEnded },
  ),
  stage('pod-deleted', 'Pod', [['.metadata.deletionTimestamp', 'Exists']], { delete: true }),
];
