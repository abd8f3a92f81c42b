import type { Guidance } from '@slipway/definition';

export const guidance: Guidance = {
  purpose: 'Dashboards and alerts over Prometheus, Loki, databases and many other sources.',
  licence: 'AGPL-3.0',
  cncf: 'none',
  maintenance: 'active; by Grafana Labs',
  chooseWhen: 'people explore measurements of several sources side by side',
  avoidWhen: 'the licence does not fit, or a service’s own page shows all that is asked',
  switching: 'dashboards are JSON of its own and are drawn anew elsewhere',
  homepage: 'https://grafana.com/oss/grafana/',
  asOf: '2026-08-07',
};
