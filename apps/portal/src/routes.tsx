import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { HomePage } from './pages/home.tsx';
import { Frame } from './ui/frame.tsx';

const root = createRootRoute({ component: Frame });
const page = <const Path extends string>(
  path: Path,
  component: () => Promise<Record<string, unknown>>,
  name: string,
) =>
  createRoute({
    getParentRoute: () => root,
    path,
    component: lazyRouteComponent(component as never, name as never),
  });

const tree = root.addChildren([
  createRoute({ getParentRoute: () => root, path: '/', component: HomePage }),
  page('/create', () => import('./pages/create/create.tsx'), 'CreatePage'),
  page('/create/$template', () => import('./pages/create/template.tsx'), 'TemplatePage'),
  page('/runs/$namespace/$name', () => import('./pages/run/run.tsx'), 'RunPage'),
  page('/services/$namespace/$name', () => import('./pages/service.tsx'), 'ServicePage'),
  page('/services/$namespace/$name/pipeline', () => import('./pages/pipeline/pipeline.tsx'), 'PipelinePage'),
  page('/pipelines/$namespace/$name', () => import('./pages/pipeline/workflow.tsx'), 'WorkflowPage'),
  page('/catalog', () => import('./pages/catalog/catalog.tsx'), 'CatalogPage'),
  page('/catalog/$kind/$namespace/$name', () => import('./pages/catalog/entity.tsx'), 'EntityPage'),
  page('/delivery', () => import('./pages/delivery/deliveries.tsx'), 'DeliveriesPage'),
  page('/delivery/$namespace/$name', () => import('./pages/delivery/delivery.tsx'), 'DeliveryPage'),
  page('/retirements/$namespace/$name', () => import('./pages/retire/retirement.tsx'), 'RetirementPage'),
  page('/environments', () => import('./pages/promotion/environments.tsx'), 'EnvironmentsPage'),
  page('/promotions/$namespace/$name', () => import('./pages/promotion/promotion.tsx'), 'PromotionPage'),
  page('/repositories', () => import('./pages/repository/repositories.tsx'), 'RepositoriesPage'),
  page('/repositories/$namespace/$name', () => import('./pages/repository/repository.tsx'), 'RepositoryPage'),
  page(
    '/repositories/$namespace/$name/changes',
    () => import('./pages/repository/changes.tsx'),
    'ChangesPage',
  ),
  page(
    '/repositories/$namespace/$name/changes/$number',
    () => import('./pages/repository/change.tsx'),
    'ChangePage',
  ),
  page('/trace/$namespace/$pod', () => import('./pages/trace/trace.tsx'), 'TracePage'),
  page('/platform/security', () => import('./pages/security/security.tsx'), 'SecurityPage'),
  page('/platform/policies', () => import('./pages/policies/policies.tsx'), 'PoliciesPage'),
  page('/platform/audit', () => import('./pages/audit/audit.tsx'), 'AuditPage'),
  page('/me', () => import('./pages/people/me.tsx'), 'MePage'),
  page('/people', () => import('./pages/people/people.tsx'), 'PeoplePage'),
  page('/teams', () => import('./pages/people/teams.tsx'), 'TeamsPage'),
  page('/teams/$name', () => import('./pages/people/team.tsx'), 'TeamPage'),
  page('/platform', () => import('./pages/platform/platform.tsx'), 'PlatformPage'),
  page('/platform/capabilities/$id', () => import('./pages/platform/capability.tsx'), 'CapabilityPage'),
  page('/platform/insights', () => import('./pages/insights/insights.tsx'), 'InsightsPage'),
  page(
    '/platform/insights/$namespace/$name',
    () => import('./pages/insights/service-insights.tsx'),
    'ServiceInsightsPage',
  ),
  page('/platform/maturity', () => import('./pages/maturity/maturity.tsx'), 'MaturityPage'),
]);

/** Every place of the portal. */
export const router = createRouter({ routeTree: tree, defaultPreload: 'intent' });
