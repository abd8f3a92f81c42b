import { sendJson } from '@slipway/gateway';
import { ClusterTemplateKind, TemplateKind } from '../kinds.ts';
import { type Exchange, requireRight } from './exchange.ts';

/** WorkflowTemplates of a namespace, ClusterWorkflowTemplates, or one of them. */
export async function getTemplates(
  exchange: Exchange,
  [kind = '', first = '', second = '']: string[],
): Promise<void> {
  const { client } = exchange.state.ports;
  const isCluster = kind === 'cluster-workflow-templates';
  const [namespace, name] = isCluster ? ['', first] : [first, second];
  const resource = isCluster ? 'clusterworkflowtemplates' : 'workflowtemplates';
  await requireRight(exchange, {
    verb: name ? 'get' : 'list',
    group: 'argoproj.io',
    resource,
    namespace,
    ...(name ? { name } : {}),
  });
  const Kind = isCluster ? ClusterTemplateKind : TemplateKind;
  const scope = namespace ? { namespace } : {};
  const found = name ? await client.get(Kind, { ...scope, name }) : await client.list(Kind, scope);
  sendJson(exchange.response, found);
}
