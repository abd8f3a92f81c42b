import { Checkbox, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';

/** What a person looks for in a long list. */
export interface Finding {
  text: string;
  /** Only what is neither well nor as its source says. */
  troubled: boolean;
}

export const EVERYTHING: Finding = { text: '', troubled: false };

interface Props {
  value: Finding;
  onChange: (value: Finding) => void;
  /** What a word may be of. */
  placeholder: string;
  /** How much there is, beside the fields. */
  children: ReactNode;
}

/** Finds rows of a list by their words, or those that need a look. */
export function Finder({ value, onChange, placeholder, children }: Props) {
  return (
    <div className="facts tree-tools">
      <TextInput
        size="xs"
        label="Find"
        placeholder={placeholder}
        value={value.text}
        onChange={event => onChange({ ...value, text: event.currentTarget.value })}
      />
      <Checkbox
        size="xs"
        label="Only what needs a look"
        checked={value.troubled}
        onChange={event => onChange({ ...value, troubled: event.currentTarget.checked })}
      />
      {children}
    </div>
  );
}
