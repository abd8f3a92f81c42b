import type { ComponentType } from 'react';
import type { FieldProps } from '../form-state.tsx';
import { BranchPicker } from './branch-picker.tsx';
import { EntityPicker, MultiEntityPicker, OwnedEntityPicker, OwnerPicker } from './entity-picker.tsx';
import { MyGroupsPicker } from './groups-picker.tsx';
import { EntityNamePicker } from './name-picker.tsx';
import { RepoUrlPicker } from './repo-url-picker.tsx';
import { SecretField } from './secret-field.tsx';
import { TagsPicker } from './tags-picker.tsx';

/** Every `ui:field` there is here, by Backstage’s names. */
const PICKERS: Record<string, ComponentType<FieldProps>> = {
  EntityPicker,
  MultiEntityPicker,
  OwnerPicker,
  OwnedEntityPicker,
  EntityNamePicker,
  EntityTagsPicker: TagsPicker,
  MyGroupsPicker,
  RepoUrlPicker,
  RepoBranchPicker: BranchPicker,
  Secret: SecretField,
};

export function pickerOf(name: string): ComponentType<FieldProps> | undefined {
  return Object.hasOwn(PICKERS, name) ? PICKERS[name] : undefined;
}
