import { sendJson } from '@slipway/gateway';
import { CONTROL_NAMESPACE } from '../application/tracking.ts';
import { type Caller, callerOf } from './exchange.ts';

/** What engine answers as: the release of Argo CD whose API this is. */
const VERSION = 'v3.6.0+slipway';

export async function getVersion({ state, request, response }: Caller): Promise<void> {
  const user = await callerOf(state, request);
  if (!user) return sendJson(response, { Version: VERSION });
  sendJson(response, { Version: VERSION, Compiler: '', Platform: 'slipway', GitTreeState: 'clean' });
}

/** What dashboards ask before and after somebody has signed in. */
export async function getSettings({ state, request, response }: Caller): Promise<void> {
  const { trackingMethod, instanceLabelKey, installationId, resourceOverrides, ...config } =
    state.desk.settings.config();
  const user = await callerOf(state, request);
  sendJson(response, {
    url: state.publicUrl,
    appLabelKey: instanceLabelKey,
    trackingMethod,
    ...(installationId ? { installationID: installationId } : {}),
    kustomizeOptions: { BuildOptions: config.kustomizeBuildOptions },
    userLoginsDisabled: false,
    execEnabled: false,
    appsInAnyNamespaceEnabled: true,
    impersonationEnabled: config.impersonationEnabled,
    ...(user
      ? {
          controllerNamespace: CONTROL_NAMESPACE,
          resourceOverrides: Object.fromEntries(
            Object.entries(resourceOverrides).map(([key, { healthLua, actions, useOpenLibs }]) => [
              key,
              { HealthLua: healthLua, Actions: actions, UseOpenLibs: useOpenLibs },
            ]),
          ),
        }
      : {}),
  });
}
