import type { AnyObject } from '@slipway/api';
import { DATASOURCE_LABEL } from './contract.ts';

export interface DataSource {
  name: string;
  type: 'prometheus' | 'loki';
  url: string;
  isDefault?: boolean;
}

/** The ConfigMap by which those who show measurements find where they are kept. */
export function dataSourceObject(
  { name, type, url, isDefault = false }: DataSource,
  namespace: string,
): AnyObject {
  const source = { name, uid: type, type, access: 'proxy', url, isDefault };
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: `data-source-${type}`, namespace, labels: { [DATASOURCE_LABEL]: '1' } },
    // JSON is YAML.
    data: { [`${type}.yaml`]: `${JSON.stringify({ apiVersion: 1, datasources: [source] })}\n` },
  };
}
