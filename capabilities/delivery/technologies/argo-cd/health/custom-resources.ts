import { byConditions, byReady } from './by-conditions.ts';
import { byField } from './by-field.ts';
import type { HealthRule } from './types.ts';
import { progressing } from './waiting.ts';

/** Kinds of other projects whose health is told by a condition or by one field, by `group/kind`. */
export const CUSTOM_RESOURCES: Record<string, HealthRule> = {
  'external-secrets.io/ExternalSecret': byReady('Waiting for ExternalSecret'),
  'external-secrets.io/PushSecret': byReady('Waiting for PushSecret'),
  'certmanager.k8s.io/Certificate': byReady('Waiting for certificate'),
  'karpenter.sh/NodePool': byReady('Waiting for NodePool to be ready'),
  'karpenter.k8s.aws/EC2NodeClass': byConditions(
    [
      { type: 'Ready', status: 'False', health: 'Degraded' },
      { type: 'Ready', status: 'True', health: 'Healthy', message: 'EC2NodeClass is ready' },
    ],
    progressing('Waiting for EC2NodeClass to be ready'),
  ),
  'onepassword.com/OnePasswordItem': byReady('Waiting for controller to report status'),
  'argoproj.io/EventBus': byReady('Waiting for initialization', 'Deployed'),
  ...coralogix(['Alert', 'RecordingRuleGroupSet']),
  'kafka.strimzi.io/Kafka': byConditions(
    [
      { type: 'NotReady', status: 'True', notReason: 'Creating', health: 'Degraded' },
      { type: 'Ready', status: 'True', health: 'Healthy', message: '' },
    ],
    progressing('Waiting for Kafka Cluster'),
  ),
  'operator.openshift.io/IngressController': byConditions(
    [
      { type: 'Degraded', status: 'True', health: 'Degraded' },
      { type: 'DeploymentReplicasAllAvailable', status: 'False', health: 'Progressing' },
      { type: 'Progressing', status: 'True', health: 'Progressing', message: '{reason}' },
      { type: 'Available', status: 'True', health: 'Healthy', message: 'IngressController is available' },
    ],
    progressing('Status of IngressController is not known yet'),
  ),
  'kyverno.io/Policy': byConditions(
    [{ type: 'Ready', status: 'True', reason: 'Succeeded', health: 'Healthy', message: 'Policy is ready' }],
    progressing('Waiting for Policy to be ready'),
  ),
  ...rabbitmq(['Binding', 'Exchange', 'Permission', 'User', 'Vhost']),
  ...confluent(['Connect', 'ControlCenter', 'Kafka', 'KsqlDB', 'SchemaRegistry', 'Zookeeper']),
  ...humio(['HumioAlert', 'HumioParser', 'HumioView']),
  ...keptn({
    KeptnEvaluation: 'status.overallStatus',
    KeptnTask: 'status.status',
    KeptnWorkloadInstance: 'status.status',
    KeptnWorkloadVersion: 'status.status',
  }),
  'jaegertracing.io/Jaeger': byField(
    'status.phase',
    [
      ['Running', 'Healthy', 'Jaeger is Running'],
      ['Failed', 'Degraded', 'Jaeger Failed For Some Reason'],
    ],
    progressing('Waiting for Jaeger'),
  ),
  ...clickhouse(),
  ...astra(['Backup', 'ExecHooksRun', 'ResticVolumeBackup', 'Snapshot']),
  'astra.netapp.io/ExecHook': byField(
    'spec.enabled',
    [
      [true, 'Healthy', '{kind} enabled'],
      [false, 'Suspended', '{kind} disabled'],
    ],
    progressing('No status available'),
  ),
};

function each(
  group: string,
  kinds: string[],
  ruleOf: (kind: string) => HealthRule,
): Record<string, HealthRule> {
  return Object.fromEntries(kinds.map(kind => [`${group}/${kind}`, ruleOf(kind)]));
}

function coralogix(kinds: string[]): Record<string, HealthRule> {
  return each('coralogix.com', kinds, () =>
    byConditions(
      [
        { type: 'RemoteSynced', status: 'True', health: 'Healthy', message: 'Resource is ready' },
        { type: 'RemoteSynced', status: 'False', health: 'Degraded' },
      ],
      progressing('Waiting for status to be updated'),
    ),
  );
}

function rabbitmq(kinds: string[]): Record<string, HealthRule> {
  return each('rabbitmq.com', kinds, kind => {
    const name = `RabbitMQ ${kind.toLowerCase()}`;
    const failed = `${name} failed to be created or updated`;
    const [type, good, bad] = ['Ready', 'SuccessfulCreateOrUpdate', 'FailedCreateOrUpdate'];
    return byConditions(
      [
        { type, status: 'True', reason: good, health: 'Healthy', message: `${name} ready` },
        { type, status: 'False', reason: bad, health: 'Degraded', message: failed },
      ],
      { status: 'Unknown', message: `${name} status is unknown` },
    );
  });
}

function confluent(kinds: string[]): Record<string, HealthRule> {
  return each('platform.confluent.io', kinds, kind =>
    byField(
      'status.phase',
      [
        ['RUNNING', 'Healthy', `${kind} running`],
        ['PROVISIONING', 'Progressing', `${kind} provisioning`],
      ],
      progressing(`Waiting for ${kind}`),
    ),
  );
}

function humio(kinds: string[]): Record<string, HealthRule> {
  const text = 'Component state: {status.state}.';
  return each('core.humio.com', kinds, () =>
    byField(
      'status.state',
      [
        ['Exists', 'Healthy', text],
        ['NotFound', 'Missing', text],
        ['ConfigError', 'Degraded', text],
        ['Unknown', 'Unknown', text],
      ],
      progressing('Update in progress'),
    ),
  );
}

function keptn(fields: Record<string, string>): Record<string, HealthRule> {
  return each('lifecycle.keptn.sh', Object.keys(fields), kind =>
    byField(
      fields[kind] ?? '',
      [
        ['Succeeded', 'Healthy', `${kind} is healthy`],
        ['Failed', 'Degraded', `${kind} is degraded`],
      ],
      progressing(`${kind} is progressing`),
    ),
  );
}

function clickhouse(): Record<string, HealthRule> {
  const rule = (name: string) =>
    byField(
      'status.status',
      [
        ['Completed', 'Healthy', `${name} installation completed successfully`],
        ['InProgress', 'Progressing', `${name} installation in progress`],
      ],
      { status: 'Degraded', message: `${name} status: {status.status}` },
      progressing(`${name} status not yet available`),
    );
  return {
    'clickhouse.altinity.com/ClickHouseInstallation': rule('ClickHouse'),
    'clickhouse-keeper.altinity.com/ClickHouseKeeperInstallation': rule('ClickHouseKeeper'),
  };
}

function astra(kinds: string[]): Record<string, HealthRule> {
  return each('astra.netapp.io', kinds, () =>
    byField(
      'status.state',
      [
        ['Completed', 'Healthy', '{kind} Completed'],
        ['Running', 'Progressing', '{kind} Running'],
      ],
      { status: 'Degraded', message: '{status.state}' },
      progressing('No status available'),
    ),
  );
}
