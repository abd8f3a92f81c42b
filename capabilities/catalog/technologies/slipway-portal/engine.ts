import { hasReason, messageOf, SlipwayError } from '@slipway/api';
import type { Engine, Ports, Running, Settings } from '@slipway/definition';
import type { Handler } from '@slipway/gateway';
import { Entity, Template } from '@slipway/kinds';
import { startEntityIndex } from './entity/entity-index.ts';
import { teamController, userController } from './entity/people-controller.ts';
import { relationsController } from './entity/relations-controller.ts';
import { repositoryController } from './entity/repository-controller.ts';
import { toolController } from './entity/tool-controller.ts';
import { workloadController } from './entity/workload-controller.ts';
import { gitServerAt } from './git-server/call.ts';
import { startInsights } from './insights/start.ts';
import { apiHandler } from './rest/handler.ts';
import { siteHandler } from './site/serve-site.ts';
import type { CatalogState } from './state.ts';
import { templateController } from './template/controller.ts';
import { applyShipped } from './template/shipped.ts';
import { templateRunController } from './template-run/reconcile.ts';

/** Serves Backstage's formats: entities, templates and their runs, and the portal's pages. */
export const embedded: Engine = { start };

async function start(ports: Ports, settings: Settings): Promise<Running> {
  const state: CatalogState = {
    ports,
    settings,
    workspaces: (await ports.data.folder('workspaces')).path,
    gitCache: (await ports.data.folder('git')).path,
    git: gitServerAt(ports),
    entities: startEntityIndex(ports),
    actAs: user => ports.as(user),
  };
  await applyShipped(ports.client);
  const insights = await startInsights(ports.client, state.git);
  return {
    controllers: [
      ...insights,
      templateController,
      templateRunController(state),
      repositoryController(state),
      relationsController(),
      workloadController,
      teamController,
      userController,
      toolController,
    ],
    routes: [{ host: '', handler: portalHandler(state) }],
    probes: [
      { capability: 'developer-portal', name: 'templates and catalog are served', check: () => probe(state) },
    ],
    stop: async () => state.entities.stop(),
  };
}

/**
 * The portal's host: `/api/*` with the caller's token, everything else is the site. The session filter stands before
 * this handler: it turns a signed-in person's cookie into that token and serves `/k8s/*` itself.
 */
export function portalHandler(state: CatalogState): Handler {
  const { site } = state.settings.parameters as { site?: string };
  const api = apiHandler(state);
  const pages = siteHandler(site, state.settings.addresses.url('id'));
  return (request, response) =>
    (request.url ?? '').startsWith('/api/') ? api(request, response) : pages(request, response);
}

async function probe({ ports }: CatalogState): Promise<string> {
  try {
    const [templates, entities] = await Promise.all([
      ports.client.list(Template),
      ports.client.list(Entity, { limit: 1 }),
    ]);
    if (templates.items.length === 0)
      throw new SlipwayError('NoTemplates', 'no template is there, not even the shipped ones');
    return `${templates.items.length} templates; the catalog answers${entities.items.length > 0 ? ' and has entities' : ''}`;
  } catch (error) {
    if (hasReason(error, 'Forbidden'))
      throw new SlipwayError('Forbidden', `the catalog’s own account may not read it: ${messageOf(error)}`);
    throw error;
  }
}
