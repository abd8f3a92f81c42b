import { label } from '../names.ts';
import { forbidden, invalid, type Problem, required } from '../problem.ts';
import { isSet, text, type Values, values } from '../value.ts';
import { checkUnique } from './metadata.ts';

/** Field of a source that must be given, by the source's name. */
const NEEDED: Record<string, string> = {
  hostPath: 'path',
  configMap: 'name',
  secret: 'secretName',
  persistentVolumeClaim: 'claimName',
  nfs: 'server',
  csi: 'driver',
};

/** What is wrong with a pod's volumes. */
export function checkVolumes(volumes: Values[], field: string): Problem[] {
  return [
    ...volumes.flatMap((volume, index) => checkVolume(volume, `${field}[${index}]`)),
    ...checkUnique(volumes, field),
  ];
}

function checkVolume(volume: Values, field: string): Problem[] {
  const name = text(volume.name);
  const names =
    name === '' ? [required(`${field}.name`)] : label(name).map(each => invalid(`${field}.name`, name, each));
  const [first, ...more] = Object.keys(volume).filter(key => key !== 'name' && isSet(volume[key]));
  const needed = first && NEEDED[first];
  const missing = first && needed && text(values(volume, first)[needed]) === '';
  return [
    ...(missing ? [required(`${field}.${first}.${needed}`)] : []),
    ...more.map(source => forbidden(`${field}.${source}`, 'may not specify more than 1 volume type')),
    ...names,
  ];
}
