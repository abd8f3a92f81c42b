import { NativeSelect, TextInput } from '@mantine/core';
import { useId } from 'react';
import type { useAbout } from '../fields/about.ts';
import type { Choice } from '../form.ts';

interface Props {
  about: ReturnType<typeof useAbout> & { onBlur?: () => void };
  options: (Choice & { value: string })[];
  value: string;
  /** Whether anything else may be typed. */
  free: boolean;
  placeholder?: string;
  onChange: (value: string | undefined) => void;
}

/** A list to choose from; where other values are allowed, a text with the list as suggestions. */
export function SuggestedInput({ about, options, value, free, placeholder, onChange }: Props) {
  const list = useId();
  const change = ({ currentTarget }: { currentTarget: { value: string } }) =>
    onChange(currentTarget.value === '' ? undefined : currentTarget.value);
  if (!free) {
    const known = value === '' || options.some(each => each.value === value);
    const data = [
      { value: '', label: options.length === 0 ? 'There are none' : 'Choose …' },
      ...(known ? [] : [{ value, label: value }]),
      ...options,
    ];
    return <NativeSelect {...about} data={data} value={value} onChange={change} />;
  }
  return (
    <>
      <TextInput
        {...about}
        value={value}
        placeholder={placeholder ?? ''}
        list={list}
        autoComplete="off"
        onChange={change}
      />
      <datalist id={list}>
        {options.map(each => (
          <option key={each.value} value={each.value}>
            {each.label}
          </option>
        ))}
      </datalist>
    </>
  );
}
