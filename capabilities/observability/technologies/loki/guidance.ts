import type { Guidance } from '@slipway/definition';

export const guidance: Guidance = {
  purpose: 'Keeps logs cheaply by indexing their labels only.',
  licence: 'AGPL-3.0',
  cncf: 'none',
  maintenance: 'active; by Grafana Labs',
  chooseWhen: 'logs are read beside metrics with the same labels, and storage has to be cheap',
  avoidWhen: 'people search the whole text of all logs all day',
  switching: 'low for collecting; queries and dashboards are rewritten',
  homepage: 'https://grafana.com/oss/loki/',
  asOf: '2026-08-07',
};
