import { type AnyObject, parseApiVersion } from '@slipway/api';
import { isCrd } from './sync/task-order.ts';

/** Says which Application an object belongs to (Argo CD's default since 3.0). */
export const TRACKING_ANNOTATION = 'argocd.argoproj.io/tracking-id';
const INSTALLATION_ANNOTATION = 'argocd.argoproj.io/installation-id';
/** Applications in this namespace are tracked by their bare name, others as `<namespace>_<name>`. */
export const CONTROL_NAMESPACE = 'argocd';

export interface ApplicationName {
  namespace: string;
  name: string;
}

/** What `argocd-cm` says of tracking: `application.resourceTrackingMethod`, `.instanceLabelKey`, `installationID`. */
export interface Tracking {
  trackingMethod: 'annotation' | 'annotation+label' | 'label';
  instanceLabelKey: string;
  installationId: string;
}

export const DEFAULT_TRACKING: Tracking = {
  trackingMethod: 'annotation',
  instanceLabelKey: 'app.kubernetes.io/instance',
  installationId: '',
};

/** The instance name of an Application, as it stands before the colon of a tracking id, and in the label. */
export function instanceName({ namespace, name }: ApplicationName): string {
  return namespace === CONTROL_NAMESPACE ? name : `${namespace}_${name}`;
}

/** The Application of an instance name. */
export function applicationNamed(instance: string): ApplicationName {
  const at = instance.indexOf('_');
  return at < 0
    ? { namespace: CONTROL_NAMESPACE, name: instance }
    : { namespace: instance.slice(0, at), name: instance.slice(at + 1) };
}

/** `<instance>:<group>/<kind>:<namespace>/<name>`; objects of the whole cluster have the destination's namespace. */
export function trackingId(application: ApplicationName, object: AnyObject, namespace: string): string {
  const { group } = parseApiVersion(object.apiVersion);
  return `${instanceName(application)}:${group}/${object.kind}:${namespace}/${object.metadata.name ?? ''}`;
}

/** The object with what says whose it is. CRDs are nobody's: they outlive their Application. */
export function tracked(
  object: AnyObject,
  application: ApplicationName,
  destinationNamespace: string,
  { trackingMethod, instanceLabelKey, installationId }: Tracking,
): AnyObject {
  if (isCrd(object)) return object;
  const { annotations, labels, ...metadata } = object.metadata;
  const { [INSTALLATION_ANNOTATION]: _installation, ...rest } = annotations ?? {};
  const withLabel = trackingMethod !== 'annotation';
  const instance = instanceName(application);
  // The label alone has to hold the whole name; beside the annotation it may be cut.
  const label = trackingMethod === 'label' ? instance : cutLabel(instance);
  const id = trackingId(application, object, object.metadata.namespace || destinationNamespace);
  const marks = {
    ...(annotations ? rest : {}),
    ...(installationId ? { [INSTALLATION_ANNOTATION]: installationId } : {}),
    [TRACKING_ANNOTATION]: id,
  };
  const marked = trackingMethod === 'label' ? annotations : marks;
  return {
    ...object,
    metadata: {
      ...metadata,
      ...(withLabel ? { labels: { ...labels, [instanceLabelKey]: label } } : labels ? { labels } : {}),
      ...(marked ? { annotations: marked } : {}),
    },
  };
}

/** At most 63 characters, the last a letter or digit. */
function cutLabel(text: string): string {
  return text.length <= 63 ? text : text.slice(0, 63).replace(/[^A-Za-z0-9]+$/, '');
}

interface TrackedAs {
  instance: string;
  group: string;
  kind: string;
  namespace: string;
  name: string;
}

function parseId(object: AnyObject, installationId: string): TrackedAs | undefined {
  const { annotations = {} } = object.metadata;
  if (installationId !== '' && annotations[INSTALLATION_ANNOTATION] !== installationId) return undefined;
  const found = /^([^:]*):([^:/]*)\/([^:/]*):([^/]*)\/([^/]*)$/.exec(annotations[TRACKING_ANNOTATION] ?? '');
  if (!found) return undefined;
  const [, instance = '', group = '', kind = '', namespace = '', name = ''] = found;
  return { instance, group, kind, namespace, name };
}

/** The instance that a live object says it belongs to, copies included; undefined when it says none. */
export function instanceOf(object: AnyObject, tracking: Tracking): string | undefined {
  if (tracking.trackingMethod === 'label')
    return object.metadata.labels?.[tracking.instanceLabelKey] || undefined;
  return parseId(object, tracking.installationId)?.instance || undefined;
}

/** Whether a live object's id names itself, or was copied from another object. By label nobody can tell. */
export function isOwnId(live: AnyObject, tracking: Tracking): boolean {
  if (tracking.trackingMethod === 'label') return true;
  const id = parseId(live, tracking.installationId);
  return id === undefined || names(id, live);
}

function names(id: TrackedAs, object: AnyObject): boolean {
  const { group } = parseApiVersion(object.apiVersion);
  const { namespace = '', name } = object.metadata;
  const isPlace = namespace === '' || namespace === id.namespace;
  return id.group === group && id.kind === object.kind && id.name === name && isPlace;
}

/** The Application that a live object says it belongs to; undefined for copies whose id names another object. */
export function trackedBy(
  object: AnyObject,
  tracking: Tracking = DEFAULT_TRACKING,
): ApplicationName | undefined {
  const instance = instanceOf(object, tracking);
  return instance !== undefined && isOwnId(object, tracking) ? applicationNamed(instance) : undefined;
}

/**
 * The live object as it is compared when it was tracked by label before: the annotation it lacks, and no label that the
 * target does not have, so that another way of tracking makes nothing OutOfSync (util/argo, resource_tracking.go).
 */
export function withTrackingOf(target: AnyObject, live: AnyObject, tracking: Tracking): AnyObject {
  const { trackingMethod, instanceLabelKey } = tracking;
  const label = live.metadata.labels?.[instanceLabelKey];
  if (trackingMethod === 'label' || !label || isCrd(live)) return live;
  const { annotations = {}, labels = {}, ...metadata } = live.metadata;
  const wanted = target.metadata.annotations?.[TRACKING_ANNOTATION];
  const added =
    annotations[TRACKING_ANNOTATION] || !wanted
      ? annotations
      : { ...annotations, [TRACKING_ANNOTATION]: wanted };
  const { [instanceLabelKey]: _label, ...others } = labels;
  const kept = target.metadata.labels?.[instanceLabelKey] ? labels : others;
  return {
    ...live,
    metadata: { ...metadata, annotations: added, ...(Object.keys(kept).length > 0 ? { labels: kept } : {}) },
  };
}
