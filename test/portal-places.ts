// Every place of the portal, with the objects of one service in it.
import type { Platform } from './platform-process.ts';

export interface Place {
  name: string;
  path: string;
  /** Text that stands there once the page is complete. */
  shows: string | RegExp;
}

interface List {
  items: { metadata: { name: string } }[];
}

/** The places of a platform in which a service of the team `default` was created. */
export async function placesOf(platform: Platform, service: string): Promise<Place[]> {
  const run = await newest(platform, 'templateruns.slipway.dev');
  const workflow = await newest(platform, 'workflows.argoproj.io');
  return [
    { name: 'services', path: '/', shows: service },
    { name: 'create', path: '/create', shows: /node/i },
    { name: 'create-form', path: '/create/node-service', shows: 'Name' },
    { name: 'run', path: `/runs/team-default/${run}`, shows: /Go to the service/ },
    { name: 'service', path: `/services/team-default/${service}`, shows: /git clone/ },
    { name: 'pipeline', path: `/services/team-default/${service}/pipeline`, shows: 'Succeeded' },
    { name: 'workflow', path: `/pipelines/team-default/${workflow}`, shows: 'node --test' },
    { name: 'audit', path: '/platform/audit?outcome=allowed', shows: /^From$/ },
    { name: 'platform', path: '/platform', shows: 'Healthy' },
  ];
}

async function newest(platform: Platform, resource: string): Promise<string> {
  const args = ['get', resource, '-n', 'team-default', '-o', 'json'];
  const { items } = JSON.parse(await platform.kubectl(args)) as List;
  return items.at(-1)?.metadata.name ?? '';
}
