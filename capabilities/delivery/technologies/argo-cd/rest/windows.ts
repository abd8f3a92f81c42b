import { AppProject } from '@slipway/kinds';
import { CONTROL_NAMESPACE } from '../application/tracking.ts';
import { projectSpecOf, type SyncWindow } from '../project/spec.ts';
import { activeWindows, canSync, windowsOf } from '../project/sync-window.ts';
import { applicationOf, projectOf, type StoredApplication } from './application-access.ts';
import { type Exchange, type RestState, send } from './exchange.ts';

/** Windows of its project that concern an Application. */
export async function windowsOver(
  { desk: { ports } }: RestState,
  application: StoredApplication,
): Promise<SyncWindow[]> {
  const key = { namespace: CONTROL_NAMESPACE, name: projectOf(application) };
  const project = await ports.client.find(AppProject, key);
  const destination = (application.spec?.destination ?? {}) as Record<string, string>;
  return project ? windowsOf(projectSpecOf(project), { name: application.metadata.name, destination }) : [];
}

export async function getSyncWindows(exchange: Exchange, [name = '']: string[]): Promise<void> {
  const application = await applicationOf(exchange, name);
  const windows = await windowsOver(exchange.state, application);
  const nowMs = exchange.state.desk.ports.clock.now();
  send(exchange, {
    activeWindows: activeWindows(windows, nowMs).map(shown),
    assignedWindows: windows.map(shown),
    canSync: canSync(windows, { isManual: true, nowMs }),
  });
}

function shown({ kind, schedule, duration, manualSync = false }: SyncWindow): object {
  return { kind, schedule, duration, manualSync };
}
